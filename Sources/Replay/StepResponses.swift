/// How a policy answers each rise of demand that the ready replicas do not cover.
///
/// A step begins when more are needed than are ready, and ends when enough are. Its *reaction* is the time until the size
/// is raised, 0 where that had happened already and the pods were on their way; its *recovery* the time until enough are
/// ready. Its *overshoot* is by how much the ready replicas then exceed the most that was needed in the step, until ten
/// minutes after the recovery or the next step. A step that a gap or the end of the trace cuts off has no recovery, and
/// none that nobody reacted to has a reaction.
struct StepResponses {
    /// How long after the recovery pods still count as the answer to the step.
    private static let settlingSeconds = 600.0

    private struct Step {
        var elapsed = 0.0
        var mostNeeded: Int32
        var mostReady: Int32 = 0
        var reaction: Double?
        var recovered: Double?
    }

    /// Sum, count and highest of one measure.
    struct Tally {
        private(set) var count = 0
        private var sum = 0.0
        private(set) var highest: Double?

        mutating func add(_ value: Double) {
            count += 1
            sum += value
            highest = max(highest ?? value, value)
        }

        var mean: Double? { count > 0 ? sum / Double(count) : nil }
    }

    private(set) var count = 0
    private(set) var reaction = Tally()
    private(set) var recovery = Tally()
    /// Percent of the most that was needed.
    private(set) var overshoot = Tally()
    private var step: Step?

    /// A stretch of time in which nothing changed.
    ///
    /// - Parameter asked: The size that was asked for last: more than are ready when it was raised.
    mutating func advance(_ seconds: Double, needed: Int32, ready: Int32, asked: Int32) {
        if needed > ready, step?.recovered != nil { close() }
        if needed > ready, step == nil {
            count += 1
            step = Step(mostNeeded: needed)
        }
        guard var present = step else { return }
        if present.reaction == nil, present.recovered == nil, asked > ready {
            present.reaction = present.elapsed
            reaction.add(present.elapsed)
        }
        if present.recovered == nil, needed <= ready {
            present.recovered = present.elapsed
            recovery.add(present.elapsed)
        }
        if present.recovered == nil {
            present.mostNeeded = max(present.mostNeeded, needed)
        }
        present.mostReady = max(present.mostReady, ready)
        present.elapsed += seconds
        step = present
        if let recovered = present.recovered, present.elapsed - recovered >= Self.settlingSeconds { close() }
    }

    /// Ends the step that is under way: a gap, or the end.
    mutating func close() {
        guard let present = step else { return }
        step = nil
        guard present.recovered != nil else { return }
        let beyond = Double(max(present.mostReady - present.mostNeeded, 0))
        overshoot.add(beyond / Double(max(present.mostNeeded, 1)) * 100)
    }
}
