internal import Autoscaling
internal import Controller
internal import Schedules

/// What `plan` found out about one autoscaler.
struct Plan: Sendable {
    var autoscaler: Autoscaler
    var observation: Observation
    /// What was remembered of decisions before this one.
    var history: History
    var decision: Decision
    var explanation: Explanation
    var report: DecisionReport
    var insights: [String]
    /// The same by an older policy.
    var older: OlderPlan?

    /// Decides as a controller would that has just started, with the history that it would find.
    init(
        _ autoscaler: Autoscaler, _ observation: Observation, history before: History, flags: ControllerFlags,
        zones: ZoneFiles = ZoneFiles()
    ) {
        var history = before
        self.history = before
        let spec = autoscaler.spec
        let decision = evaluate(spec, observation, history: &history, flags: flags)
        self.autoscaler = autoscaler
        self.observation = observation
        self.decision = decision
        self.explanation = Explanation(decision, spec: spec, namespace: autoscaler.key.namespace, flags: flags)
        self.report = DecisionReport(
            decision, spec: spec, namespace: autoscaler.key.namespace,
            previous: .init(currentReplicas: decision.currentReplicas, desiredReplicas: decision.currentReplicas),
            write: .none, flags: flags)
        self.insights =
            PlanInsights(
                spec: spec.raised(by: decision.schedules), decision: decision, observation: observation, flags: flags
            ).lines
        let calendar = zones.calendar(of: spec)
        self.insights += calendar.periods(from: observation.time, count: 1)
            .filter { $0.start > observation.time }.map { "next: \(ScheduleWords($0).text)" }
        // With windows that hold nothing back: where this load leads once they have passed.
        var settled = History(recommendations: [])
        let later = evaluate(spec, observation, history: &settled, flags: flags)
        if later.desiredReplicas != decision.desiredReplicas {
            insights.append("if the load stays for a whole window, it goes to \(later.desiredReplicas)")
        }
    }

    /// Why there is no decision; a metric that failed beside others that decided is none, and neither is one that a
    /// fallback stands in for.
    var failure: String? {
        switch decision.basis {
        case .metric, .formula, .fallback: nil
        default: report.error
        }
    }
}

/// The decision of an older policy on the same data.
struct OlderPlan: Sendable {
    var decision: Decision
    var explanation: Explanation

    init(_ plan: Plan) {
        decision = plan.decision
        explanation = plan.explanation
    }
}
