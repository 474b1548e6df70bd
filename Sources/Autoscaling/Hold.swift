/// Something beside the metrics that keeps a size as it is: a pause, a rollout, another writer of the size.
///
/// A hold is part of the ``Observation``, so that a recorded moment decides again as it did. The recommendations of the
/// metrics are recorded all the same: when a hold ends, the windows know what was wanted meanwhile.
public struct Hold: Hashable, Sendable, Codable {
    /// Which changes are kept back.
    public enum Direction: String, Hashable, Sendable, Codable {
        case up, down, both
    }

    /// Which changes are kept back.
    public var direction: Direction
    /// One CamelCase word, the reason of the condition `ScalingHeld`.
    public var reason: String
    /// Why, in words that go on after "held: "; without a full stop.
    public var message: String
    /// When it ends by itself; `nil` when something has to happen first.
    public var until: Timestamp?
    /// How far the size may still go in the direction that is kept back; `nil` for not at all. On the near side of the
    /// present size it is as `nil`.
    public var bound: Int32?

    /// A hold in force at the time of the observation.
    public init(
        _ direction: Direction, reason: String, message: String, until: Timestamp? = nil, bound: Int32? = nil
    ) {
        self.bound = bound
        self.direction = direction
        self.reason = reason
        self.message = message
        self.until = until
    }

    /// That of `mode: Paused`.
    public static let paused = Hold(.both, reason: "Paused", message: "spec.mode is Paused")

    /// What is left of a change of size.
    func allowed(from current: Int32, to desired: Int32) -> Int32 {
        if desired > current, direction != .down { return min(desired, max(bound ?? current, current)) }
        if desired < current, direction != .up { return max(desired, min(bound ?? current, current)) }
        return desired
    }
}

extension Decision {
    /// The hold in force that matters most, and what it kept back.
    public struct Restraint: Hashable, Sendable, Codable {
        /// The hold.
        public var hold: Hold
        /// The size that would have been written without it; `nil` when nothing was kept back.
        public var withheldReplicas: Int32?

        /// The condition `ScalingHeld` as the hold sets it.
        public var condition: Condition {
            var message = hold.message
            if let withheldReplicas { message = "\(withheldReplicas) replicas wanted; " + message }
            if let until = hold.until { message += ", until \(NumberText.timeOfDay(until)) UTC" }
            return Condition(.scalingHeld, true, hold.reason, message)
        }
    }

    /// Keeps the size where a hold forbids the change, or as much of it as one forbids. Of several holds the one that
    /// leaves least is named, and of those the first.
    mutating func restrain(by holds: [Hold]) {
        guard let first = holds.first else { return }
        var (named, allowed): (Hold?, Int32) = (nil, desiredReplicas)
        for hold in holds {
            let left = hold.allowed(from: currentReplicas, to: allowed)
            if left != allowed { (named, allowed) = (hold, left) }
        }
        guard let named else {
            restraint = Restraint(hold: first)
            return
        }
        restraint = Restraint(hold: named, withheldReplicas: desiredReplicas)
        desiredReplicas = allowed
        if allowed == currentReplicas { rescaleReason = nil }
    }
}
