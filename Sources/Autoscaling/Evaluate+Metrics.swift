// A metric and its reading are asked by functions that answer with plain numbers: those read where the arrays lie. What
// is bound to a name, or handed to a function that might throw, is copied first, and the references that such a copy
// counts take longer than most metrics do. Inlined, such a function is one with what might throw.

extension Evaluation {
    /// What one metric comes to.
    ///
    /// - Source: `horizontal.go` v1.36, `computeReplicasForMetric` and the `computeStatusFor…Metric` it calls.
    func propose(
        _ index: Int, _ spec: AutoscalerSpec, _ observation: Observation, _ calculator: ReplicaCalculator
    ) -> MetricEvaluation.Outcome {
        let target = spec.metrics[index].target
        let shape = spec.metrics[index].source.shape
        switch shape {
        case .resource, .cpu:
            if let average = target.averageValue {
                return propose(.average(average), index, observation, considersReadiness: shape == .cpu, calculator)
            }
            guard let percent = target.averageUtilization else { return .failed(.noTarget) }
            return propose(.utilization(percent), index, observation, considersReadiness: shape == .cpu, calculator)
        case .pods:
            guard let average = target.averageValue else { return .failed(.noTarget) }
            return propose(.average(average), index, observation, considersReadiness: false, calculator)
        case .total:
            switch (target.kind, target.value, target.averageValue) {
            case (.value, let value?, _): return propose(.value(value), index, observation, calculator)
            case (.averageValue, _, let average?):
                return propose(.averageValue(average), index, observation, calculator)
            default: return .failed(.noTarget)
            }
        case .external:
            if let average = target.averageValue {
                return propose(.averageValue(average), index, observation, calculator)
            }
            guard let value = target.value else { return .failed(.noTarget) }
            return propose(.value(value), index, observation, calculator)
        case .unknown:
            guard case .unknown(let type) = spec.metrics[index].source else { return .failed(.notObserved) }
            return .failed(.unknownType(type))
        }
    }

    /// A target for the samples of pods.
    private enum PodTarget {
        /// Percent of the request.
        case utilization(Int32)
        /// Thousandths for each pod.
        case average(Int64)
    }

    private func propose(
        _ target: PodTarget, _ index: Int, _ observation: Observation, considersReadiness: Bool,
        _ calculator: ReplicaCalculator
    ) -> MetricEvaluation.Outcome {
        guard index < observation.readings.count else { return .failed(.notObserved) }
        let grouping = PodGrouping(considersReadiness: considersReadiness, now: now, flags: flags)
        do throws(ReplicaProposalError) {
            switch target {
            case .utilization(let percent):
                guard let sums = observation.readings[index].sums(observation.pods, grouping, percent: percent)
                else { break }
                return .proposal(
                    try calculator.replicas(
                        forUtilization: percent, sums, currentReplicas: current,
                        failure: observation.readings[index].requestFailure))
            case .average(let average):
                guard let sums = observation.readings[index].sums(observation.pods, grouping) else { break }
                return .proposal(
                    try calculator.replicas(forAverageValue: average, sums, currentReplicas: current))
            }
        } catch {
            return .failed(.proposal(error))
        }
        return .failed(observation.readings[index].reasonOfNone)
    }

    /// A target for a number, in thousandths.
    private enum TotalTarget {
        /// In all.
        case value(Int64)
        /// For each pod.
        case averageValue(Int64)
    }

    private func propose(
        _ target: TotalTarget, _ index: Int, _ observation: Observation, _ calculator: ReplicaCalculator
    ) -> MetricEvaluation.Outcome {
        guard index < observation.readings.count else { return .failed(.notObserved) }
        switch target {
        case .averageValue(let average):
            guard let usage = observation.readings[index].totalForAverageValue else { break }
            return .proposal(
                calculator.replicas(forTotal: usage, averageValue: average, statusReplicas: statusReplicas))
        case .value(let value):
            guard let usage = observation.readings[index].totalForValue else { break }
            do throws(ReplicaProposalError) {
                return .proposal(
                    try calculator.replicas(
                        forValue: value, usage: usage, pods: observation.pods, currentReplicas: current))
            } catch {
                return .failed(.proposal(error))
            }
        }
        return .failed(observation.readings[index].reasonOfNone)
    }
}

extension MetricSource {
    /// What decides how its target is understood.
    fileprivate enum Shape {
        case cpu, resource, pods, total, external, unknown
    }

    fileprivate var shape: Shape {
        switch self {
        case .resource(let name), .containerResource(let name, _): name == "cpu" ? .cpu : .resource
        case .pods: .pods
        case .object, .prometheus: .total
        case .external: .external
        case .unknown: .unknown
        }
    }
}

extension MetricReading {
    /// What the samples of pods come to for a target of utilisation; `nil` for another reading.
    @inline(never)
    fileprivate func sums(_ pods: PodSet, _ grouping: PodGrouping, percent: Int32) -> ReplicaCalculator.Sums? {
        switch self {
        case .pods(let readings): grouping.sums(readings, pods, percent: percent)
        case .value, .series, .failed: nil
        }
    }

    /// The same for a target for each pod.
    @inline(never)
    fileprivate func sums(_ pods: PodSet, _ grouping: PodGrouping) -> ReplicaCalculator.Sums? {
        switch self {
        case .pods(let readings): grouping.sums(readings, pods)
        case .value, .series, .failed: nil
        }
    }

    fileprivate var requestFailure: PodRequests.Failure? {
        guard case .pods(let readings) = self else { return nil }
        return readings.requests.failure
    }

    /// The number of a target in all.
    fileprivate var totalForValue: Int64? {
        switch self {
        case .value(let milli, _): milli
        case .series(let series, _): ReplicaCalculator.sum(forValue: series)
        case .pods, .failed: nil
        }
    }

    /// The number of a target for each pod.
    fileprivate var totalForAverageValue: Int64? {
        switch self {
        case .value(let milli, _): milli
        case .series(let series, _): ReplicaCalculator.sum(forAverageValue: series)
        case .pods, .failed: nil
        }
    }

    /// Why it is not the reading that was looked for.
    fileprivate var reasonOfNone: MetricFailure {
        guard case .failed(let failure) = self else { return .notObserved }
        return .reading(failure)
    }
}
