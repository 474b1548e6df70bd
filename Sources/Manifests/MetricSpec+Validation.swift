internal import Autoscaling
internal import KubernetesTypes

extension HorizontalPodAutoscaler {
    /// The types of metrics that a kind of autoscalers has.
    struct MetricTypes {
        /// By type.
        let fields: [String: String]

        init(ofKind kind: String?) {
            let ofKubernetes = [
                "ContainerResource": "containerResource", "External": "external", "Object": "object", "Pods": "pods",
                "Resource": "resource",
            ]
            fields =
                kind == HorizontalAutoscaler.kind
                ? ofKubernetes.merging(["Prometheus": "prometheus"]) { $1 } : ofKubernetes
        }

        /// Those that say something while there are no pods.
        var beyondPods: Set<String> { Set(["External", "Object", "Prometheus"].filter { fields[$0] != nil }) }
    }
}

extension HorizontalPodAutoscaler.MetricSpec {

    /// Of several sources only the first is looked at, in the order below; an unknown type is refused twice, as the API
    /// server does.
    func validate(at path: FieldPath, _ types: HorizontalPodAutoscaler.MetricTypes) -> [FieldError] {
        let type = type ?? ""
        var errors: [FieldError] = []
        if type.isEmpty {
            errors.append(FieldError(.required, at: path.child("type"), "must specify a metric source type"))
        }
        if types.fields["Prometheus"] == nil, type == "Prometheus" || prometheus != nil {
            let field = type == "Prometheus" ? "type" : "prometheus"
            let detail =
                "only a \(HorizontalAutoscaler.kind) (\(HorizontalAutoscaler.apiVersion)) has metrics of type Prometheus; "
                + "make it one with 'swiftlet convert --to hza'"
            return errors + [FieldError(.forbidden, at: path.child(field), detail)]
        }
        let expected = types.fields[type]
        if expected == nil {
            let supported = types.fields.keys.sorted().map(GoText.quoted).joined(separator: ", ")
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
        look(at: "prometheus", prometheus?.validate(at: path.child("prometheus")))
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

extension HorizontalPodAutoscaler.PrometheusMetricSource {
    /// Longest query and name, in characters, as the custom resource's schema has it.
    private static let longestQuery = 8_192
    private static let longestName = 253

    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        let query = query ?? ""
        if query.allSatisfy(\.isWhitespace) {
            errors.append(FieldError(.required, at: path.child("query"), "must be a PromQL expression"))
        }
        for (field, text, limit) in [
            ("query", query, Self.longestQuery), ("name", name ?? "", Self.longestName),
        ] where text.unicodeScalars.count > limit {
            errors.append(FieldError(.tooLong, at: path.child(field), "may not be more than \(limit) characters"))
        }
        let known = PrometheusQuery.WhenEmpty.allCases.map(\.rawValue)
        if let whenEmpty, !known.contains(whenEmpty) {
            let supported = known.map(GoText.quoted).joined(separator: ", ")
            errors.append(
                FieldError(
                    .notSupported, at: path.child("whenEmpty"), "supported values: \(supported)",
                    value: GoText.quoted(whenEmpty)))
        }
        return errors + (target ?? .init()).validateAsNumber(at: path.child("target"))
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

    /// The type has the say: its value must be there, and no other.
    fileprivate func validateAsNumber(at path: FieldPath) -> [FieldError] {
        if type == "Utilization" {
            let supported = ["AverageValue", "Value"].map(GoText.quoted).joined(separator: ", ")
            return [
                FieldError(
                    .notSupported, at: path.child("type"), "supported values: \(supported)",
                    value: GoText.quoted("Utilization"))
            ]
        }
        var errors = validate(at: path)
        for (field, kind, isSet) in [
            ("value", "Value", value != nil), ("averageValue", "AverageValue", averageValue != nil),
        ] {
            if type == kind, !isSet {
                errors.append(FieldError(.required, at: path.child(field), "must be set for the type \(kind)"))
            } else if type != kind, isSet {
                errors.append(FieldError(.forbidden, at: path.child(field), "may be set for the type \(kind) only"))
            }
        }
        if averageUtilization != nil {
            errors.append(
                FieldError(.forbidden, at: path.child("averageUtilization"), "a query has nothing that pods request"))
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
