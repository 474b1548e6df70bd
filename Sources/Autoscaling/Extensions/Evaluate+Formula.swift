extension Evaluation {
    /// Puts a formula in the place of the highest proposal.
    func work(
        out formula: Formula, _ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation,
        _ recommendation: inout Int32
    ) {
        let metrics = decision.metrics
        var run = FormulaRun(
            formula, current: current, minReplicas: spec.minReplicas, maxReplicas: spec.maxReplicas
        ) { question, name throws(FormulaFailure) in
            try answer(question, about: name, metrics, spec, observation)
        }
        let result = run.result()
        decision.formula = result
        switch result.outcome {
        case .replicas(let replicas):
            recommendation = replicas
            decision.basis = .formula
        case .failed: decision.basis = .formulaFailed
        }
    }

    private func answer(
        _ question: FormulaNode.Question, about name: String, _ metrics: [MetricEvaluation], _ spec: AutoscalerSpec,
        _ observation: Observation
    ) throws(FormulaFailure) -> Double {
        guard let index = spec.metrics.firstIndex(where: { $0.referenceName == name }), index < metrics.count else {
            throw .unknownMetric(name)
        }
        let proposal = metrics[index].proposal
        if question == .available { return proposal == nil ? 0 : 1 }
        guard let proposal else { throw .metric(index: index) }
        switch question {
        case .replicas: return Double(proposal.replicas)
        case .ratio: return proposal.usageRatio
        case .value, .available: return Double(observation.total(index) ?? proposal.usage) / 1000
        }
    }
}
