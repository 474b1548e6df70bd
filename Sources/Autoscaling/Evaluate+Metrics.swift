extension Evaluation {
    /// The proposal of one metric.
    ///
    /// - Source: `horizontal.go` v1.36, `computeReplicasForMetric` and the `computeStatusFor…Metric` it calls.
    func propose(_ index: Int) throws(MetricFailure) -> ReplicaProposal {
        let metric = spec.metrics[index]
        let reading = index < observation.readings.count ? observation.readings[index] : nil
        let calculator = ReplicaCalculator(tolerance: flags.tolerance(for: spec.behavior), flags: flags)
        switch metric.source {
        case .resource(let name), .containerResource(let name, _):
            return try proposeResource(name, metric.target, reading, calculator)
        case .pods:
            guard let target = metric.target.averageValue else { throw .noTarget }
            return try average(of: target, reading, considersReadiness: false, calculator)
        case .object, .prometheus:
            switch (metric.target.kind, metric.target.value, metric.target.averageValue) {
            case (.value, let value?, _):
                return try proposeTotal(value: value, averageValue: nil, reading, calculator)
            case (.averageValue, _, let averageValue?):
                return try proposeTotal(value: nil, averageValue: averageValue, reading, calculator)
            default: throw .noTarget
            }
        case .external:
            if let averageValue = metric.target.averageValue {
                return try proposeTotal(value: nil, averageValue: averageValue, reading, calculator)
            }
            guard let value = metric.target.value else { throw .noTarget }
            return try proposeTotal(value: value, averageValue: nil, reading, calculator)
        case .unknown(let type):
            throw .unknownType(type)
        }
    }

    private func proposeResource(
        _ name: String, _ target: MetricTarget, _ reading: MetricReading?, _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let isCPU = name == "cpu"
        if let averageValue = target.averageValue {
            return try average(of: averageValue, reading, considersReadiness: isCPU, calculator)
        }
        guard let percent = target.averageUtilization else { throw .noTarget }
        let readings = try podReadings(reading)
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forUtilization: percent, readings: readings, pods: observation.pods,
                currentReplicas: scale.specReplicas, considersReadiness: isCPU, now: observation.time)
        } catch {
            throw .proposal(error)
        }
    }

    private func average(
        of target: Int64, _ reading: MetricReading?, considersReadiness: Bool, _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let readings = try podReadings(reading)
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forAverageValue: target, readings: readings, pods: observation.pods,
                currentReplicas: scale.specReplicas, considersReadiness: considersReadiness, now: observation.time)
        } catch {
            throw .proposal(error)
        }
    }

    private func proposeTotal(
        value: Int64?, averageValue: Int64?, _ reading: MetricReading?, _ calculator: ReplicaCalculator
    ) throws(MetricFailure) -> ReplicaProposal {
        let usage: Int64
        switch reading {
        case .value(let milli, _): usage = milli
        case .series(let series, _):
            usage =
                averageValue == nil
                ? ReplicaCalculator.sum(forValue: series) : ReplicaCalculator.sum(forAverageValue: series)
        case .failed(let failure): throw .reading(failure)
        case .pods, nil: throw .notObserved
        }
        if let averageValue {
            return calculator.replicas(
                forTotal: usage, averageValue: averageValue, statusReplicas: scale.statusReplicas)
        }
        do throws(ReplicaProposalError) {
            return try calculator.replicas(
                forValue: value ?? 0, usage: usage, pods: observation.pods, currentReplicas: scale.specReplicas)
        } catch {
            throw .proposal(error)
        }
    }

    private func podReadings(_ reading: MetricReading?) throws(MetricFailure) -> PodReadings {
        switch reading {
        case .pods(let readings): return readings
        case .failed(let failure): throw .reading(failure)
        case .value, .series, nil: throw .notObserved
        }
    }
}
