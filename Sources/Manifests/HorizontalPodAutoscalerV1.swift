internal import Autoscaling
internal import KubernetesTypes

/// An autoscaler of `autoscaling/v1`, which knows one metric only.
///
/// - Source: `autoscaling/v1` `HorizontalPodAutoscaler`; `pkg/apis/autoscaling/v1/conversion.go` v1.36.
struct HorizontalPodAutoscalerV1: Decodable {
    struct Spec: Decodable {
        var scaleTargetRef: CrossVersionObjectReference?
        var minReplicas: Int32?
        var maxReplicas: Int32?
        var targetCPUUtilizationPercentage: Int32?
    }

    struct Status: Decodable {
        var observedGeneration: Int64?
        var lastScaleTime: Time?
        var currentReplicas: Int32?
        var desiredReplicas: Int32?
        var currentCPUUtilizationPercentage: Int32?
    }

    var apiVersion: String?
    var kind: String?
    var metadata: ObjectMeta?
    var spec: Spec?
    var status: Status?

    /// Annotations in which `autoscaling/v1` keeps what it has no fields for.
    static let hiddenFields = [
        "autoscaling.alpha.kubernetes.io/metrics", "autoscaling.alpha.kubernetes.io/behavior",
    ]

    /// The same autoscaler in the newer form, without its status.
    var converted: HorizontalPodAutoscaler {
        let metric = spec?.targetCPUUtilizationPercentage.map(HorizontalPodAutoscaler.MetricSpec.cpuUtilization)
        return HorizontalPodAutoscaler(
            apiVersion: "autoscaling/v2", kind: kind, metadata: metadata,
            spec: HorizontalPodAutoscaler.Spec(
                scaleTargetRef: spec?.scaleTargetRef, minReplicas: spec?.minReplicas, maxReplicas: spec?.maxReplicas,
                metrics: metric.map { [$0] }))
    }
}
