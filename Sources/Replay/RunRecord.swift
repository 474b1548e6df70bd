internal import Autoscaling

/// What every kind of replay keeps while it runs.
struct RunRecord {
    let policy: String
    let trace: String
    /// The policy; a journal may change it on the way.
    var spec: AutoscalerSpec { didSet { inForce = nil } }
    var flags: ControllerFlags { didSet { inForce = nil } }
    /// Both of them, for the changes that they made.
    private var inForce: PolicyInForce?
    var keeper: ScoreKeeper
    var timeline = Timeline()
    private var predictions = PredictionTally()
    private var changes: [ReplayOutcome.Change] = []
    private var furtherChanges = 0

    init(policy: String, trace: String, spec: AutoscalerSpec, flags: ControllerFlags, keeper: ScoreKeeper) {
        self.policy = policy
        self.trace = trace
        self.spec = spec
        self.flags = flags
        self.keeper = keeper
    }

    init(run: ReplayRun, trace: DemandTrace, keeper: ScoreKeeper) {
        self.init(policy: run.name, trace: trace.name, spec: run.spec, flags: run.flags, keeper: keeper)
    }

    mutating func add(_ tick: ReplayTick, scoredSeconds: Double) {
        keeper.decide(
            tick.decision, needed: tick.neededReplicas, ready: tick.readyReplicas, isScored: tick.isKnown,
            isCensored: tick.isCensored, seconds: scoredSeconds)
        timeline.add(tick)
        predictions.add(tick.decision)
        if tick.decision.rescales { keep(tick.decision) }
    }

    private mutating func keep(_ decision: Decision) {
        if changes.count < ReplayOutcome.largestChanges {
            let policy = inForce ?? PolicyInForce(spec: spec, flags: flags)
            inForce = policy
            changes.append(ReplayOutcome.Change(decision: decision, policy: policy))
        } else {
            furtherChanges += 1
        }
    }

    /// A decision in one line.
    func words(for decision: Decision) -> String {
        PolicyInForce(spec: spec, flags: flags).words(for: decision)
    }

    /// - Parameters:
    ///   - startedInVain: `nil` in an open loop.
    ///   - notes: Made of the scores.
    mutating func finish(
        from start: Timestamp, to end: Timestamp, startedInVain: Int?, notes: (Scores) -> [String]
    ) -> ReplayOutcome {
        let scores = keeper.finish(startedInVain: startedInVain)
        return ReplayOutcome(
            policy: policy, trace: trace, spec: spec, isClosedLoop: startedInVain != nil, start: start, end: end,
            scores: scores, changes: changes, furtherChanges: furtherChanges, timeline: timeline,
            notes: notes(scores) + [predictions.note].compactMap { $0 })
    }
}
