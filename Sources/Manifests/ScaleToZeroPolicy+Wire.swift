package import Autoscaling
package import KubernetesTypes

extension ScaleToZeroPolicy {
    init(_ wire: HorizontalAutoscaler.ScaleToZero) {
        self.init(
            cooldownSeconds: wire.cooldownSeconds ?? Self.defaultCooldownSeconds,
            activation: (wire.activation ?? []).map {
                Activation(metric: $0.metric ?? "", milliValue: $0.value?.milliValue ?? 0)
            })
    }
}

extension HorizontalAutoscaler.ScaleToZero {
    private static let mostActivations = 50
    /// A week.
    private static let longestCooldownSeconds: Int32 = 604_800

    /// - Parameter metrics: Those of the same spec, defaulted.
    func validate(at path: FieldPath, metrics: [MetricSpec]) -> [FieldError] {
        var errors: [FieldError] = []
        if let cooldownSeconds, !(0...Self.longestCooldownSeconds).contains(cooldownSeconds) {
            errors.append(
                FieldError(
                    .invalid, at: path.child("cooldownSeconds"), "must be from 0 to \(Self.longestCooldownSeconds)",
                    value: "\(cooldownSeconds)"))
        }
        let activation = activation ?? []
        let path = path.child("activation")
        if activation.count > Self.mostActivations {
            errors.append(FieldError(.tooLong, at: path, "may not be more than \(Self.mostActivations) thresholds"))
        }
        for (index, one) in activation.enumerated() {
            let path = path.index(index)
            errors += one.validate(at: path, metrics: metrics)
            guard let metric = one.metric, activation.prefix(index).contains(where: { $0.metric == metric }) else {
                continue
            }
            errors.append(
                FieldError(
                    .invalid, at: path.child("metric"), "another threshold is for this metric",
                    value: GoText.quoted(metric)))
        }
        return errors
    }
}

extension HorizontalAutoscaler.ScaleToZero.Activation {
    fileprivate func validate(at path: FieldPath, metrics: [MetricSpec]) -> [FieldError] {
        var errors: [FieldError] = []
        if let metric, !metric.isEmpty {
            let found = metrics.filter { $0.source.isBeyondPods && $0.referenceName == metric }
            if found.count != 1 {
                let detail =
                    found.isEmpty
                    ? "must name an Object, External or Prometheus metric of this spec"
                    : "is the name of \(found.count) metrics; give a Prometheus metric a name of its own"
                errors.append(
                    FieldError(.invalid, at: path.child("metric"), detail, value: GoText.quoted(metric)))
            }
        } else {
            errors.append(FieldError(.required, at: path.child("metric"), "must be set"))
        }
        guard let value else {
            return errors + [FieldError(.required, at: path.child("value"), "must be set")]
        }
        if value.sign < 0 {
            errors.append(
                FieldError(
                    .invalid, at: path.child("value"), "must be greater than or equal to 0",
                    value: GoText.quoted(value.description)))
        }
        return errors
    }
}

extension AutoscalerSpec {
    /// Takes what only a HorizontalAutoscaler has. A minimum of 0 means what ``ScaleToZeroPolicy`` says, written or not.
    ///
    /// - Parameter isAtZero: Whether the target was scaled to zero by this autoscaler: it is then brought back by the same
    ///   policy, also when the minimum has been raised and the policy been taken out.
    package mutating func extend(by wire: HorizontalAutoscaler.Extensions, isAtZero: Bool = false) {
        extensions = ScalingExtensions(wire)
        guard minReplicas == 0 || isAtZero, extensions?.scaleToZero == nil else { return }
        extensions = extensions ?? ScalingExtensions()
        extensions?.scaleToZero = ScaleToZeroPolicy()
    }
}
