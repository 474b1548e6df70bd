extension History {
    /// How much of a history is kept, and for how long.
    public struct Compaction: Hashable, Sendable {
        /// How long recommendations can matter; the API allows windows of up to an hour.
        public var recommendationWindow: Duration
        /// How long changes of size can matter; the API allows periods of up to half an hour.
        public var scalePeriod: Duration
        /// Most recommendations kept for each direction; at least 1.
        public var mostRecommendations: Int
        /// Most changes kept in each direction; at least 1. At a tick every 15 seconds, half an hour has 120.
        public var mostScaleEvents: Int

        /// What the API allows, in as many records as the status of a custom resource holds.
        public init(
            recommendationWindow: Duration = .seconds(3_600), scalePeriod: Duration = .seconds(1_800),
            mostRecommendations: Int = 64, mostScaleEvents: Int = 128
        ) {
            self.recommendationWindow = recommendationWindow
            self.scalePeriod = scalePeriod
            self.mostRecommendations = mostRecommendations
            self.mostScaleEvents = mostScaleEvents
        }
    }

    /// The least that later decisions need of this history, in the order of time.
    ///
    /// Stabilization asks for the highest and the lowest recommendation since some instant, and for the last time of
    /// each. So of the recommendations only those count that no later one equals or exceeds, and those that no later one
    /// equals or undercuts. Any later decision is the same as from the whole history, as long as its windows are within
    /// those given and do not grow: Kubernetes lets some records linger past their window, here those that no window
    /// can need are gone.
    ///
    /// Only past the bounds something is lost, first where it is furthest back and nearest together, and never so that a
    /// target moves further than the whole history allows it to: of two neighbouring recommendations the further one
    /// then counts as if made at the later time. Two changes of size become one at the later time, so they use up the
    /// allowance of their direction for longer.
    public func compacted(at now: Timestamp, _ bounds: Compaction = Compaction()) -> History {
        var compact = self
        // An age equal to the window still counts without a behavior.
        let window = bounds.recommendationWindow.nanoseconds
        let recent = recommendations.filter { now.nanoseconds(since: $0.time) <= window }.sorted { $0.time < $1.time }
        let highest = Self.extremes(of: recent, atMost: bounds.mostRecommendations, now: now) { $0 > $1 }
        let lowest = Self.extremes(of: recent, atMost: bounds.mostRecommendations, now: now) { $0 < $1 }
        compact.recommendations = Self.merged(highest, lowest)
        let period = bounds.scalePeriod.nanoseconds
        func events(_ all: [ScaleEvent]) -> [ScaleEvent] {
            let recent = all.filter { now.nanoseconds(since: $0.time) < period }.sorted { $0.time < $1.time }
            return Self.fused(recent, atMost: bounds.mostScaleEvents, now: now)
        }
        compact.scaleUpEvents = events(scaleUpEvents)
        compact.scaleDownEvents = events(scaleDownEvents)
        return compact
    }

    /// What every recommendation within the bounds asks for, where they all ask for the same and nothing else is left to
    /// later decisions; `nil` otherwise. The compact form is then that one recommendation.
    ///
    /// - Complexity: O(records), without allocation.
    public func onlyRecommendation(at now: Timestamp, _ bounds: Compaction = Compaction()) -> Int32? {
        guard isStarted, failure == nil, idleSince == nil else { return nil }
        let period = bounds.scalePeriod.nanoseconds
        for event in scaleUpEvents where now.nanoseconds(since: event.time) < period { return nil }
        for event in scaleDownEvents where now.nanoseconds(since: event.time) < period { return nil }
        let window = bounds.recommendationWindow.nanoseconds
        var only: Int32?
        for record in recommendations where now.nanoseconds(since: record.time) <= window {
            if let only, only != record.replicas { return nil }
            only = record.replicas
        }
        return only
    }

    /// The records that no later one equals or exceeds.
    ///
    /// - Parameter exceeds: Whether the first lies further out than the second.
    private static func extremes(
        of sorted: [Recommendation], atMost limit: Int, now: Timestamp, exceeds: (Int32, Int32) -> Bool
    ) -> [Recommendation] {
        var kept: [Recommendation] = []
        for record in sorted {
            while let last = kept.last, !exceeds(last.replicas, record.replicas) { kept.removeLast() }
            kept.append(record)
        }
        while kept.count > max(limit, 1), let index = nearestNeighbours(kept.map(\.time), now: now) {
            kept[index + 1].replicas = kept[index].replicas
            kept.remove(at: index)
        }
        return kept
    }

    private static func fused(_ sorted: [ScaleEvent], atMost limit: Int, now: Timestamp) -> [ScaleEvent] {
        var kept = sorted
        while kept.count > max(limit, 1), let index = nearestNeighbours(kept.map(\.time), now: now) {
            kept[index + 1].change = Int32(clamping: Int64(kept[index].change) + Int64(kept[index + 1].change))
            kept.remove(at: index)
        }
        return kept
    }

    /// The first of the two that lie closest together for their age.
    private static func nearestNeighbours(_ times: [Timestamp], now: Timestamp) -> Int? {
        times.indices.dropLast().min { left, right in
            func gap(_ index: Int) -> Double {
                Double(times[index + 1].nanoseconds(since: times[index]))
                    / max(1, Double(now.nanoseconds(since: times[index])))
            }
            return gap(left) < gap(right)
        }
    }

    /// Both lists in the order of time, a record that is in both once.
    private static func merged(_ left: [Recommendation], _ right: [Recommendation]) -> [Recommendation] {
        var result: [Recommendation] = []
        var known: Set<Recommendation> = []
        for record in (left + right).sorted(by: { ($0.time, $0.replicas) < ($1.time, $1.replicas) })
        where known.insert(record).inserted {
            result.append(record)
        }
        return result
    }
}
