internal import Autoscaling
internal import KubernetesTypes

extension HorizontalPodAutoscaler.MetricSpec {
    /// The types and the field of each.
    private static let fields = [
        "ContainerResource": "containerResource", "External": "external", "Object": "object", "Pods": "pods",
        "Resource": "resource",
    ]

    /// Of several sources only the first is looked at, in the order below; an unknown type is refused twice, as the API
    /// server does.
    func validate(at path: FieldPath) -> [FieldError] {
        let type = type ?? ""
        var errors: [FieldError] = []
        if type.isEmpty {
            errors.append(FieldError(.required, at: path.child("type"), "must specify a metric source type"))
        }
        let expected = Self.fields[type]
        if expected == nil {
            let supported = Self.fields.keys.sorted().map(GoText.quoted).joined(separator: ", ")
            let error = FieldError(
                .notSupported, at: path.child("type"), "supported values: \(supported)", value: GoText.quoted(type))
            errors += [error, error]
        }
        var present: [String] = []
        func look(at field: String, _ faults: @autoclosure () -> [FieldError]?) {
            let isFirst = present.isEmpty
            guard let found = faults() else { return }
            present.append(field)
            if isFirst { errors += found }
        }
        look(at: "object", object?.validate(at: path.child("object")))
        look(at: "external", external?.validate(at: path.child("external")))
        look(at: "pods", pods?.validate(at: path.child("pods")))
        look(at: "resource", resource?.validate(at: path.child("resource")))
        look(at: "containerResource", containerResource?.validate(at: path.child("containerResource")))
        if let expected, !present.contains(expected) {
            errors.append(
                FieldError(
                    .required, at: path.child(expected), "must populate information for the given metric source"))
        }
        guard present.count > 1 else { return errors }
        return errors
            + present.filter { $0 != expected }.map {
                FieldError(.forbidden, at: path.child($0), "must populate the given metric source only")
            }
    }
}

extension HorizontalPodAutoscaler.ObjectMetricSource {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors = (describedObject ?? CrossVersionObjectReference(kind: "", name: "")).validate(
            at: path.child("describedObject"), needsGroup: false)
        errors += (metric ?? .init()).validate(at: path.child("metric"))
        errors += (target ?? .init()).validate(at: path.child("target"))
        if target?.value == nil, target?.averageValue == nil {
            errors.append(
                FieldError(
                    .required, at: path.child("target").child("averageValue"),
                    "must set either a target value or averageValue"))
        }
        return errors
    }
}

extension HorizontalPodAutoscaler.ExternalMetricSource {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors = (metric ?? .init()).validate(at: path.child("metric"))
        errors += (target ?? .init()).validate(at: path.child("target"))
        switch (target?.value, target?.averageValue) {
        case (nil, nil):
            errors.append(
                FieldError(
                    .required, at: path.child("target").child("averageValue"),
                    "must set either a target value for metric or a per-pod target"))
        case (.some, .some):
            errors.append(
                FieldError(
                    .forbidden, at: path.child("target").child("value"),
                    "may not set both a target value for metric and a per-pod target"))
        default: break
        }
        return errors
    }
}

extension HorizontalPodAutoscaler.PodsMetricSource {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors = (metric ?? .init()).validate(at: path.child("metric"))
        errors += (target ?? .init()).validate(at: path.child("target"))
        if target?.averageValue == nil {
            errors.append(
                FieldError(
                    .required, at: path.child("target").child("averageValue"),
                    "must specify a positive target averageValue"))
        }
        return errors
    }
}

extension HorizontalPodAutoscaler.ResourceMetricSource {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if (name ?? "").isEmpty {
            errors.append(FieldError(.required, at: path.child("name"), "must specify a resource name"))
        }
        return errors + (target ?? .init()).validateAsResource(at: path.child("target"))
    }
}

extension HorizontalPodAutoscaler.ContainerResourceMetricSource {
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let name, !name.isEmpty {
            errors += ResourceNames.validateForContainer(name, at: path.child("name"))
        } else {
            errors.append(FieldError(.required, at: path.child("name"), "must specify a resource name"))
        }
        if let container, !container.isEmpty {
            errors += complaints(NameRules.dns1123Label(container), about: container, at: path.child("container"))
        } else {
            errors.append(FieldError(.required, at: path.child("container"), "must specify a container"))
        }
        return errors + (target ?? .init()).validateAsResource(at: path.child("target"))
    }
}

extension HorizontalPodAutoscaler.MetricIdentifier {
    /// The selector is not looked at here: a bad one fails the metric when it is asked for.
    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        guard let name, !name.isEmpty else {
            return [FieldError(.required, at: path.child("name"), "must specify a metric name")]
        }
        return complaints(NameRules.pathSegment(name), about: name, at: path.child("name"))
    }
}

extension HorizontalPodAutoscaler.MetricTarget {
    fileprivate func validateAsResource(at path: FieldPath) -> [FieldError] {
        var errors = validate(at: path)
        if averageUtilization == nil, averageValue == nil {
            errors.append(
                FieldError(
                    .required, at: path.child("averageUtilization"),
                    "must set either a target raw value or a target utilization"))
        }
        if averageUtilization != nil, averageValue != nil {
            errors.append(
                FieldError(
                    .forbidden, at: path.child("averageValue"),
                    "may not set both a target raw value and a target utilization"))
        }
        return errors
    }

    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        let type = type ?? ""
        var errors: [FieldError] = []
        if type.isEmpty {
            errors.append(FieldError(.required, at: path.child("type"), "must specify a metric target type"))
        }
        if !["Utilization", "Value", "AverageValue"].contains(type) {
            errors.append(
                FieldError(
                    .invalid, at: path.child("type"), "must be either Utilization, Value, or AverageValue",
                    value: GoText.quoted(type)))
        }
        for (field, quantity) in [("value", value), ("averageValue", averageValue)] {
            guard let quantity, quantity.sign <= 0 else { continue }
            errors.append(
                FieldError(
                    .invalid, at: path.child(field), "must be positive", value: GoText.quoted(quantity.description)))
        }
        if let averageUtilization, averageUtilization < 1 {
            errors.append(
                FieldError(
                    .invalid, at: path.child("averageUtilization"), "must be greater than 0",
                    value: "\(averageUtilization)"))
        }
        return errors
    }
}
