extension Evaluation {
    /// Keeps account of the failure, and lets the step in force have its say.
    ///
    /// What it wants takes the way of any recommendation from there: windows, policies, bounds.
    func fallBack(
        by policy: FallbackPolicy, _ decision: inout Decision, _ spec: AutoscalerSpec, _ recommendation: inout Int32,
        _ history: inout History
    ) {
        guard isFailing(decision, spec) else {
            history.failure = nil
            return
        }
        var failure =
            history.failure ?? History.Failure(since: now, lastGood: history.latestRecommendation(before: now))
        // A clock that was set back must not make a failure last longer than it is known to.
        failure.since = min(failure.since, now)
        history.failure = failure
        var fallback = Decision.Fallback(
            since: failure.since, lastGood: failure.lastGood,
            nextStepAt: policy.nextStep(after: now, failingSince: failure.since))
        defer { decision.fallback = fallback }
        guard let step = policy.step(at: now, failingSince: failure.since) else { return }
        var wanted =
            switch step.action {
            case .hold: current
            case .lastGood: failure.lastGood?.replicas ?? current
            case .atLeast(let replicas): max(current, replicas)
            case .fixed(let replicas): replicas
            }
        // What is not known is not zero.
        if current > 0 { wanted = max(wanted, 1) }
        fallback.action = step.action
        fallback.replicas = wanted
        if decision.basis.isDecided && recommendation >= wanted { return }
        recommendation = max(recommendation, wanted)
        decision.basis = .fallback(invalid: self.failure(in: decision, spec))
    }

    /// Whether something that should be known is not. A formula says by itself what it needs.
    private func isFailing(_ decision: Decision, _ spec: AutoscalerSpec) -> Bool {
        guard let formula = decision.formula else { return failure(in: decision, spec) != nil }
        switch formula.outcome {
        case .replicas: return false
        case .failed(.metric(let index)): return current > 0 || spec.metrics[index].source.isBeyondPods
        case .failed: return true
        }
    }

    /// The metrics whose data are not usable although they should be; `nil` when there are none.
    ///
    /// Without pods their metrics have no data, which is no failure.
    private func failure(in decision: Decision, _ spec: AutoscalerSpec) -> Decision.InvalidMetrics? {
        var invalid: Decision.InvalidMetrics?
        for (index, metric) in decision.metrics.enumerated() {
            guard case .failed = metric.outcome, current > 0 || spec.metrics[index].source.isBeyondPods
            else { continue }
            invalid = Decision.InvalidMetrics(
                count: (invalid?.count ?? 0) + 1, total: spec.metrics.count, first: invalid?.first ?? index)
        }
        return invalid
    }

    /// A fallback that keeps the size keeps it, whatever older recommendations would make of that.
    func isHeldByFallback(_ decision: Decision, _ recommendation: Int32) -> Bool {
        guard case .fallback = decision.basis, decision.fallback?.action == .hold else { return false }
        return recommendation == current
    }
}

extension Decision.Basis {
    /// Whether a recommendation came of it.
    var isDecided: Bool {
        switch self {
        case .metric, .formula, .fallback: true
        case .targetUnavailable, .disabledAtZero, .aboveMaximum, .belowMinimum, .selector, .noMetrics, .invalidMetrics,
            .formulaFailed:
            false
        }
    }
}
