extension ReportWriter {
    /// An autoscaler that was never held has no such condition, as none of the HPA controller has.
    mutating func reportRestraint() {
        if let restraint = decision.restraint {
            set(restraint.condition)
        } else if report.status.conditions.isTrue(.scalingHeld) {
            set(Condition(.scalingHeld, false, "NotHeld", "nothing beside the metrics holds the size"))
        }
    }

    /// An autoscaler without schedules has no such condition.
    mutating func reportSchedules() {
        if let condition = decision.scheduleCondition {
            set(condition)
        } else if report.status.conditions.contains(where: { $0.type == Condition.Kind.scheduleActive.rawValue }) {
            set(Condition(.scheduleActive, false, "NoScheduleInForce", "no schedule raises a bound now"))
        }
    }

    /// An autoscaler that no fallback was ever in force for has no such condition, as none of the HPA controller has.
    mutating func reportFallback() {
        if case .targetUnavailable = decision.basis { return }
        guard let fallback = decision.fallback, let reason = fallback.action?.reason else {
            if report.status.conditions.isTrue(.fallbackActive) {
                set(Condition(.fallbackActive, false, "NotNeeded", "no step of a fallback is in force"))
            }
            return
        }
        let message = "metrics have failed since \(NumberText.timeOfDay(fallback.since)) UTC; \(fallback.wish)"
        let former = report.status.conditions.first { $0.type == Condition.Kind.fallbackActive.rawValue }
        if former?.status != "True" || former?.reason != reason { warn("FallbackActive", message) }
        set(Condition(.fallbackActive, true, reason, message))
    }

    /// A metric that the formula uses gives its reason, as it would without one.
    mutating func reportFormulaFailure() {
        guard case .failed(let failure) = decision.formula?.outcome else { return }
        warnOfFailedMetrics()
        let text = "the formula cannot be worked out: " + failure.text(decision, spec, namespace: namespace)
        var reason = "FailedFormula"
        if case .metric(let index) = failure { reason = spec.metrics[index].source.failureReason }
        set(Condition(.scalingActive, false, reason, "the HPA was unable to compute the replica count: \(text)"))
        fail(text)
    }

    /// A target that a policy took to zero and that has pods again is not at zero, whoever brought them.
    mutating func reportLeavingZero() {
        guard decision.activity != nil, decision.currentReplicas > 0, decision.desiredReplicas > 0,
            report.status.conditions.isTrue(.scaledToZero)
        else { return }
        set(Condition(.scaledToZero, false, "NotScaledToZero", "the target has replicas"))
    }
}

extension FallbackPolicy.Action {
    /// The reason of the condition `FallbackActive`.
    fileprivate var reason: String {
        switch self {
        case .hold: "Hold"
        case .lastGood: "LastGood"
        case .atLeast: "AtLeast"
        case .fixed: "Fixed"
        }
    }
}
