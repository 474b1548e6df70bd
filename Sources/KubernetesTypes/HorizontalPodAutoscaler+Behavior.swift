package import Autoscaling

extension HorizontalPodAutoscaler {
    /// How fast it may move.
    package struct Behavior: Hashable, Sendable, Codable {
        package var scaleUp: ScalingRules?
        package var scaleDown: ScalingRules?

        package init(scaleUp: ScalingRules? = nil, scaleDown: ScalingRules? = nil) {
            self.scaleUp = scaleUp
            self.scaleDown = scaleDown
        }
    }

    /// The rules of one direction.
    package struct ScalingRules: Hashable, Sendable, Codable {
        package var stabilizationWindowSeconds: Int32?
        /// `Max`, `Min` or `Disabled`.
        package var selectPolicy: String?
        /// `nil` means the defaults, an empty list is refused.
        package var policies: [ScalingPolicy]?
        package var tolerance: Quantity?

        package init(
            stabilizationWindowSeconds: Int32? = nil,
            selectPolicy: String? = nil,
            policies: [ScalingPolicy]? = nil,
            tolerance: Quantity? = nil
        ) {
            self.stabilizationWindowSeconds = stabilizationWindowSeconds
            self.selectPolicy = selectPolicy
            self.policies = policies
            self.tolerance = tolerance
        }
    }

    /// The most that may change in a period.
    package struct ScalingPolicy: Hashable, Sendable, Codable {
        /// `Pods` or `Percent`.
        package var type: String?
        package var value: Int32?
        package var periodSeconds: Int32?

        package init(type: String? = nil, value: Int32? = nil, periodSeconds: Int32? = nil) {
            self.type = type
            self.value = value
            self.periodSeconds = periodSeconds
        }
    }
}
