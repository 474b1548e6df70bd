package import Autoscaling

/// An autoscaler as the API has it, before or after defaulting: everything is optional.
///
/// - Source: `autoscaling/v2` `HorizontalPodAutoscaler`.
package struct HorizontalPodAutoscaler: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var spec: Spec?
    package var status: Status?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        metadata: ObjectMeta? = nil,
        spec: Spec? = nil,
        status: Status? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// What is asked for.
    package struct Spec: Hashable, Sendable, Codable {
        package var scaleTargetRef: CrossVersionObjectReference?
        package var minReplicas: Int32?
        package var maxReplicas: Int32?
        package var metrics: [MetricSpec]?
        package var behavior: Behavior?

        package init(
            scaleTargetRef: CrossVersionObjectReference? = nil,
            minReplicas: Int32? = nil,
            maxReplicas: Int32? = nil,
            metrics: [MetricSpec]? = nil,
            behavior: Behavior? = nil
        ) {
            self.scaleTargetRef = scaleTargetRef
            self.minReplicas = minReplicas
            self.maxReplicas = maxReplicas
            self.metrics = metrics
            self.behavior = behavior
        }
    }

    /// What the controller last did and why.
    package struct Status: Hashable, Sendable, Codable {
        package var observedGeneration: Int64?
        package var lastScaleTime: Time?
        package var currentReplicas: Int32?
        package var desiredReplicas: Int32?
        package var currentMetrics: [MetricStatus]?
        package var conditions: [Condition]?

        package init(
            observedGeneration: Int64? = nil,
            lastScaleTime: Time? = nil,
            currentReplicas: Int32? = nil,
            desiredReplicas: Int32? = nil,
            currentMetrics: [MetricStatus]? = nil,
            conditions: [Condition]? = nil
        ) {
            self.observedGeneration = observedGeneration
            self.lastScaleTime = lastScaleTime
            self.currentReplicas = currentReplicas
            self.desiredReplicas = desiredReplicas
            self.currentMetrics = currentMetrics
            self.conditions = conditions
        }
    }

    /// One statement about the autoscaler.
    package struct Condition: Hashable, Sendable, Codable {
        /// `AbleToScale`, `ScalingActive`, `ScalingLimited` or `ScaledToZero`.
        package var type: String?
        /// `True`, `False` or `Unknown`.
        package var status: String?
        /// When `status` last changed.
        package var lastTransitionTime: Time?
        package var reason: String?
        package var message: String?

        package init(
            type: String? = nil,
            status: String? = nil,
            lastTransitionTime: Time? = nil,
            reason: String? = nil,
            message: String? = nil
        ) {
            self.type = type
            self.status = status
            self.lastTransitionTime = lastTransitionTime
            self.reason = reason
            self.message = message
        }
    }
}
