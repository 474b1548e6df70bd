internal import Autoscaling
internal import Manifests
internal import Schedules

/// Replays recorded utilisation: at each tick what would have been decided, of pods that are as they were.
///
/// The size stays the recorded one, so the decisions have no consequences: what they would have led to is not known.
struct OpenLoop: ~Copyable {
    private let run: ReplayRun
    private let milliRequest: Int64
    private let replicas: Int32
    private let meaning: DemandTrace.Meaning
    private var cursor: DemandCursor
    private var forecasts: TraceForecasts?
    private var history = History()
    private var record: RunRecord
    private var observation: Observation
    private let target: Double?
    /// Whether each metric of the spec is one that the trace has.
    private let isCPU: [Bool]

    init(run: ReplayRun, requestCores: Double, replicas: Int32, trace: DemandTrace, cursor: DemandCursor) {
        self.run = run
        self.cursor = cursor
        meaning = cursor.meaning
        forecasts = TraceForecasts(run.spec)
        self.replicas = max(replicas, 1)
        milliRequest = max(Int64((requestCores * 1000).rounded(.up)), 1)
        record = RunRecord(
            run: run, trace: trace, keeper: ScoreKeeper(spec: run.spec, leadTicks: 0, hasUnserved: false))
        observation = Observation(
            time: cursor.start, target: .found(ObservedScale(specReplicas: 0, statusReplicas: 0)),
            readings: Array(repeating: .value(milli: 0, at: cursor.start), count: run.spec.metrics.count))
        isCPU = run.spec.metrics.map(\.source.isCPU)
        observation.holds = run.holds(at: cursor.start)
        let milli = milliRequest
        let targets = run.spec.metrics.compactMap { metric -> Double? in
            guard metric.source.isCPU else { return nil }
            if let average = metric.target.averageValue { return Double(average) / Double(milli) * 100 }
            return metric.target.averageUtilization.map(Double.init)
        }
        target = run.neededUtilization ?? targets.filter { $0 > 0 }.min()
    }

    mutating func run(_ onTick: (ReplayTick) -> Void) throws(Diagnostic) -> ReplayOutcome {
        let sync = run.syncPeriod.nanoseconds
        var now: Int64 = 0
        var limit = Int64.max
        var tick = ReplayTick(undecidedAt: cursor.start)
        while true {
            try cursor.advance(to: now)
            if let end = cursor.end { limit = end }
            if now >= limit { break }
            try ReplayRun.checkCancellation(of: record.trace, at: tick.index)
            let isKnown = cursor.isKnown(at: now)
            let percent = cursor.value(at: now)
            let present = max(cursor.recordedReplicas ?? replicas, 0)
            look(at: now, percent: percent, replicas: present, isKnown: isKnown)
            forecasts?.look(at: &observation)
            evaluate(run.spec, observation, history: &history, flags: run.flags, into: &tick.decision)
            show(&tick, percent: percent, replicas: present, isKnown: isKnown)
            let seconds = isKnown ? Double(min(sync, limit - now)) / 1e9 : 0
            if isKnown {
                let step = WorkloadState.Step(
                    seconds: seconds, demand: percent, unserved: 0, readyReplicas: present, existingReplicas: present,
                    utilization: percent, isOverLimit: false)
                record.keeper.add(step, needed: tick.neededReplicas, asked: tick.decision.desiredReplicas)
            }
            record.add(tick, scoredSeconds: seconds)
            onTick(tick)
            now = now.addingSaturating(sync)
            tick.index += 1
        }
        let (run, meaning, cursor, end) = (run, meaning, cursor, cursor.start.advanced(byNanoseconds: limit))
        return record.finish(from: cursor.start, to: end, startedInVain: nil) {
            RunNotes.notes(run, meaning, cursor, $0)
        }
    }

    /// Puts what the trace says beside the decision.
    private func show(_ tick: inout ReplayTick, percent: Double, replicas: Int32, isKnown: Bool) {
        let needed = target.map { Int32(min((percent * Double(replicas) / $0 - 1e-9).rounded(.up), 1e9)) } ?? replicas
        tick.isKnown = isKnown
        tick.demand = percent
        tick.neededReplicas = max(needed, 1)
        tick.readyReplicas = replicas
        tick.existingReplicas = replicas
        tick.utilization = isKnown ? percent : nil
    }

    private mutating func look(at now: Int64, percent: Double, replicas: Int32, isKnown: Bool) {
        observation.time = cursor.start.advanced(byNanoseconds: now)
        if !run.calendar.isEmpty { observation.schedules = run.calendar.state(at: observation.time) }
        observation.target = .found(ObservedScale(specReplicas: replicas, statusReplicas: replicas))
        if observation.pods.count != Int(replicas) { showPods(replicas) }
        let value = Int64((percent / 100 * Double(milliRequest)).rounded())
        let sample = PodSample(value: value, time: observation.time, windowNanoseconds: 0)
        for index in isCPU.indices {
            guard isKnown, isCPU[index] else {
                let reason = isKnown ? "the trace has cpu utilisation only" : "the trace has no sample for this time"
                observation.readings[index] = .failed(.source(reason))
                continue
            }
            let requests = { [milliRequest] in Array(repeating: milliRequest, count: Int(replicas)) }
            observation.readings[index].fillSamples(requests: requests()) { samples in
                if samples.count != Int(replicas) { samples = Array(repeating: sample, count: Int(replicas)) }
                for pod in samples.indices { samples[pod] = sample }
            }
        }
    }

    private mutating func showPods(_ replicas: Int32) {
        let count = Int(replicas)
        var pods = PodSet()
        let old = cursor.start.advanced(bySeconds: -86_400)
        for index in 0..<count {
            pods.append(
                PodState(phase: .running, readiness: .true, readyTransition: old, startTime: old),
                named: "pod-\(index + 1)")
        }
        observation.pods = pods
        // Their samples and requests are made anew.
        for index in isCPU.indices { observation.readings[index] = .value(milli: 0, at: observation.time) }
    }
}

extension MetricSource {
    /// Whether it is the cpu of pods or of one of their containers.
    var isCPU: Bool {
        switch self {
        case .resource("cpu"), .containerResource("cpu", _): true
        default: false
        }
    }
}
