internal import Autoscaling

/// What both loops keep while they run.
struct RunRecord {
    let run: ReplayRun
    let trace: DemandTrace
    var keeper: ScoreKeeper
    var timeline = Timeline()
    private var changes: [ReplayOutcome.Change] = []
    private var furtherChanges = 0

    init(run: ReplayRun, trace: DemandTrace, keeper: ScoreKeeper) {
        self.run = run
        self.trace = trace
        self.keeper = keeper
    }

    mutating func add(_ tick: ReplayTick, scoredSeconds: Double) {
        keeper.decide(
            tick.decision, needed: tick.neededReplicas, ready: tick.readyReplicas, isScored: tick.isKnown,
            seconds: scoredSeconds)
        timeline.add(tick)
        guard tick.decision.rescales else { return }
        if changes.count < ReplayOutcome.largestChanges {
            changes.append(
                ReplayOutcome.Change(
                    time: tick.time, from: tick.decision.currentReplicas, to: tick.decision.desiredReplicas,
                    explanation: Explanation(
                        tick.decision, spec: run.spec, namespace: "default", flags: run.flags
                    ).line))
        } else {
            furtherChanges += 1
        }
    }

    mutating func finish(_ cursor: DemandCursor, end: Int64, startedInVain: Int?) -> ReplayOutcome {
        let scores = keeper.finish(startedInVain: startedInVain)
        return ReplayOutcome(
            policy: run.name, trace: trace.name, spec: run.spec, isClosedLoop: startedInVain != nil,
            start: cursor.start, end: cursor.start.advanced(byNanoseconds: end), scores: scores, changes: changes,
            furtherChanges: furtherChanges, timeline: timeline, notes: traps + notes(cursor, scores))
    }

    /// What the kind of run and of trace cannot tell, whatever is in it.
    private var traps: [String] {
        if case .open = run.mode {
            return ["An open loop says what would have been decided, and nothing of what that would have led to."]
        }
        switch trace.options.meaning {
        case .rate, .total: return []
        case .cores, .utilization:
            return [
                "The trace is recorded usage: where the recorded pods were at their limit, the demand was higher and "
                    + "the trace does not know it, which makes any policy look better than it was."
            ]
        }
    }

    private func notes(_ cursor: DemandCursor, _ scores: Scores) -> [String] {
        var notes: [String] = []
        let spacing = Double(cursor.intervalNanoseconds) / 1e9
        let sync = Double(run.syncPeriod.nanoseconds) / 1e9
        if spacing > 4 * sync {
            notes.append(
                "The trace has one sample in \(DurationText.text(seconds: spacing)) and decisions come every "
                    + "\(DurationText.text(seconds: sync)): what happened in between is not in it, so reactions and "
                    + "short overloads cannot be judged by it.")
        }
        if (scores[.unavoidableDeficitPodSeconds] ?? 0) > 0 {
            notes.append("At times the demand needs more than maxReplicas, whatever the policy does.")
        }
        if scores.ticksInGaps > 0 {
            notes.append(
                "\(scores.ticksInGaps) of \(scores.ticks) decisions fall into gaps of the trace; no score counts them.")
        }
        let omissions = cursor.omissions
        for (count, what) in [
            (omissions.withoutValue, "rows without a value"), (omissions.duplicates, "rows that repeat the one before"),
            (omissions.faults, "rows with faults"),
        ] where count > 0 {
            notes.append("Left out of the trace: \(count) \(what).")
        }
        return notes + omissions.examples.map { "Left out: \($0)" }
    }
}
