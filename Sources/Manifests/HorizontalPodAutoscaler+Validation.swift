internal import Autoscaling
package import KubernetesTypes

extension HorizontalPodAutoscaler {
    /// What the API server would refuse about a defaulted autoscaler when it is created, sorted by field.
    ///
    /// - Source: `pkg/apis/autoscaling/validation/validation.go` v1.36.
    package func validate(_ gates: FeatureGates = FeatureGates()) -> [FieldError] {
        let errors =
            (metadata ?? ObjectMeta()).validate(at: FieldPath([.field("metadata")]))
            + (spec ?? Spec()).validate(
                at: FieldPath([.field("spec")]), kind == HorizontalAutoscaler.kind ? .all : gates,
                MetricTypes(ofKind: kind))
        return FieldError.sorted(errors)
    }
}

extension HorizontalPodAutoscaler.Spec {
    fileprivate func validate(
        at path: FieldPath, _ gates: FeatureGates, _ types: HorizontalPodAutoscaler.MetricTypes
    ) -> [FieldError] {
        var errors = validateReplicas(at: path, gates)
        errors += (scaleTargetRef ?? CrossVersionObjectReference(kind: "", name: "")).validate(
            at: path.child("scaleTargetRef"), needsGroup: true)
        let metrics = metrics ?? []
        for (index, metric) in metrics.enumerated() {
            errors += metric.validate(at: path.child("metrics").index(index), types)
        }
        if minReplicas == 0, !metrics.contains(where: { types.beyondPods.contains($0.type ?? "") }) {
            errors.append(
                FieldError(
                    .forbidden, at: path.child("metrics"),
                    "must specify at least one Object or External metric to support scaling to zero replicas"))
        }
        guard let behavior else { return errors }
        errors += behavior.scaleUp?.validate(at: path.child("behavior").child("scaleUp")) ?? []
        return errors + (behavior.scaleDown?.validate(at: path.child("behavior").child("scaleDown")) ?? [])
    }

    private func validateReplicas(at path: FieldPath, _ gates: FeatureGates) -> [FieldError] {
        var errors: [FieldError] = []
        let fewest: Int32 = gates.hpaScaleToZero ? 0 : 1
        let maxReplicas = maxReplicas ?? 0
        func refuse(_ field: String, _ value: Int32, _ detail: String) {
            errors.append(FieldError(.invalid, at: path.child(field), detail, value: "\(value)"))
        }
        if let minReplicas, minReplicas < fewest {
            refuse("minReplicas", minReplicas, "must be greater than or equal to \(fewest)")
        }
        if maxReplicas == 0 {
            errors.append(FieldError(.required, at: path.child("maxReplicas"), "must be set and greater than 0"))
        } else if maxReplicas < 1 {
            refuse("maxReplicas", maxReplicas, "must be greater than or equal to 1")
        }
        if let minReplicas, maxReplicas < minReplicas {
            refuse("maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")
        }
        return errors
    }
}

extension CrossVersionObjectReference {
    /// - Parameter needsGroup: Only a ReplicationController may then be named without an API group.
    func validate(at path: FieldPath, needsGroup: Bool) -> [FieldError] {
        var errors: [FieldError] = []
        for (field, value) in [("kind", kind), ("name", name)] {
            if value.isEmpty { errors.append(FieldError(.required, at: path.child(field), "")) }
            errors += complaints(NameRules.pathSegment(value), about: value, at: path.child(field))
        }
        let shown = GoText.quoted(apiVersion)
        guard let version = GroupVersion(apiVersion) else {
            let detail = "unexpected GroupVersion string: \(apiVersion)"
            return errors + [FieldError(.invalid, at: path.child("apiVersion"), detail, value: shown)]
        }
        if needsGroup, version.group.isEmpty, kind != "ReplicationController" {
            let detail = "apiVersion must specify API group"
            errors.append(FieldError(.invalid, at: path.child("apiVersion"), detail, value: shown))
        }
        return errors
    }
}

extension HorizontalPodAutoscaler.ScalingRules {
    private static let longestWindowSeconds: Int32 = 3600

    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if let window = stabilizationWindowSeconds {
            let path = path.child("stabilizationWindowSeconds")
            if window < 0 {
                errors.append(
                    FieldError(.invalid, at: path, "must be greater than or equal to zero", value: "\(window)"))
            }
            if window > Self.longestWindowSeconds {
                let detail = "must be less than or equal to \(Self.longestWindowSeconds)"
                errors.append(FieldError(.invalid, at: path, detail, value: "\(window)"))
            }
        }
        if let selectPolicy, ScalingRules.SelectPolicy(rawValue: selectPolicy) == nil {
            errors.append(
                FieldError(
                    .notSupported, at: path.child("selectPolicy"),
                    "supported values: \"Disabled\", \"Max\", \"Min\"", value: GoText.quoted(selectPolicy)))
        }
        let policies = policies ?? []
        if policies.isEmpty {
            errors.append(FieldError(.required, at: path.child("policies"), "must specify at least one Policy"))
        }
        for (index, policy) in policies.enumerated() {
            errors += policy.validate(at: path.child("policies").index(index))
        }
        if let tolerance, tolerance.sign < 0 {
            errors.append(
                FieldError(
                    .invalid, at: path.child("tolerance"), "must be greater than or equal to 0",
                    value: GoText.quoted(tolerance.description)))
        }
        return errors
    }
}

extension HorizontalPodAutoscaler.ScalingPolicy {
    private static let longestPeriodSeconds: Int32 = 1800

    fileprivate func validate(at path: FieldPath) -> [FieldError] {
        var errors: [FieldError] = []
        if ScalingPolicy.Kind(rawValue: type ?? "") == nil {
            errors.append(
                FieldError(
                    .notSupported, at: path.child("type"), "supported values: \"Percent\", \"Pods\"",
                    value: GoText.quoted(type ?? "")))
        }
        for (field, number) in [("value", value ?? 0), ("periodSeconds", periodSeconds ?? 0)] where number <= 0 {
            errors.append(FieldError(.invalid, at: path.child(field), "must be greater than zero", value: "\(number)"))
        }
        if let periodSeconds, periodSeconds > Self.longestPeriodSeconds {
            let detail = "must be less than or equal to \(Self.longestPeriodSeconds)"
            errors.append(FieldError(.invalid, at: path.child("periodSeconds"), detail, value: "\(periodSeconds)"))
        }
        return errors
    }
}
