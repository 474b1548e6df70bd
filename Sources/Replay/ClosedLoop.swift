internal import Autoscaling
internal import Manifests
internal import Schedules

/// Replays demand against a model, tick by tick: decisions change the replicas, and these the next readings.
struct ClosedLoop: ~Copyable {
    private let run: ReplayRun
    private let model: WorkloadModel
    private let meaning: DemandTrace.Meaning
    private let needed: NeededReplicas
    private var cursor: DemandCursor
    private var state: WorkloadState
    private var view: ModelObservation
    private var forecasts: TraceForecasts?
    private var history = History()
    private var turns = DirectionChanges()
    private var record: RunRecord
    private var isScaledToZero = false
    private var passed = Passed()
    private var limit = Int64.max
    private let intervalSeconds: Double
    /// Nanoseconds between two decisions.
    private let sync: Int64
    /// Whether something beside the policy may keep the size.
    private let mayHold: Bool

    init(
        run: ReplayRun, model: WorkloadModel, trace: DemandTrace, cursor: DemandCursor
    ) throws(Diagnostic) {
        self.run = run
        self.model = model
        self.cursor = cursor
        meaning = cursor.meaning
        intervalSeconds = Double(cursor.intervalNanoseconds) / 1e9
        needed = NeededReplicas(
            spec: run.spec, model: model, flags: run.flags, utilization: run.neededUtilization)
        sync = run.syncPeriod.nanoseconds
        mayHold = run.isPaused || run.fleet?.freeze != nil
        let leadTicks = Int((model.meanStartSeconds / (Double(sync) / 1e9)).rounded(.up))
        record = RunRecord(
            run: run, trace: trace, keeper: ScoreKeeper(spec: run.spec, leadTicks: leadTicks, hasUnserved: true))
        view = ModelObservation(spec: run.spec, model: model, start: cursor.start, calendar: run.calendar)
        forecasts = TraceForecasts(run.spec)
        let first = ClosedLoop.demand(
            cursor.value(at: 0), cursor.recordedReplicas, cursor.meaning, model, intervalSeconds)
        let spec = run.spec.raised(by: run.calendar.state(at: cursor.start))
        let fitting = min(max(needed.replicas(for: first), spec.minReplicas), spec.maxReplicas)
        let replicas = model.initialReplicas ?? fitting
        state = WorkloadState(model: model, replicas: replicas, demand: first)
        // A policy that goes to zero may begin there; for any other that means switched off.
        isScaledToZero = replicas == 0 && run.spec.extensions?.scaleToZero != nil
    }

    /// Units per second.
    private static func demand(
        _ value: Double, _ recordedReplicas: Int32?, _ meaning: DemandTrace.Meaning, _ model: WorkloadModel,
        _ intervalSeconds: Double
    ) -> Double {
        switch meaning {
        case .rate: return value
        case .total: return value / intervalSeconds
        case .cores: return value / model.coresPerUnit
        case .utilization(let replicas):
            let busy = value / 100 * model.requestCores - model.idleCores
            return max(busy, 0) * Double(recordedReplicas ?? replicas) / model.coresPerUnit
        }
    }

    /// Recorded pods this near to their limit may have had more to do than they could.
    private static let nearLimit = 0.98

    /// Whether the recorded pods were at their limit, where the trace says how busy each was.
    private var isCensored: Bool {
        guard model.limitCores.isFinite else { return false }
        let value = cursor.value(at: state.now)
        switch meaning {
        case .rate, .total: return false
        case .utilization: return value / 100 * model.requestCores >= model.limitCores * Self.nearLimit
        case .cores:
            guard let replicas = cursor.recordedReplicas, replicas > 0 else { return false }
            return value / Double(replicas) >= model.limitCores * Self.nearLimit
        }
    }

    private func demand(at time: Int64) -> Double {
        ClosedLoop.demand(cursor.value(at: time), cursor.recordedReplicas, meaning, model, intervalSeconds)
    }

    /// What happened since the last tick.
    private struct Passed {
        var seconds = 0.0
        var scoredSeconds = 0.0
        var unserved = 0.0
        var busy = 0.0
        var busySeconds = 0.0
    }

    /// Replays to the end of the trace, as if nobody else were there.
    mutating func run(_ onTick: (ReplayTick) -> Void) throws(Diagnostic) -> ReplayOutcome {
        var tick = ReplayTick(undecidedAt: cursor.start)
        while try decide(&tick) { try act(on: &tick, onTick) }
        return finish()
    }

    /// When the trace begins.
    var start: Timestamp { cursor.start }

