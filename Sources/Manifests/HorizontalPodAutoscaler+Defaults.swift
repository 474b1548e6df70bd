internal import Autoscaling
package import KubernetesTypes

extension HorizontalPodAutoscaler.Spec {
    /// The spec as the API server stores it: at least one replica, 80 % of the CPU request without any metric, and every
    /// rule of a behavior filled in. Without a behavior there stays none.
    ///
    /// - Source: `pkg/apis/autoscaling/v2/defaults.go` v1.36.
    package func defaulted() -> HorizontalPodAutoscaler.Spec {
        var spec = self
        spec.minReplicas = minReplicas ?? 1
        if metrics?.isEmpty ?? true { spec.metrics = [.cpuUtilization(percent: 80)] }
        if let behavior {
            spec.behavior = HorizontalPodAutoscaler.Behavior(
                scaleUp: (behavior.scaleUp ?? .init()).filled(from: .defaultScaleUp),
                scaleDown: (behavior.scaleDown ?? .init()).filled(from: .defaultScaleDown))
        }
        return spec
    }
}

extension HorizontalPodAutoscaler.MetricSpec {
    static func cpuUtilization(percent: Int32) -> HorizontalPodAutoscaler.MetricSpec {
        HorizontalPodAutoscaler.MetricSpec(
            type: "Resource",
            resource: HorizontalPodAutoscaler.ResourceMetricSource(
                name: "cpu",
                target: HorizontalPodAutoscaler.MetricTarget(type: "Utilization", averageUtilization: percent)))
    }
}

extension HorizontalPodAutoscaler.ScalingRules {
    /// No window; the larger of 4 pods and 100 % in 15 seconds.
    static let defaultScaleUp = HorizontalPodAutoscaler.ScalingRules(
        stabilizationWindowSeconds: 0, selectPolicy: "Max",
        policies: [
            .init(type: "Pods", value: 4, periodSeconds: 15), .init(type: "Percent", value: 100, periodSeconds: 15),
        ])

    /// The controller's window; 100 % in 15 seconds.
    static let defaultScaleDown = HorizontalPodAutoscaler.ScalingRules(
        selectPolicy: "Max", policies: [.init(type: "Percent", value: 100, periodSeconds: 15)])

    /// Policies that are an empty list stay one: validation refuses it.
    fileprivate func filled(
        from defaults: HorizontalPodAutoscaler.ScalingRules
    ) -> HorizontalPodAutoscaler.ScalingRules {
        HorizontalPodAutoscaler.ScalingRules(
            stabilizationWindowSeconds: stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds,
            selectPolicy: selectPolicy ?? defaults.selectPolicy, policies: policies ?? defaults.policies,
            tolerance: tolerance)
    }
}
