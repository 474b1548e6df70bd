internal import Autoscaling
internal import Exposition
internal import KubernetesTypes

/// One autoscaler as its last tick left it: the decision itself, and no words about it.
///
/// An object that never changes, so that thousands of them are handed to whoever asks at the price of a reference each.
final class StatusEntry: Sendable {
    let autoscaler: Autoscaler
    /// Namespace and name, rendered once.
    let labels: LabelSet
    let decision: Decision
    let outcome: AutoscalerReport.Outcome
    /// What is wrong with it; `nil` when nothing is.
    let error: String?
    let conditions: [StatusCondition]
    /// When the newest sample was taken of the metric that has gone longest without one; `nil` when none has one.
    let sampleTime: Timestamp?
    /// When the size was last changed by this process; `nil` when it never was.
    let changeTime: Timestamp?

    /// - Parameter former: The same autoscaler at the tick before.
    init(_ report: AutoscalerReport, after former: StatusEntry?) {
        autoscaler = report.autoscaler
        let key = report.autoscaler.key
        labels = former?.labels ?? LabelSet([("namespace", key.namespace), ("name", key.name)])
        decision = report.decision
        outcome = report.outcome
        error = report.problem
        conditions = report.report.status.conditions
        sampleTime = report.observation.sampleTime
        if case .scaled = report.outcome {
            changeTime = report.decision.time
        } else {
            changeTime = former?.changeTime
        }
    }

    var key: AutoscalerKey { autoscaler.key }

    /// As written.
    var spec: AutoscalerSpec { autoscaler.spec }

    var mode: HorizontalAutoscaler.Mode { autoscaler.mode }

    /// The spec with the bounds in force, as the decision was made by it.
    var specInForce: AutoscalerSpec { spec.raised(by: decision.schedules) }

    /// Whether its target was seen: without, there are no replicas to show.
    var hasTarget: Bool {
        if case .targetUnavailable = decision.basis { return false }
        return true
    }

    /// Whether nothing could be decided: the words of the decision are then those of the failure.
    var isWithoutDecision: Bool {
        switch decision.basis {
        case .targetUnavailable, .selector, .noMetrics, .invalidMetrics, .formulaFailed: true
        case .disabledAtZero, .aboveMaximum, .belowMinimum, .metric, .formula, .fallback: false
        }
    }

    /// The bound or rate limit that changed the size; `nil` when none did.
    var limitReason: String? {
        decision.limitation.flatMap { $0.isLimited ? $0.condition.reason : nil }
    }

    /// One word for what is wrong; `nil` when nothing is.
    var failureReason: String? {
        guard error != nil else { return nil }
        let failed = conditions.first { condition in
            condition.status == "False"
                && (condition.type == Condition.Kind.ableToScale.rawValue
                    || condition.type == Condition.Kind.scalingActive.rawValue)
        }
        // What is left: a size was decided on without some of the metrics, which keeps it from being made smaller.
        return failed?.reason ?? "SomeMetricsFailed"
    }
}

extension Observation {
    /// When the newest sample was taken of the metric that has gone longest without one; `nil` when none has one.
    fileprivate var sampleTime: Timestamp? {
        var oldest: Timestamp?
        for reading in readings {
            var newest = Timestamp.distantPast
            switch reading {
            case .pods(let pods):
                for sample in pods.samples where !sample.isMissing { newest = max(newest, sample.time) }
            case .value(_, let time), .series(_, let time): newest = time
            case .failed: break
            }
            if newest != .distantPast { oldest = min(oldest ?? newest, newest) }
        }
        return oldest
    }
}
