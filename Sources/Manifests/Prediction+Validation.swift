internal import Autoscaling
internal import KubernetesTypes

extension HorizontalAutoscaler.Prediction {
    /// Longest text of a query and of a name, as the schema of the custom resource has them.
    private static let longestQuery = 10_000
    private static let longestName = 253

    /// What cannot be used of a prediction.
    ///
    /// - Parameters:
    ///   - path: Where it stands.
    ///   - spec: The rest of the spec, whose metrics it speaks of.
    func validate(at path: FieldPath, beside spec: AutoscalerSpec) -> [FieldError] {
        typealias Bounds = PredictionPolicy.Bounds
        var errors: [FieldError] = []
        for (name, value, bounds) in [
            ("history", history, Bounds.history), ("lookAheadSeconds", lookAheadSeconds, Bounds.lookAheadSeconds),
            ("maxErrorPercent", maxErrorPercent, Bounds.maxErrorPercent),
        ] {
            guard let value, !bounds.contains(value) else { continue }
            let detail = "must be from \(bounds.lowerBound) to \(bounds.upperBound)"
            errors.append(FieldError(.invalid, at: path.child(name), detail, value: "\(value)"))
        }
        for (name, text, longest) in [("query", query, Self.longestQuery), ("metric", metric, Self.longestName)] {
            guard let text else { continue }
            if text.isEmpty { errors.append(FieldError(.required, at: path.child(name), "must not be empty")) }
            if text.utf8.count > longest {
                errors.append(FieldError(.tooLong, at: path.child(name), "may not be more than \(longest) bytes"))
            }
        }
        return errors + seasonErrors(at: path.child("seasons")) + metricErrors(at: path, beside: spec)
    }

    private func seasonErrors(at path: FieldPath) -> [FieldError] {
        guard let seasons else { return [] }
        let known = seasons.compactMap(\.value)
        if seasons.isEmpty { return [FieldError(.required, at: path, "must name at least one season, or be left out")] }
        if Set(known).count < known.count { return [FieldError(.invalid, at: path, "must name each season once")] }
        if known.contains(.hour), known.count > 1 {
            return [
                FieldError(
                    .invalid, at: path, "Hour stands alone: its history has finer steps than those of the others")
            ]
        }
        return []
    }

    private func metricErrors(at path: FieldPath, beside spec: AutoscalerSpec) -> [FieldError] {
        guard let index = spec.metrics.firstIndex(where: { metric == nil || $0.referenceName == metric }) else {
            let names = spec.metrics.compactMap(\.referenceName).map(GoText.quoted).joined(separator: ", ")
            return [
                FieldError(
                    .invalid, at: path.child("metric"), "must be the name of one of the metrics: \(names)",
                    value: GoText.quoted(metric ?? ""))
            ]
        }
        if let metric, case let count = spec.metrics.count(where: { $0.referenceName == metric }), count > 1 {
            return [
                FieldError(
                    .invalid, at: path.child("metric"),
                    "is the name of \(count) metrics; give a Prometheus metric a name of its own",
                    value: GoText.quoted(metric))
            ]
        }
        let place = metric == nil ? path : path.child("metric")
        let foreseen = spec.metrics[index]
        guard foreseen.isForeseeable else {
            let detail =
                "\(foreseen.shortName) cannot be foreseen: it takes cpu, or a metric whose target is one for each pod "
                + "(Utilization or AverageValue)"
            return [FieldError(.invalid, at: place, detail)]
        }
        if case .pods = foreseen.source, query == nil {
            let detail = "a metric of type Pods needs the query of its total over the target's pods"
            return [FieldError(.required, at: path.child("query"), detail)]
        }
        return []
    }
}
