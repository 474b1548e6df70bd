internal import Autoscaling

/// What `kubectl get hpa` shows. A custom resource's columns can only show fields, so these texts become fields of its
/// status.
///
/// - Source: `pkg/printers/internalversion/printers.go` v1.36, `formatHPAMetrics`.
extension HorizontalPodAutoscaler {
    /// The target, such as `Deployment/web`.
    package var referenceText: String {
        "\(spec?.scaleTargetRef?.kind ?? "")/\(spec?.scaleTargetRef?.name ?? "")"
    }

    /// The first two metrics against their targets, and how many more there are:
    /// `cpu: 50%/60%, 12/30 (avg) + 1 more...`.
    package var targetsText: String {
        let metrics = spec?.metrics ?? []
        if metrics.isEmpty { return "<none>" }
        let statuses = status?.currentMetrics ?? []
        let shown = metrics.prefix(2).enumerated().map { index, metric in
            metric.text(statuses.indices.contains(index) ? statuses[index] : nil)
        }.joined(separator: ", ")
        return metrics.count > 2 ? "\(shown) + \(metrics.count - 2) more..." : shown
    }
}

extension HorizontalPodAutoscaler.MetricSpec {
    fileprivate func text(_ status: HorizontalPodAutoscaler.MetricStatus?) -> String {
        let status = status?.type == type ? status : nil
        switch type {
        case "Resource":
            return Self.text(resource?.target, status?.resource?.current, name: resource?.name ?? "")
        case "ContainerResource":
            let name = containerResource?.name ?? ""
            return Self.text(containerResource?.target, status?.containerResource?.current, name: name)
        case "Pods": return Self.text(pods?.target, status?.pods?.current, average: "")
        case "Object": return Self.text(object?.target, status?.object?.current)
        case "External": return Self.text(external?.target, status?.external?.current)
        case "Prometheus": return Self.text(prometheus?.target, status?.prometheus?.current)
        default: return "<unknown type>"
        }
    }

    /// - Parameters:
    ///   - name: Of a resource, which is shown.
    ///   - average: What follows a value for each pod.
    private static func text(
        _ target: HorizontalPodAutoscaler.MetricTarget?, _ current: HorizontalPodAutoscaler.MetricValueStatus?,
        name: String? = nil, average: String = " (avg)"
    ) -> String {
        let prefix = name.map { "\($0): " } ?? ""
        if let wanted = target?.averageValue {
            let found = current?.averageValue?.description ?? "<unknown>"
            return "\(prefix)\(found)/\(wanted)\(name == nil ? average : "")"
        }
        if let wanted = target?.averageUtilization {
            return "\(prefix)\(current?.averageUtilization.map { "\($0)%" } ?? "<unknown>")/\(wanted)%"
        }
        let found = current?.value?.description ?? "<unknown>"
        return "\(prefix)\(found)/\(target?.value?.description ?? "<auto>")"
    }
}
