internal import Autoscaling
internal import KubernetesTypes

/// Something that the API server accepts and that does not do what it seems to say.
struct FieldWarning {
    var path: FieldPath
    var message: String
}

extension HorizontalPodAutoscaler {
    /// What is worth a second look in a valid, defaulted autoscaler.
    var warnings: [FieldWarning] {
        let path = FieldPath([.field("spec")])
        var warnings: [FieldWarning] = []
        if let maxReplicas = spec?.maxReplicas, spec?.minReplicas == maxReplicas {
            warnings.append(
                FieldWarning(
                    path: path.child("maxReplicas"),
                    message: "is equal to minReplicas, so the size never changes; raise it to allow scaling"))
        }
        for (index, metric) in (spec?.metrics ?? []).enumerated() {
            warnings += metric.warnings(at: path.child("metrics").index(index))
        }
        return warnings
    }
}

extension HorizontalPodAutoscaler.MetricSpec {
    fileprivate func warnings(at path: FieldPath) -> [FieldWarning] {
        switch type {
        case "Resource":
            return resource?.target?.warnings(at: path.child("resource").child("target")) ?? []
        case "ContainerResource":
            let path = path.child("containerResource").child("target")
            return containerResource?.target?.warnings(at: path) ?? []
        case "Pods":
            let path = path.child("pods")
            return (pods?.target?.warnings(at: path.child("target")) ?? [])
                + (pods?.metric?.warnings(at: path.child("metric")) ?? [])
        case "Object":
            let path = path.child("object")
            return (object?.target?.warningsOfObject(at: path.child("target")) ?? [])
                + (object?.metric?.warnings(at: path.child("metric")) ?? [])
        case "External":
            let path = path.child("external")
            return (external?.target?.warnings(at: path.child("target")) ?? [])
                + (external?.metric?.warnings(at: path.child("metric")) ?? [])
        default: return []
        }
    }
}

extension HorizontalPodAutoscaler.MetricIdentifier {
    fileprivate func warnings(at path: FieldPath) -> [FieldWarning] {
        do {
            if let selector { _ = try LabelRequirements(selector) }
            return []
        } catch {
            return [FieldWarning(path: path.child("selector"), message: "the metric will fail: \(error)")]
        }
    }
}

extension HorizontalPodAutoscaler.MetricTarget {
    /// Of these metrics the field that is set counts, averages first, whatever the type says.
    fileprivate func warnings(at path: FieldPath) -> [FieldWarning] {
        let counted = averageValue != nil ? "AverageValue" : averageUtilization != nil ? "Utilization" : "Value"
        guard let type, type != counted else { return sizeWarnings(at: path) }
        let message = "\(type) is not used, \(counted) counts because that field is set; write \(counted)"
        return [FieldWarning(path: path.child("type"), message: message)] + sizeWarnings(at: path)
    }

    /// An Object metric obeys the type and fails without the field for it.
    fileprivate func warningsOfObject(at path: FieldPath) -> [FieldWarning] {
        if type == "Value", value != nil { return sizeWarnings(at: path) }
        if type == "AverageValue", averageValue != nil { return sizeWarnings(at: path) }
        let other = value != nil ? "Value" : "AverageValue"
        let message = "\(type ?? "") does not fit the field that is set, so the metric will fail; write \(other)"
        return [FieldWarning(path: path.child("type"), message: message)] + sizeWarnings(at: path)
    }

    private func sizeWarnings(at path: FieldPath) -> [FieldWarning] {
        [("value", value), ("averageValue", averageValue)].compactMap { field, quantity in
            guard let quantity, quantity.sign > 0, quantity.milliValue <= 0 else { return nil }
            return FieldWarning(
                path: path.child(field),
                message: "\(quantity) is too large, Kubernetes calculates with \(quantity.milliValue)m; lower it")
        }
    }
}
