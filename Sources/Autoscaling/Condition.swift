/// A condition of an autoscaler's status.
///
/// - Source: `autoscaling/v2` `HorizontalPodAutoscalerCondition`.
public struct Condition: Hashable, Sendable {
    /// What the condition is about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Whether the target's scale can be read and written, and whether a window holds it.
        case ableToScale = "AbleToScale"
        /// Whether the metrics give a replica count.
        case scalingActive = "ScalingActive"
        /// Whether a bound or a rate limit changed the count.
        case scalingLimited = "ScalingLimited"
        /// Whether the autoscaler itself scaled the target to zero.
        case scaledToZero = "ScaledToZero"
        /// Whether something beside the metrics keeps the size as it is. Ours: there only once a hold was in force.
        case scalingHeld = "ScalingHeld"
        /// Whether a schedule raises a bound. Ours: there only once one did, or could not be followed.
        case scheduleActive = "ScheduleActive"
        /// Whether a step of a fallback is in force, since metrics fail. Ours: there only once one was.
        case fallbackActive = "FallbackActive"
        /// Whether a forecast is good enough to raise the count. Ours: there only with a prediction in the spec.
        case predictionActive = "PredictionActive"
    }

    /// What it is about.
    public var kind: Kind
    /// Whether it holds: `True` or `False` on the wire.
    public var status: Bool
    /// One CamelCase word of a fixed vocabulary.
    public var reason: String
    /// A sentence for a person, worded as the HPA controller words it.
    public var message: String

    /// A condition as one step of a decision sets it.
    public init(_ kind: Kind, _ status: Bool, _ reason: String, _ message: String) {
        self.kind = kind
        self.status = status
        self.reason = reason
        self.message = message
    }
}

/// A condition as the status keeps it: with the time at which its status last changed.
public struct StatusCondition: Hashable, Sendable {
    /// As in ``Condition/Kind``, or a type that somebody else wrote.
    public var type: String
    /// `True`, `False` or `Unknown`.
    public var status: String
    /// One CamelCase word of a fixed vocabulary.
    public var reason: String
    /// A sentence for a person.
    public var message: String
    /// When the status last changed; a new reason alone does not move it.
    public var lastTransitionTime: Timestamp

    /// A condition as the status shows it.
    public init(type: String, status: String, reason: String, message: String, lastTransitionTime: Timestamp) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.lastTransitionTime = lastTransitionTime
    }
}

extension [StatusCondition] {
    /// Whether a condition is true; `nil` where there is none of its kind.
    public func isTrue(_ kind: Condition.Kind) -> Bool? {
        first { $0.type == kind.rawValue }.map { $0.status == "True" }
    }

    /// Sets a condition: in its place if it is there, else at the end. The time moves only when the status changes.
    ///
    /// - Source: `horizontal.go` v1.36, `setConditionInList`.
    public mutating func set(_ condition: Condition, at now: Timestamp) {
        let status = condition.status ? "True" : "False"
        guard let index = firstIndex(where: { $0.type == condition.kind.rawValue }) else {
            append(
                StatusCondition(
                    type: condition.kind.rawValue, status: status, reason: condition.reason,
                    message: condition.message, lastTransitionTime: now))
            return
        }
        // Mostly nothing differs: a list that stays as it is is not copied.
        if self[index].status != status {
            self[index].lastTransitionTime = now
            self[index].status = status
        }
        if self[index].reason != condition.reason { self[index].reason = condition.reason }
        if self[index].message != condition.message { self[index].message = condition.message }
    }

    /// Whether a condition is there and true.
    public func isTrue(_ kind: Condition.Kind) -> Bool {
        contains { $0.type == kind.rawValue && $0.status == "True" }
    }
}
