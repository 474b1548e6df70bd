extension Evaluation {
    /// The proposal of one metric.
    ///
    /// - Source: `horizontal.go` v1.36, `computeReplicasForMetric` and the `computeStatusFor…Metric` it calls.
    func propose(
        _ index: Int, _ spec: AutoscalerSpec, _ observation: Observation
    ) throws(MetricFailure) -> ReplicaProposal {
        let target = spec.metrics[index].target
        let calculator = ReplicaCalculator(tolerance: flags.tolerance(for: spec.behavior), flags: flags)
        switch spec.metrics[index].source {
        case .resource(let name), .containerResource(let name, _):
            return try proposeResource(name, target, index, observation, calculator)
        case .pods:
            guard let average = target.averageValue else { throw .noTarget }
            return try self.average(of: average, index, observation, considersReadiness: false, calculator)
        case .object, .prometheus:
            switch (target.kind, target.value, target.averageValue) {
            case (.value, let value?, _):
                return try proposeTotal(value: value, averageValue: nil, index, observation, calculator)
            case (.averageValue, _, let averageValue?):
                return try proposeTotal(value: nil, averageValue: averageValue, index, observation, calculator)
            default: throw .noTarget
            }
        case .external:
            if let averageValue = target.averageValue {
                return try proposeTotal(value: nil, averageValue: averageValue, index, observation, calculator)
            }
            guard let value = target.value else { throw .noTarget }
            return try proposeTotal(value: value, averageValue: nil, index, observation, calculator)
        case .unknown(let type):
            throw .unknownType(type)
        }
    }

    private func proposeResource(
        _ name: String, _ target: MetricTarget, _ index: Int, _ observation: Observation,
        _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let isCPU = name == "cpu"
        if let averageValue = target.averageValue {
            return try average(of: averageValue, index, observation, considersReadiness: isCPU, calculator)
        }
        guard let percent = target.averageUtilization else { throw .noTarget }
        let readings = try podReadings(index, observation)
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forUtilization: percent, readings: readings, pods: observation.pods,
                currentReplicas: current, considersReadiness: isCPU, now: now)
        } catch {
            throw .proposal(error)
        }
    }

    private func average(
        of target: Int64, _ index: Int, _ observation: Observation, considersReadiness: Bool,
        _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let readings = try podReadings(index, observation)
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forAverageValue: target, readings: readings, pods: observation.pods,
                currentReplicas: current, considersReadiness: considersReadiness, now: now)
        } catch {
            throw .proposal(error)
        }
    }

    private func proposeTotal(
        value: Int64?, averageValue: Int64?, _ index: Int, _ observation: Observation,
        _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let usage: Int64
        guard index < observation.readings.count else { throw .notObserved }
        switch observation.readings[index] {
        case .value(let milli, _): usage = milli
        case .series(let series, _):
            usage =
                averageValue == nil
                ? ReplicaCalculator.sum(forValue: series) : ReplicaCalculator.sum(forAverageValue: series)
        case .failed(let failure): throw .reading(failure)
        case .pods: throw .notObserved
        }
        if let averageValue {
            return calculator.replicas(
                forTotal: usage, averageValue: averageValue, statusReplicas: statusReplicas)
        }
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forValue: value ?? 0, usage: usage, pods: observation.pods, currentReplicas: current)
        } catch {
            throw .proposal(error)
        }
    }

    private func podReadings(
        _ index: Int, _ observation: Observation
    ) throws(MetricFailure) -> PodReadings {
        guard index < observation.readings.count else { throw .notObserved }
        switch observation.readings[index] {
        case .pods(let readings): return readings
        case .failed(let failure): throw .reading(failure)
        case .value, .series: throw .notObserved
        }
    }
}
