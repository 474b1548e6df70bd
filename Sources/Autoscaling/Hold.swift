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

    /// A hold in force at the time of the observation.
    public init(_ direction: Direction, reason: String, message: String, until: Timestamp? = nil) {
        self.direction = direction
        self.reason = reason
        self.message = message
        self.until = until
    }

    /// Whether a change of size is kept back.
    func stops(from current: Int32, to desired: Int32) -> Bool {
        switch direction {
        case .up: desired > current
        case .down: desired < current
        case .both: desired != current
        }
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

    /// Keeps the size where a hold forbids the change. Of several holds the one that stops the change is named, and of
    /// those the first.
    mutating func restrain(by holds: [Hold]) {
        guard let first = holds.first else { return }
        guard let stopping = holds.first(where: { $0.stops(from: currentReplicas, to: desiredReplicas) }) else {
            restraint = Restraint(hold: first)
            return
        }
        restraint = Restraint(hold: stopping, withheldReplicas: desiredReplicas)
        desiredReplicas = currentReplicas
        rescaleReason = nil
    }
}
