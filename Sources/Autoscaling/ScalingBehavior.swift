/// How fast an autoscaler may move, in each direction, after defaulting.
///
/// - Source: `autoscaling/v2` `HorizontalPodAutoscalerBehavior`; KEP-853.
public struct ScalingBehavior: Hashable, Sendable, Codable {
    /// Rules for adding pods.
    public var scaleUp: ScalingRules
    /// Rules for removing pods.
    public var scaleDown: ScalingRules

    /// Rules as given; the API's defaults for what is not.
    public init(scaleUp: ScalingRules = .defaultScaleUp, scaleDown: ScalingRules = .defaultScaleDown) {
        self.scaleUp = scaleUp
        self.scaleDown = scaleDown
    }
}

/// The rules of one direction.
///
/// - Source: `autoscaling/v2` `HPAScalingRules`.
public struct ScalingRules: Hashable, Sendable, Codable {
    /// Which of several policies holds.
    public enum SelectPolicy: String, Hashable, Sendable, Codable {
        /// The policy that allows the largest change.
        case max = "Max"
        /// The policy that allows the smallest change.
        case min = "Min"
        /// No change in this direction.
        case disabled = "Disabled"
    }

    /// How long past recommendations count, in seconds, 0 to 3,600. `nil`: the controller's flag (scale-down only).
    public var stabilizationWindowSeconds: Int32?
    /// Which of several policies holds; `Max` by default.
    public var selectPolicy: SelectPolicy
    /// At least one on an object that was validated.
    public var policies: [ScalingPolicy]
    /// How far the usage ratio may be from 1 without a change; `nil`: the controller's flag.
    ///
    /// - Source: KEP-4951.
    public var tolerance: Double?

    /// Rules as given; nothing is checked.
    public init(
        stabilizationWindowSeconds: Int32?,
        selectPolicy: SelectPolicy = .max,
        policies: [ScalingPolicy],
        tolerance: Double? = nil
    ) {
        self.stabilizationWindowSeconds = stabilizationWindowSeconds
        self.selectPolicy = selectPolicy
        self.policies = policies
        self.tolerance = tolerance
    }

    /// No window; the larger of 4 pods and 100 % in 15 seconds.
    public static let defaultScaleUp = ScalingRules(
        stabilizationWindowSeconds: 0,
        policies: [
            ScalingPolicy(kind: .pods, value: 4, periodSeconds: 15),
            ScalingPolicy(kind: .percent, value: 100, periodSeconds: 15),
        ])

    /// The flag's window; 100 % in 15 seconds.
    public static let defaultScaleDown = ScalingRules(
        stabilizationWindowSeconds: nil,
        policies: [ScalingPolicy(kind: .percent, value: 100, periodSeconds: 15)])
}

/// The most that may be added or removed within a period.
///
/// - Source: `autoscaling/v2` `HPAScalingPolicy`.
public struct ScalingPolicy: Hashable, Sendable, Codable {
    /// What a policy's value counts.
    public enum Kind: String, Hashable, Sendable, Codable {
        case pods = "Pods"
        case percent = "Percent"
    }

    /// Whether the value is pods or percent.
    public var kind: Kind
    /// Pods, or percent of the size at the start of the period; above 0.
    public var value: Int32
    /// 1 to 1,800 seconds.
    public var periodSeconds: Int32

    /// At most `value` pods or percent in each period.
    public init(kind: Kind, value: Int32, periodSeconds: Int32) {
        self.kind = kind
        self.value = value
        self.periodSeconds = periodSeconds
    }
}
