internal import Autoscaling

/// What a reader of a replay should know: the traps of its kind, and what the trace cannot tell.
enum RunNotes {
    static let openLoop =
        "An open loop says what would have been decided, and nothing of what that would have led to."

    /// The notes of a replay of demand or utilisation.
    static func notes(
        _ run: ReplayRun, _ meaning: DemandTrace.Meaning, _ cursor: DemandCursor, _ scores: Scores
    ) -> [String] {
        var notes: [String] = []
        if case .open = run.mode { notes.append(openLoop) }
        switch meaning {
        case .rate, .total: break
        case .cores, .utilization: notes.append(usage)
        }
        let spacing = Double(cursor.intervalNanoseconds) / 1e9
        notes += general(scores, spacing: spacing, sync: Double(run.syncPeriod.nanoseconds) / 1e9)
        let omissions = cursor.omissions
        for (count, what) in [
            (omissions.withoutValue, "rows without a value"), (omissions.duplicates, "rows that repeat the one before"),
            (omissions.faults, "rows with faults"),
        ] where count > 0 {
            notes.append("Left out of the trace: \(count) \(what).")
        }
        return notes + omissions.examples.map { "Left out: \($0)" }
    }

    private static let usage =
        "The trace is recorded usage: where the recorded pods were at their limit, the demand was higher and the trace "
        + "does not know it, which makes any policy look better than it was."

    /// The notes of any replay.
    ///
    /// - Parameters:
    ///   - spacing: Seconds from one sample of the trace to the next.
    ///   - sync: Seconds from one decision to the next.
    static func general(_ scores: Scores, spacing: Double, sync: Double) -> [String] {
        var notes: [String] = []
        if let share = scores[.censoredShare], share > 0 {
            notes.append(
                "At \(NumberText.short(share)) % of the moments the recorded pods were at their limit or at their "
                    + "maximum: the demand is marked as censored there, and was higher by nobody knows how much.")
        }
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
        return notes
    }
}
