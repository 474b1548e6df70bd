internal import Autoscaling
internal import KubernetesTypes

/// Changes of a target's size that somebody else made: seen, named, and not fought.
///
/// Two writers that each put their number back take turns for ever, and pods come and go with them. So after a foreign
/// write the size is left alone for a while, and longer each time: a person who scales by hand once sees the autoscaler
/// take over again after a few seconds, a tool that insists is left to it for minutes at a time.
package struct ForeignWrites: Sendable, Hashable {
    /// How long the size is left alone after one foreign write, and after many.
    package struct Backoff: Sendable, Hashable {
        package var first: Duration
        /// Zero turns the rule off: foreign writes are named, and nothing waits for them.
        package var longest: Duration

        package init(first: Duration = .seconds(15), longest: Duration = .seconds(300)) {
            self.first = first
            self.longest = longest
        }
    }

    /// After so long without a foreign write it counts from one again.
    private static let memory = Duration.seconds(3_600)

    /// Foreign writes without an hour of peace between them.
    package private(set) var count = 0
    private var last: Timestamp?
    private var change: Change?
    private var writer: ReplicasWriter?
    private var until: Timestamp?

    private struct Change: Sendable, Hashable {
        var from: Int32
        var to: Int32
    }

    package init() {}

    /// Takes note of a size that is not the one that was left.
    mutating func note(
        from old: Int32, to new: Int32, by writer: ReplicasWriter?, at now: Timestamp, _ backoff: Backoff
    ) {
        if let last, now.nanoseconds(since: last) > Self.memory.nanoseconds { count = 0 }
        count += 1
        last = now
        change = Change(from: old, to: new)
        self.writer = writer
        // 2^20 times any first wait is beyond every longest one.
        let wait = min(backoff.first * (1 << min(count - 1, 20)), backoff.longest)
        until = now.advanced(byNanoseconds: wait.nanoseconds)
    }

    /// The hold that a foreign write stands for, while it lasts.
    func hold(at now: Timestamp) -> Hold? {
        guard let until, now < until, let change, let last else { return nil }
        let who = writer.map { $0.manager.isEmpty ? "somebody else" : $0.manager } ?? "somebody else"
        let way = writer.map { $0.subresource.isEmpty ? "" : " (\($0.subresource))" } ?? ""
        let when = RFC3339.format(writer?.time ?? last, fractionDigits: 0)
        let times = count > 1 ? ", the \(ordinal(count)) time" : ""
        return Hold(
            .both, reason: "ReplicasWrittenByOther",
            message: "\(who)\(way) changed spec.replicas from \(change.from) to \(change.to) at \(when)\(times)",
            until: until)
    }

    private func ordinal(_ number: Int) -> String {
        let suffix =
            switch (number % 100, number % 10) {
            case (11...13, _): "th"
            case (_, 1): "st"
            case (_, 2): "nd"
            case (_, 3): "rd"
            default: "th"
            }
        return "\(number)\(suffix)"
    }
}
