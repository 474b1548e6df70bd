internal import Autoscaling
internal import Exposition

/// The gauges of each autoscaler, made from the ``StatusBook`` when the page is asked for: a tick pays nothing for them.
///
/// Labels come from objects of the cluster, so there are bounds: of autoscalers, and of metrics of each.
struct AutoscalerMetrics: Collector {
    /// Autoscalers that are shown; `swiftlet_autoscalers` counts the others too.
    static let maximumAutoscalers = 10_000
    /// Metrics of one autoscaler that are shown.
    static let maximumMetrics = 10

    let book: StatusBook

    /// A gauge of an autoscaler, and how it is read.
    private struct Gauge: Sendable {
        var family: FamilyDescription
        var value: @Sendable (StatusEntry) -> Double?

        init(_ name: MetricName, _ help: String, _ value: @escaping @Sendable (StatusEntry) -> Double?) {
            family = FamilyDescription(name, .gauge, help: help, labels: ["namespace", "name"])
            self.value = value
        }
    }

    private static let gauges = [
        Gauge("swiftlet_autoscaler_desired_replicas", "Replicas that were decided on last.") { entry in
            entry.hasTarget ? Double(entry.decision.desiredReplicas) : nil
        },
        Gauge("swiftlet_autoscaler_current_replicas", "Replicas that the target was asked to have.") { entry in
            entry.hasTarget ? Double(entry.decision.currentReplicas) : nil
        },
        Gauge("swiftlet_autoscaler_min_replicas", "Fewest replicas that are allowed now.") {
            Double($0.specInForce.minReplicas)
        },
        Gauge("swiftlet_autoscaler_max_replicas", "Most replicas that are allowed now.") {
            Double($0.specInForce.maxReplicas)
        },
        Gauge("swiftlet_autoscaler_recommended_replicas", "Replicas that the metrics ask for, before any limit.") {
            $0.decision.stabilization.map { Double($0.recommendation) }
        },
        Gauge("swiftlet_autoscaler_stabilized_replicas", "Replicas that the stabilization windows let through.") {
            $0.decision.stabilization.map { Double($0.stabilized) }
        },
        Gauge("swiftlet_autoscaler_predicted_replicas", "Replicas that the forecast asks for, used or not.") {
            $0.decision.prediction?.replicas.map(Double.init)
        },
        Gauge(
            "swiftlet_autoscaler_prediction_error_ratio",
            "How far forecasts were off of late, over what came; late ones weigh most."
        ) { $0.decision.prediction?.forecast.map { Double($0.errorPercent) / 100 } },
        Gauge(
            "swiftlet_autoscaler_prediction_active",
            "1 while a forecast may raise the size, 0 while it is off or there is none."
        ) { $0.decision.prediction.map { $0.isActive ? 1 : 0 } },
        Gauge(
            "swiftlet_autoscaler_sample_age_seconds",
            "Age of the newest sample, at the last tick, of the metric that has gone longest without one."
        ) { entry in
            entry.sampleTime.map { max(entry.decision.time.secondsSinceEpoch - $0.secondsSinceEpoch, 0) }
        },
    ]

    /// A gauge that is 1 while a reason is there, and else absent.
    private struct Flag: Sendable {
        var family: FamilyDescription
        var reason: @Sendable (StatusEntry) -> String?

        init(_ name: MetricName, _ help: String, _ reason: @escaping @Sendable (StatusEntry) -> String?) {
            family = FamilyDescription(name, .gauge, help: help, labels: ["namespace", "name", "reason"])
            self.reason = reason
        }
    }

    private static let flags = [
        Flag(
            "swiftlet_autoscaler_limited", "1 while a bound or a rate limit holds the decision, by its reason."
        ) { $0.limitReason },
        Flag(
            "swiftlet_autoscaler_held", "1 while something beside the metrics holds the size, by its reason."
        ) { $0.decision.restraint?.hold.reason },
        Flag("swiftlet_autoscaler_failing", "1 while something is wrong with it, by what it is.") { $0.failureReason },
    ]

    private static let metricLabels: [LabelName] = ["namespace", "name", "metric", "target_type"]
    private static let metricValue = FamilyDescription(
        "swiftlet_autoscaler_metric_value", .gauge,
        help: "What was measured last: a ratio of the request, or the metric's own unit, by the target's type.",
        labels: metricLabels)
    private static let metricTarget = FamilyDescription(
        "swiftlet_autoscaler_metric_target", .gauge,
        help: "What the metric is held to: a ratio of the request, or the metric's own unit, by the target's type.",
        labels: metricLabels)

    var families: [FamilyDescription] {
        Self.gauges.map(\.family) + Self.flags.map(\.family) + [Self.metricValue, Self.metricTarget]
    }

    func collect(into writer: inout ExpositionWriter) {
        let entries = book.reading.entries.prefix(Self.maximumAutoscalers)
        guard !entries.isEmpty else { return }
        for gauge in Self.gauges {
            writer.header(gauge.family)
            for entry in entries {
                guard let value = gauge.value(entry) else { continue }
                writer.sample(gauge.family.name, labels: entry.labels, value: value)
            }
        }
        for flag in Self.flags {
            writer.header(flag.family)
            for entry in entries {
                guard let reason = flag.reason(entry) else { continue }
                writer.sample(flag.family.name, labels: entry.labels.adding("reason", reason), value: 1)
            }
        }
        write(Self.metricValue, of: entries, into: &writer) { index, entry in
            // Out of the index range without a look at the metrics: there is no value.
            guard index < entry.decision.metrics.count else { return nil }
            return entry.decision.metrics[index].proposal.map(entry.spec.metrics[index].unit.value)
        }
        write(Self.metricTarget, of: entries, into: &writer) { $1.spec.metrics[$0].unit.target }
    }

    private func write(
        _ family: FamilyDescription, of entries: ArraySlice<StatusEntry>, into writer: inout ExpositionWriter,
        _ value: (Int, StatusEntry) -> Int64?
    ) {
        writer.header(family)
        for entry in entries {
            let names = entry.spec.distinctMetricNames
            for index in entry.spec.metrics.indices.prefix(Self.maximumMetrics) {
                guard let value = value(index, entry) else { continue }
                let unit = entry.spec.metrics[index].unit
                let labels = entry.labels.adding("metric", names[index]).adding(
                    "target_type", unit.targetType)
                writer.sample(
                    family.name, labels: labels, value: Double(value) / (unit.kind == .percent ? 100 : 1_000))
            }
        }
    }
}

extension AutoscalerSpec {
    /// The metrics' short names; one that is there already gets its place added, so that no two are the same.
    var distinctMetricNames: [String] {
        var seen: Set<String> = []
        return metrics.enumerated().map { index, metric in
            var name = metric.shortName
            while !seen.insert(name).inserted { name += " #\(index + 1)" }
            return name
        }
    }
}

extension MetricUnit {
    /// As `target.type` of a manifest has it.
    var targetType: String {
        switch kind {
        case .percent: "Utilization"
        case .decimal, .binary: isAverage ? "AverageValue" : "Value"
        }
    }
}
