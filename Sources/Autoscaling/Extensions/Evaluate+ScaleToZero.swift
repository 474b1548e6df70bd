extension Evaluation {
    /// Decides whether the target may be at zero, and keeps account of how long it has been idle.
    ///
    /// Only ``ScaleToZeroPolicy`` keeps a size between zero and one; how many replicas an active target has is said by its
    /// metrics as ever.
    func wakeOrRest(
        by policy: ScaleToZeroPolicy, _ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation,
        _ recommendation: inout Int32, _ history: inout History
    ) {
        let state = activity(by: policy, decision.metrics, spec, observation)
        history.idleSince = state == .idle ? min(history.idleSince ?? now, now) : nil
        var activity = Decision.Activity(state: state, idleSince: history.idleSince, leastReplicas: 1)
        activity.zeroAt = activity.idleSince?.advanced(bySeconds: Int64(policy.cooldownSeconds))
        if current == 0 {
            if case .active(let index) = state {
                wake(for: index, &decision, &recommendation)
            } else {
                activity.leastReplicas = 0
                if decision.basis.isDecided { recommendation = 0 }
            }
            decision.forgiveMetricsOfPods(spec)
        } else if decision.basis.isDecided {
            // The window sees what is wanted, and holds the last pod as any other; the cool-down is the bound.
            recommendation = state == .idle && recommendation <= 1 ? 0 : max(recommendation, 1)
            if let zeroAt = activity.zeroAt, zeroAt <= now { activity.leastReplicas = 0 }
        }
        decision.activity = activity
    }

    /// From zero to at least one, even where the metric's own proposal or that of others would leave it there.
    private func wake(for index: Int, _ decision: inout Decision, _ recommendation: inout Int32) {
        if !decision.basis.isDecided {
            guard let proposal = decision.metrics[index].proposal else { return }
            recommendation = proposal.replicas
            decision.basis = .metric(index: index, invalid: nil)
        }
        recommendation = max(recommendation, 1)
    }

    private func activity(
        by policy: ScaleToZeroPolicy, _ metrics: [MetricEvaluation], _ spec: AutoscalerSpec, _ observation: Observation
    ) -> Decision.Activity.State {
        var unknown: Int?
        for (index, metric) in spec.metrics.enumerated() {
            guard metric.source.isBeyondPods else {
                // With pods, a size that could go down to none must rest on all that is known of them.
                if current > 0, case .failed = metrics[index].outcome { unknown = unknown ?? index }
                continue
            }
            guard let total = observation.total(index), case .proposal = metrics[index].outcome else {
                unknown = unknown ?? index
                continue
            }
            if total > policy.threshold(of: metric) { return .active(index: index) }
        }
        return unknown.map { .unknown(index: $0) } ?? .idle
    }
}

extension Observation {
    /// The value of a metric as a whole, in thousandths; `nil` where there is none.
    func total(_ index: Int) -> Int64? {
        guard readings.indices.contains(index) else { return nil }
        switch readings[index] {
        case .value(let milli, _): return milli
        case .series(let series, _): return ReplicaCalculator.sum(forValue: series)
        case .pods, .failed: return nil
        }
    }
}

extension Decision {
    /// Without pods their metrics have no value, and nothing is wrong with that.
    fileprivate mutating func forgiveMetricsOfPods(_ spec: AutoscalerSpec) {
        if case .formulaFailed = basis, case .failed(.metric(let index)) = formula?.outcome,
            !spec.metrics[index].source.isBeyondPods, let known = spec.metrics.firstIndex(where: \.source.isBeyondPods)
        {
            basis = .metric(index: known, invalid: nil)
        }
        guard case .metric(let index, _?) = basis else { return }
        let isBroken = metrics.indices.contains {
            guard case .failed = metrics[$0].outcome else { return false }
            return spec.metrics[$0].source.isBeyondPods
        }
        if !isBroken { basis = .metric(index: index, invalid: nil) }
    }
}