    /// Makes the next decision, as if nobody else were there.
    ///
    /// - Parameter tick: The one before, whose memory is used again.
    /// - Returns: False when the trace is over.
    mutating func decide(_ tick: inout ReplayTick) throws(Diagnostic) -> Bool {
        try cursor.advance(to: state.now)
        if let end = cursor.end { limit = end }
        if state.now >= limit { return false }
        try ReplayRun.checkCancellation(of: record.trace, at: tick.index)
        view.look(at: &state, isKnown: cursor.isKnown(at: state.now), isScaledToZero: isScaledToZero)
        view.foresee(by: &forecasts)
        if mayHold { view.observation.holds = run.holds(at: view.observation.time) }
        evaluate(run.spec, view.observation, history: &history, flags: run.flags, into: &tick.decision)
        return true
    }

    /// What the guards over all autoscalers are asked about a decision.
    func member(_ decision: Decision) -> FleetMember {
        FleetMember(decision, of: run.spec, namespace: run.namespace, name: run.name, turns: turns)
    }

    /// Makes the last decision again, with what a guard holds of it.
    func decide(_ tick: inout ReplayTick, held hold: Hold) {
        var observation = view.observation
        observation.holds.append(hold)
        // What is remembered of the metrics is the same: holds do not touch it.
        var again = history
        evaluate(run.spec, observation, history: &again, flags: run.flags, into: &tick.decision)
    }

    /// Does what was decided, and lets time pass until the next decision.
    mutating func act(on tick: inout ReplayTick, _ onTick: (ReplayTick) -> Void) throws(Diagnostic) {
        show(&tick)
        if tick.decision.rescales {
            rescale(from: tick.decision.currentReplicas, to: tick.decision.desiredReplicas, at: tick.time)
        }
        passed = try advance(to: state.now.addingSaturating(sync))
        record.add(tick, scoredSeconds: passed.scoredSeconds)
        onTick(tick)
        tick.index += 1
    }

    /// What the replay came to.
    mutating func finish() -> ReplayOutcome {
        let (run, meaning, cursor, end) = (run, meaning, cursor, cursor.start.advanced(byNanoseconds: limit))
        return record.finish(from: cursor.start, to: end, startedInVain: state.startedInVain) {
            RunNotes.notes(run, meaning, cursor, $0)
        }
    }

    /// Puts the state that the decision was made in beside it.
    private mutating func show(_ tick: inout ReplayTick) {
        record.keeper.maxReplicas = run.spec.maxReplicas
        if tick.decision.$schedules {
            record.keeper.maxReplicas = run.spec.raised(by: tick.decision.schedules).maxReplicas
        }
        tick.isKnown = cursor.isKnown(at: state.now)
        tick.isCensored = tick.isKnown && isCensored
        tick.demand = demand(at: state.now)
        tick.neededReplicas = needed.replicas(for: tick.demand)
        tick.readyReplicas = state.readyCount
        tick.existingReplicas = Int32(clamping: state.pods.count)
        tick.utilization = passed.busySeconds > 0 ? passed.busy / passed.busySeconds : nil
        tick.unserved = passed.seconds > 0 ? passed.unserved / passed.seconds : 0
        tick.backlog = state.backlog
    }

    private mutating func rescale(from old: Int32, to new: Int32, at now: Timestamp) {
        history.recordScale(from: old, to: new, at: now, behavior: run.spec.behavior)
        if run.fleet?.flapBudget != nil { turns.record(from: old, to: new, at: now) }
        isScaledToZero = new == 0
        state.scale(to: new)
    }

    /// Lets time pass, event by event, and adds up what happens.
    private mutating func advance(to time: Int64) throws(Diagnostic) -> Passed {
        var passed = Passed()
        while state.now < min(time, limit) {
            try cursor.advance(to: state.now)
            if let end = cursor.end { limit = end }
            let now = state.now
            let end = min(time, limit, cursor.boundary(after: now))
            if end <= now { break }
            let isKnown = cursor.isKnown(at: now)
            // A straight line is taken at the middle of the step, which its events may cut short by little.
            let demand = demand(at: now + (min(end, state.ring.nextTime) - now) / 2)
            let step = state.step(limit: end, demand: demand)
            passed.seconds += step.seconds
            passed.unserved += step.unserved
            if let utilization = step.utilization {
                passed.busy += utilization * step.seconds
                passed.busySeconds += step.seconds
            }
            if isKnown {
                passed.scoredSeconds += step.seconds
                record.keeper.add(step, needed: needed.replicas(for: demand))
            }
        }
        return passed
    }
}
