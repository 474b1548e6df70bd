/// What past decisions leave to later ones: recommendations and changes of size that may still lie inside a window.
///
/// A value, bounded, and restorable: a controller that restarts with it decides as if it had never stopped. Slots that
/// no window can reach are used again, one in each step, and the others linger as they do in Kubernetes, so that
/// lengthening a window makes them count again.
///
/// - Source: `horizontal.go` v1.36, `recommendations`, `scaleUpEvents`, `scaleDownEvents`.
public struct History: Hashable, Sendable, Codable {
    /// What one decision asked for, before stabilisation.
    public struct Recommendation: Hashable, Sendable, Codable {
        /// When it was made.
        public var time: Timestamp
        /// Replicas asked for, before stabilisation; any 32-bit value.
        public var replicas: Int32

        /// A recommendation made at a time.
        public init(time: Timestamp, replicas: Int32) {
            self.time = time
            self.replicas = replicas
        }
    }

    /// A change of size that was written.
    public struct ScaleEvent: Hashable, Sendable, Codable {
        /// When the write succeeded.
        public var time: Timestamp
        /// Pods added or removed, above 0.
        public var change: Int32
        /// Whether it was once seen outside the longest period; its slot is then free to be used again.
        public var isOutdated: Bool

        /// A change of so many pods at a time.
        public init(time: Timestamp, change: Int32, isOutdated: Bool = false) {
            self.time = time
            self.change = change
            self.isOutdated = isOutdated
        }
    }

    /// Whether a decision was ever made; the first one records the present size as a recommendation.
    public internal(set) var isStarted: Bool
    /// In slots that are used again, so not in the order of time; at most ``capacity``.
    public internal(set) var recommendations: [Recommendation]
    /// Pods added; at most ``capacity`` records.
    public internal(set) var scaleUpEvents: [ScaleEvent]
    /// Pods removed; at most ``capacity`` records.
    public internal(set) var scaleDownEvents: [ScaleEvent]
    /// Metrics that fail now; `nil` while they do not, and without a ``FallbackPolicy``.
    public internal(set) var failure: Failure?
    /// Since when there has been nothing to do; `nil` while there is, and without a ``ScaleToZeroPolicy``.
    public internal(set) var idleSince: Timestamp?

    /// Most records of one kind that a history keeps: an hour of decisions once a second.
    ///
    /// The API allows windows of up to an hour. Past the bound the oldest record goes, so a flood of decisions costs
    /// memory no further and loses only what lies furthest back.
    public static let capacity = 3_600

    /// - Parameter recommendations: `nil` for an autoscaler that no decision was made for yet.
    public init(
        recommendations: [Recommendation]? = nil,
        scaleUpEvents: [ScaleEvent] = [],
        scaleDownEvents: [ScaleEvent] = [],
        failure: Failure? = nil,
        idleSince: Timestamp? = nil
    ) {
        self.isStarted = recommendations != nil
        self.recommendations = recommendations?.suffix(Self.capacity) ?? []
        self.scaleUpEvents = scaleUpEvents.suffix(Self.capacity)
        self.scaleDownEvents = scaleDownEvents.suffix(Self.capacity)
        self.failure = failure
        self.idleSince = idleSince
    }

    /// Records the present size as the first recommendation, so that a controller that has just started does not
    /// scale down on its first look.
    mutating func recordInitialRecommendation(_ replicas: Int32, at now: Timestamp) {
        if isStarted { return }
        isStarted = true
        recommendations = [Recommendation(time: now, replicas: replicas)]
    }

    /// Records a recommendation in the slot of an outdated one, or in a new one.
    mutating func record(_ recommendation: Recommendation, replacing outdated: Int?) {
        if let outdated {
            recommendations[outdated] = recommendation
        } else {
            if recommendations.count >= Self.capacity { recommendations.removeFirst() }
            recommendations.append(recommendation)
        }
    }

    /// Records that the target's size was changed. Call it only once the write has succeeded.
    ///
    /// Without `behavior` nothing limits the rate by past changes, and nothing is recorded.
    ///
    /// - Source: `horizontal.go` v1.36, `storeScaleEvent`.
    public mutating func recordScale(from old: Int32, to new: Int32, at now: Timestamp, behavior: ScalingBehavior?) {
        guard let behavior, new != old else { return }
        if new > old {
            Self.record(change: new.subtractingSaturating(old), at: now, rules: behavior.scaleUp, in: &scaleUpEvents)
        } else {
            Self.record(
                change: old.subtractingSaturating(new), at: now, rules: behavior.scaleDown, in: &scaleDownEvents)
        }
    }

    private static func record(
        change: Int32, at now: Timestamp, rules: ScalingRules, in events: inout [ScaleEvent]
    ) {
        var longest: Int32 = 0
        for policy in rules.policies where policy.periodSeconds > longest { longest = policy.periodSeconds }
        let cutoff = now.advanced(bySeconds: -Int64(longest))
        var free: Int?
        for index in events.indices {
            if events[index].time < cutoff { events[index].isOutdated = true }
            if events[index].isOutdated { free = index }
        }
        let event = ScaleEvent(time: now, change: change)
        if let free {
            events[free] = event
        } else {
            if events.count >= capacity { events.removeFirst() }
            events.append(event)
        }
    }
}

extension Int32 {
    /// The difference, at the nearest end of the range where it does not fit.
    func subtractingSaturating(_ other: Int32) -> Int32 {
        Int32(clamping: Int64(self) - Int64(other))
    }
}

extension History {
    /// Moves the latest recommendation to a later time: for a history that was stored when it last changed, and whose
    /// last recommendation has been repeated since.
    public mutating func extendLatestRecommendation(to time: Timestamp) {
        guard let latest = recommendations.indices.max(by: { recommendations[$0].time < recommendations[$1].time }),
            recommendations[latest].time < time
        else { return }
        recommendations[latest].time = time
    }
}
