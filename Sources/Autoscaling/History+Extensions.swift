// What the extensions of a spec remember; nothing of it is there for a spec without them.

extension History {
    /// A failure of metrics that goes on.
    public struct Failure: Hashable, Sendable, Codable {
        /// The first decision that found a metric without usable data.
        public var since: Timestamp
        /// The last recommendation before it; `nil` when there was none.
        public var lastGood: Recommendation?

        /// A failure that began at a time.
        public init(since: Timestamp, lastGood: Recommendation? = nil) {
            self.since = since
            self.lastGood = lastGood
        }
    }

    /// The recommendation made last, if that was before a time: the one that begins a history is made at the time of its
    /// first decision, and is no more than the size that was found. What the decision itself asked for stands after it.
    func latestRecommendation(before now: Timestamp) -> Recommendation? {
        var latest: Recommendation?
        for record in recommendations where record.time >= latest?.time ?? record.time { latest = record }
        return latest.flatMap { $0.time < now ? $0 : nil }
    }

    /// This history with the changes of size of another one: what another policy recommended and remembers is not what
    /// this one would have, and the changes were made.
    package func takingChanges(of other: History) -> History {
        var history = self
        history.scaleUpEvents = other.scaleUpEvents
        history.scaleDownEvents = other.scaleDownEvents
        return history
    }
}
