package import Autoscaling
package import KubernetesTypes
internal import Manifests
package import Schedules

/// A search for the cheapest policy that is good enough on recorded pasts.
///
/// The need of replicas is counted at one utilisation for all candidates, or a higher target alone would look better. The
/// same search gives the same result on any number of cores.
package struct Tuning: Sendable {
    /// The policy to begin with, and what stays as it is.
    package var base: HorizontalPodAutoscaler
    /// What the policy says beyond that, which stays as it is.
    package var extensions: ScalingExtensions?
    /// Of the policy's schedules.
    package var calendar = ScheduleCalendar()
    package var ranges: TuningRanges
    package var model: WorkloadModel
    package var flags: ControllerFlags
    package var syncPeriod: Duration
    /// Percent of the request; `nil` where the base has no such target, and each candidate's own counts.
    package var neededUtilization: Double?
    package var expectations: Expectations?
    /// What is learned from.
    package var traces: [DemandTrace]
    /// What judges the choice.
    package var heldOut: [DemandTrace]
    /// Candidates at most.
    package var limit: Int
    package var seed: UInt64

    package init(
        base: HorizontalPodAutoscaler, extensions: ScalingExtensions? = nil, ranges: TuningRanges,
        model: WorkloadModel, flags: ControllerFlags, syncPeriod: Duration, neededUtilization: Double?,
        expectations: Expectations?, traces: [DemandTrace],
        heldOut: [DemandTrace], limit: Int, seed: UInt64
    ) {
        self.base = base
        self.extensions = extensions
        self.ranges = ranges
        self.model = model
        self.flags = flags
        self.syncPeriod = syncPeriod
        self.neededUtilization = neededUtilization
        self.expectations = expectations
        self.traces = traces
        self.heldOut = heldOut
        self.limit = limit
        self.seed = seed
    }

    /// Works out candidates until there are enough, so many at a time.
    ///
    /// When the task is cancelled it ends with what there is.
    ///
    /// - Parameters:
    ///   - jobs: Candidates that are worked out at the same time, above 0.
    ///   - progress: Is told how many are done, of how many at most.
    /// - Throws: The first fault of a trace, or ``TuningError`` where the base has not a field that is to vary.
    package func run(jobs: Int, progress: (Int, Int) -> Void = { _, _ in }) async throws -> TuningOutcome {
        for dimension in ranges.dimensions where object(with: dimension) == nil {
            throw TuningError("\(dimension.parameter.rawValue) cannot be varied: the policy has no such target")
        }
        let base = try trial(object: self.base, values: nil, traces)
        var search = TuningSearch(
            sizes: ranges.dimensions.map(\.values.count), count: ranges.count, limit: limit, seed: seed
        ) { candidate in
            guard let spec = object(of: candidate)?.spec else { return false }
            return (spec.minReplicas ?? 1) <= (spec.maxReplicas ?? 0)
        }
        var outcome = TuningOutcome(tuning: self, base: base, method: search.method)
        let total = min(limit, ranges.count)
        while !Task.isCancelled {
            let batch = search.next(best: outcome.best.compactMap { outcome.candidates[$0] })
            if batch.isEmpty { break }
            let before = outcome.trials.count
            let trials = try await workOut(batch, jobs: jobs) { progress(before + $0, total) }
            outcome.add(trials, of: batch)
        }
        outcome.isCut = Task.isCancelled
        outcome.impossible = search.impossible
        try outcome.judge(neighbours: outcome.choiceCandidate.map(search.neighbours) ?? [])
        return outcome
    }

    /// - Returns: In the order of the candidates; `nil` for those that were not worked out any more.
    private func workOut(
        _ batch: [TuningSearch.Candidate], jobs: Int, progress: (Int) -> Void
    ) async throws -> [TuningTrial?] {
        var trials: [TuningTrial?] = Array(repeating: nil, count: batch.count)
        try await withThrowingTaskGroup(of: (Int, TuningTrial?).self) { group in
            var next = 0
            var done = 0
            func addOne() {
                guard next < batch.count else { return }
                let (index, candidate) = (next, batch[next])
                next += 1
                group.addTask {
                    // Lets the wait for a signal have its turn: all threads are busy otherwise.
                    await Task.yield()
                    if Task.isCancelled { return (index, nil) }
                    guard let object = object(of: candidate) else { return (index, nil) }
                    do {
                        return (index, try trial(object: object, values: values(of: candidate), traces))
                    } catch {
                        if Task.isCancelled { return (index, nil) }
                        throw error
                    }
                }
            }
            for _ in 0..<max(jobs, 1) { addOne() }
            while let (index, trial) = try await group.next() {
                trials[index] = trial
                done += 1
                progress(done)
                if !Task.isCancelled { addOne() }
            }
        }
        return trials
    }

    /// Replays one policy on traces.
    func trial(
        object: HorizontalPodAutoscaler, values: [Double]?, _ traces: [DemandTrace], model: WorkloadModel? = nil
    ) throws(Diagnostic) -> TuningTrial {
        let spec = spec(of: object)
        let run = ReplayRun(
            name: object.metadata?.name ?? "", spec: spec, mode: .closed(model ?? self.model), flags: flags,
            syncPeriod: syncPeriod, neededUtilization: neededUtilization, calendar: calendar)
        var results: [TuningTrial.Result] = []
        for trace in traces {
            var checker = expectations.map { ExpectationChecker($0, spec: spec, flags: flags) }
            let outcome = try run.run(trace) { checker?.observe($0) }
            let checked = checker?.finish(outcome.scores) ?? []
            results.append(
                TuningTrial.Result(
                    trace: trace.name, scores: outcome.scores, expectations: checked, unchecked: unchecked(checked)))
        }
        return TuningTrial(values: values, object: object, spec: spec, results: results)
    }

    /// What decisions are made from.
    package func spec(of object: HorizontalPodAutoscaler) -> AutoscalerSpec {
        var spec = AutoscalerSpec(object.spec ?? .init())
        spec.extensions = extensions
        return spec
    }

    /// Expectations about moments that no decision fell into.
    private func unchecked(_ results: [ExpectationResult]) -> [String] {
        guard let rules = expectations?.expectations else { return [] }
        return zip(rules, results).compactMap { expectation, result in
            if case .score = expectation.rule { return nil }
            return !result.hasPassed && result.time == nil ? result.name : nil
        }
    }

    private func values(of candidate: TuningSearch.Candidate) -> [Double] {
        zip(ranges.dimensions, candidate).map { $0.values[$1] }
    }

    /// The base with the values of a candidate; `nil` where it has not the fields.
    private func object(of candidate: TuningSearch.Candidate) -> HorizontalPodAutoscaler? {
        var object = base
        var spec = object.spec ?? .init()
        for (dimension, index) in zip(ranges.dimensions, candidate) {
            guard dimension.parameter.set(dimension.values[index], in: &spec) else { return nil }
        }
        object.spec = spec
        return object
    }

    private func object(with dimension: TuningRanges.Dimension) -> HorizontalPodAutoscaler? {
        var spec = base.spec ?? .init()
        return dimension.values.first.map { dimension.parameter.set($0, in: &spec) } ?? false ? base : nil
    }
}
