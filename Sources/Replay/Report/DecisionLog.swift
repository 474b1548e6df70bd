package import Autoscaling

/// The decisions that a report lists, each with its explanation: every one of a short run, and of a long one the changes
/// and those that a limiter newly held.
///
/// Hand it each tick. Memory is bounded: when the list is full it is thinned evenly over the whole run, changes last.
package struct DecisionLog: Sendable {
    /// Why a decision is worth a line.
    package enum Kind: String, CaseIterable, Sendable {
        /// The size changes; in an open loop another size is asked for than at the decision before.
        case change
        /// Something holds it that did not hold the decision before.
        case held
        case other
    }

    package struct Entry: Sendable {
        package var time: Timestamp
        package var kind: Kind
        package var from: Int32
        package var to: Int32
        /// What holds the decision.
        package var heldBy: [ScoreName]
        package var explanation: String
        /// The how manieth of its kind it is, from 0.
        fileprivate var ordinal: Int
    }

    /// Runs of up to so many decisions are listed whole.
    private static let wholeRun = 500

    private let spec: AutoscalerSpec
    private let flags: ControllerFlags
    private let largestCount: Int
    private var heldBefore: [ScoreName] = []
    private var changeBefore: (from: Int32, to: Int32)?
    /// Of each kind, every so manieth is kept; 0 keeps none.
    private var strides: [Kind: Int] = [.change: 1, .held: 1, .other: 1]
    /// In order of time.
    package private(set) var entries: [Entry] = []
    /// Decisions of each kind, listed or not.
    package private(set) var counts: [Kind: Int] = [:]

    /// - Parameter largestCount: Entries at most, at least 16.
    package init(run: ReplayRun, largestCount: Int = 1_000) {
        spec = run.spec
        flags = run.flags
        self.largestCount = max(largestCount, 16)
    }

    package mutating func observe(_ tick: ReplayTick) {
        let heldBy = tick.decision.heldBy
        let change: (from: Int32, to: Int32)? =
            tick.decision.rescales ? (tick.decision.currentReplicas, tick.decision.desiredReplicas) : nil
        let isNew = change.map { now in changeBefore.map { $0 != now } ?? true } ?? false
        let kind: Kind = isNew ? .change : heldBy.contains { !heldBefore.contains($0) } ? .held : .other
        (heldBefore, changeBefore) = (heldBy, change)
        let ordinal = counts[kind, default: 0]
        counts[kind] = ordinal + 1
        guard let stride = strides[kind], stride > 0, ordinal.isMultiple(of: stride) else { return }
        entries.append(
            Entry(
                time: tick.time, kind: kind, from: tick.decision.currentReplicas, to: tick.decision.desiredReplicas,
                heldBy: heldBy,
                explanation: Explanation(tick.decision, spec: spec, namespace: "default", flags: flags).line,
                ordinal: ordinal))
        if strides[.other] == 1, entries.count > min(DecisionLog.wholeRun, largestCount) {
            strides[.other] = 0
            entries.removeAll { $0.kind == .other }
        }
        while entries.count > largestCount { thin() }
    }

    /// Drops every second entry of the kind that has the less to say.
    private mutating func thin() {
        let held = entries.count { $0.kind == .held }
        let kind: Kind = held * 2 > entries.count || held > largestCount / 4 ? .held : .change
        let stride = max(strides[kind] ?? 1, 1) * 2
        strides[kind] = stride
        entries.removeAll { $0.kind == kind && !$0.ordinal.isMultiple(of: stride) }
    }

    /// What is listed of how many, as a sentence.
    package var summary: String {
        let all = counts.values.reduce(0, +)
        if entries.count == all { return "All \(all) decisions." }
        func part(_ kind: Kind, _ what: String) -> String {
            let (listed, count) = (entries.count { $0.kind == kind }, counts[kind] ?? 0)
            return listed == count ? "all \(count) \(what)" : "\(listed) of \(count) \(what), evenly spaced,"
        }
        return "Of \(all) decisions \(part(.change, "changes")) and "
            + part(.held, "that a limiter newly held") + " are listed."
    }
}
