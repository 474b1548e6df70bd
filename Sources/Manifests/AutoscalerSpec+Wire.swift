package import Autoscaling
package import KubernetesTypes

extension AutoscalerSpec {
    /// What decisions are made from, out of any spec on the wire.
    ///
    /// Defaults are filled in. Nothing is refused, since objects that were never validated are decided on as well: a
    /// metric of an unknown type, or without the source that its type names, becomes ``MetricSource/unknown(type:)``; an
    /// unknown way to choose among policies is taken as `Max`; a policy of an unknown type allows nothing and is left out.
    package init(_ wire: HorizontalPodAutoscaler.Spec) {
        let spec = wire.defaulted()
        self.init(
            scaleTargetRef: spec.scaleTargetRef ?? CrossVersionObjectReference(kind: "", name: ""),
            minReplicas: spec.minReplicas ?? 1, maxReplicas: spec.maxReplicas ?? 0,
            metrics: (spec.metrics ?? []).map(MetricSpec.init), behavior: spec.behavior.map(ScalingBehavior.init))
    }
}

extension MetricSpec {
    fileprivate init(_ wire: HorizontalPodAutoscaler.MetricSpec) {
        let type = wire.type ?? ""
        if type == "Prometheus", let source = wire.prometheus {
            let query = PrometheusQuery(
                name: source.name, query: source.query ?? "",
                whenEmpty: PrometheusQuery.WhenEmpty(rawValue: source.whenEmpty ?? "") ?? .error)
            self.init(source: .prometheus(query), target: MetricTarget(source.target))
            return
        }
        switch (type, wire.resource, wire.containerResource, wire.pods, wire.object, wire.external) {
        case ("Resource", let source?, _, _, _, _):
            self.init(source: .resource(name: source.name ?? ""), target: MetricTarget(source.target))
        case ("ContainerResource", _, let source?, _, _, _):
            self.init(
                source: .containerResource(name: source.name ?? "", container: source.container ?? ""),
                target: MetricTarget(source.target))
        case ("Pods", _, _, let source?, _, _):
            self.init(source: .pods(MetricIdentifier(source.metric)), target: MetricTarget(source.target))
        case ("Object", _, _, _, let source?, _):
            let object = source.describedObject ?? CrossVersionObjectReference(kind: "", name: "")
            self.init(
                source: .object(MetricIdentifier(source.metric), describedObject: object),
                target: MetricTarget(source.target))
        case ("External", _, _, _, _, let source?):
            self.init(source: .external(MetricIdentifier(source.metric)), target: MetricTarget(source.target))
        default: self.init(source: .unknown(type: type), target: MetricTarget(kind: .unknown))
        }
    }
}

extension MetricIdentifier {
    fileprivate init(_ wire: HorizontalPodAutoscaler.MetricIdentifier?) {
        self.init(name: wire?.name ?? "", selector: wire?.selector)
    }
}

extension MetricTarget {
    fileprivate init(_ wire: HorizontalPodAutoscaler.MetricTarget?) {
        let kinds: [String: Kind] = ["Utilization": .utilization, "Value": .value, "AverageValue": .averageValue]
        self.init(
            kind: kinds[wire?.type ?? ""] ?? .unknown, value: wire?.value?.milliValue,
            averageValue: wire?.averageValue?.milliValue, averageUtilization: wire?.averageUtilization)
    }
}

extension ScalingBehavior {
    fileprivate init(_ wire: HorizontalPodAutoscaler.Behavior) {
        self.init(
            scaleUp: wire.scaleUp.map(ScalingRules.init) ?? .defaultScaleUp,
            scaleDown: wire.scaleDown.map(ScalingRules.init) ?? .defaultScaleDown)
    }
}

extension ScalingRules {
    fileprivate init(_ wire: HorizontalPodAutoscaler.ScalingRules) {
        self.init(
            stabilizationWindowSeconds: wire.stabilizationWindowSeconds,
            selectPolicy: SelectPolicy(rawValue: wire.selectPolicy ?? "") ?? .max,
            policies: (wire.policies ?? []).compactMap(ScalingPolicy.init),
            tolerance: wire.tolerance?.approximateDouble)
    }
}

extension ScalingPolicy {
    fileprivate init?(_ wire: HorizontalPodAutoscaler.ScalingPolicy) {
        guard let kind = Kind(rawValue: wire.type ?? "") else { return nil }
        self.init(kind: kind, value: wire.value ?? 0, periodSeconds: wire.periodSeconds ?? 0)
    }
}
