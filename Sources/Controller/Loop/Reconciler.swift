package import Autoscaling
package import KubernetesClient
internal import KubernetesTypes
package import PrometheusClient

/// One tick: looks, decides, and acts, for every autoscaler on its own.
///
/// A change is remembered as pending before it is written and as made once it is known to be: whether the process ends
/// in between or the answer is lost, the next look at the target tells.
package struct Reconciler: Sendable {
    private var observer: Observer
    private let writer: ScaleWriter
    let view: any ClusterView
    let clock: any MonotonicClock
    /// How it works; how writes are made stays as it was at first.
    var configuration: ControllerConfiguration {
        didSet { observer.configuration = configuration }
    }

    /// - Parameters:
    ///   - view: Where targets and pods are seen.
    ///   - client: What writes go through.
    ///   - histories: What forecasts rest on; without, nothing is foreseen.
    ///   - ownership: Who does not own a namespace writes nothing there.
    package init(
        view: any ClusterView, client: KubernetesClient, metrics: SnapshotCollector, histories: DemandHistories? = nil,
        ownership: Ownership = .uncontested(), configuration: ControllerConfiguration = ControllerConfiguration(),
        clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        self.observer = Observer(
            cluster: view, metrics: metrics, histories: histories, configuration: configuration)
        self.writer = ScaleWriter(
            client: client, view: view, ownership: ownership, limit: configuration.writeLimit, clock: clock)
        (self.view, self.clock) = (view, clock)
        self.configuration = configuration
    }

    /// What a tick found and did.
    package struct Round: Sendable {
        package var autoscalers: [AutoscalerReport]
        package var warnings: [String]
        /// Holds over many autoscalers that began now.
        package var crowds: [FleetState.Crowd] = []
        package var queryFailures: [PrometheusError]
    }

    /// Runs a tick.
    ///
    /// - Parameters:
    ///   - resting: Autoscalers that are not decided on now; two of one target are told from each other all the same.
    ///   - store: The memories, brought up to date.
    ///   - now: The instant of the decisions.
    ///   - beforeWriting: Called with the store when something is about to be written, to save it. What it throws keeps
    ///     every write of the tick from being made.
    /// - Throws: `CancellationError`, after the writes under way have ended and are in the store.
    package func reconcile(
        _ autoscalers: [Autoscaler], beside resting: [Autoscaler] = [], store: inout HistoryStore, at now: Timestamp,
        beforeWriting: (HistoryStore) throws -> Void = { _ in }
    ) async throws -> Round {
        let round = try await observer.observe(autoscalers, beside: resting, at: now)
        var steps = round.autoscalers.map { decide($0, &store) }
        let crowds = guardMoves(&steps, &store, at: now)
        try await holdDoubtful(&steps, &store)
        try Task.checkCancellation()
        let writing = steps.indices.filter { steps[$0].write != nil }
        if !writing.isEmpty {
            do {
                try beforeWriting(store)
                let writes = writing.compactMap { steps[$0].write }
                let outcomes = await carryOut(writes)
                for (index, outcome) in zip(writing, outcomes) { steps[index].outcome = outcome }
            } catch {
                for index in writing { steps[index].outcome = .failed("\(error)", isCertain: true) }
            }
        }
        let reports = steps.map { finish($0, &store) }
        return Round(
            autoscalers: reports, warnings: round.warnings, crowds: crowds, queryFailures: round.queryFailures)
    }

    // MARK: - Decide

    struct Step {
        var observed: ObservedAutoscaler
        var decision: Decision
        var history: History
        var write: ScaleWrite?
        var outcome: AutoscalerReport.Outcome
        /// What a guard tells of it.
        var event: DecisionReport.Event?
    }

    private func decide(_ observed: ObservedAutoscaler, _ store: inout HistoryStore) -> Step {
        let spec = observed.autoscaler.spec
        let isShadow = isShadow(observed.autoscaler)
        return store.update(observed.autoscaler) { memory in
            decide(observed, spec, isShadow: isShadow, &memory)
        }
    }

    private func decide(
        _ observed: ObservedAutoscaler, _ spec: AutoscalerSpec, isShadow: Bool, _ memory: inout AutoscalerMemory
    ) -> Step {
        var observed = observed
        let now = observed.observation.time
        if case .found(let scale) = observed.observation.target {
            let writer = observed.target.replicasWriter
            memory.meet(scale, uid: observed.write?.uid, behavior: spec.behavior)
            memory.continueStored(
                scale,
                until: now.advanced(byNanoseconds: -(spec.syncPeriod ?? configuration.syncPeriod).nanoseconds),
                writer: writer, behavior: spec.behavior)
            if isShadow {
                memory.follow(scale, at: now, behavior: spec.behavior)
            } else {
                memory.compare(scale, writer: writer, at: now, configuration.foreignWriteBackoff)
            }
        }
        let holds = observed.holds(configuration, memory.foreignWrites)
        if !holds.isEmpty { observed.observation.holds = holds + observed.observation.holds }
        // What this process did counts before the object, which a watch shows it later.
        if let isAtZero = memory.isScaledToZero, isAtZero != observed.observation.isScaledToZero {
            observed.observation.isScaledToZero = isAtZero
        }
        let before = memory.history
        let decision = evaluate(
            spec, observed.observation, history: &memory.history, flags: configuration.flags)
        var step = Step(observed: observed, decision: decision, history: before, write: nil, outcome: .kept)
        prepareWrite(&step, &memory)
        return step
    }

    private func isShadow(_ autoscaler: Autoscaler) -> Bool { configuration.isShadow || autoscaler.mode == .shadow }

    /// Makes of a decision what is to be written, and remembers it as pending.
    func prepareWrite(_ step: inout Step, _ memory: inout AutoscalerMemory) {
        (step.write, step.outcome) = (nil, .kept)
        let decision = step.decision
        guard decision.rescales, let place = step.observed.write else { return }
        do throws(ScaleWrite.Refusal) {
            let write = try ScaleWrite(decision, spec: step.observed.autoscaler.spec, at: place)
            let change = (from: decision.currentReplicas, to: decision.desiredReplicas)
            if isShadow(step.observed.autoscaler) {
                step.outcome = .withheld(from: change.from, to: change.to)
            } else {
                step.write = write
                memory.pending = .init(from: change.from, to: change.to, time: decision.time)
            }
        } catch {
            step.outcome = .failed(error.description, isCertain: true)
        }
    }

    // MARK: - Act

    private func carryOut(_ writes: [ScaleWrite]) async -> [AutoscalerReport.Outcome] {
        let (writer, concurrency) = (writer, configuration.concurrency)
        // Awaited right here. A task of its own, so that cancelling the loop does not cut a PATCH in two: whether it
        // went through would not be known. Each request has its own time limit.
        return await Task {
            // Nothing in it throws: the alternative is unreachable, and says so by being a failure.
            (try? await concurrently(writes, limit: concurrency) { await writer.carryOut($0) })
                ?? writes.map { _ in .failed("the write was not made", isCertain: true) }
        }.value
    }

    private func finish(_ step: Step, _ store: inout HistoryStore) -> AutoscalerReport {
        noteFleet(step, &store)
        return store.update(step.observed.autoscaler) { finish(step, &$0) }
    }

    private func finish(_ step: Step, _ memory: inout AutoscalerMemory) -> AutoscalerReport {
        let autoscaler = step.observed.autoscaler
        var write = DecisionReport.Write.none
        switch step.outcome {
        case .scaled(let from, let to):
            memory.history.recordScale(from: from, to: to, at: step.decision.time, behavior: autoscaler.spec.behavior)
            memory.pending = nil
            memory.lastSize = to
            memory.lastScaleTime = step.decision.time
            write = .succeeded
        case .failed(let text, let isCertain):
            if isCertain { memory.pending = nil }
            write = .failed(text)
        case .superseded: memory.pending = nil
        case .kept, .withheld: break
        }
        var report = DecisionReport(
            step.decision, spec: autoscaler.spec, namespace: autoscaler.key.namespace, previous: memory.status,
            write: write, flags: configuration.flags)
        if let event = step.event { report.events.append(event) }
        memory.status = report.status
        return AutoscalerReport(
            step.observed, decision: step.decision, outcome: step.outcome, historyBefore: step.history,
            history: memory.history, report: report)
    }
}
