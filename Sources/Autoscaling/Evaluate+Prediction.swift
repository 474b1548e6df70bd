extension Evaluation {
    /// What the forecast asks for beside what the metrics do; `nil` without a prediction in the spec.
    ///
    /// It speaks only where the metrics have decided: it scales nothing on its own, and it hinders nothing.
    ///
    /// - Parameters:
    ///   - metrics: What each metric came to.
    ///   - desired: The recommendation of the metrics.
    func predict(
        _ metrics: [MetricEvaluation], beside desired: Int32, _ spec: AutoscalerSpec, _ observation: Observation
    ) -> Decision.Prediction? {
        guard let policy = spec.extensions?.prediction else { return nil }
        guard let index = spec.predictedMetric else {
            let names = spec.metrics.compactMap(\.referenceName).joined(separator: ", ")
            return .init(
                metric: 0,
                effect: .unavailable("the spec has no metric \(policy.metric ?? ""), but \(names)"))
        }
        var prediction = Decision.Prediction(metric: index, effect: .notAbove)
        switch observation.forecast {
        case nil: prediction.effect = .unavailable("nothing was foreseen at this moment")
        case .missing(let reason): prediction.effect = .unavailable(reason)
        case .forecast(let forecast):
            prediction.forecast = forecast
            do throws(NoCount) {
                guard case .proposal = metrics[index].outcome else {
                    throw NoCount(reason: "\(spec.metrics[index].shortName) itself cannot be used now")
                }
                let replicas = try replicas(for: forecast, of: index, spec, observation)
                prediction.replicas = replicas
                if !forecast.isWithin(policy) {
                    prediction.effect = .off(maxErrorPercent: policy.maxErrorPercent)
                } else if replicas > desired {
                    prediction.effect = .raised(from: desired)
                }
            } catch {
                prediction.effect = .unavailable(error.reason)
            }
        }
        return prediction
    }

    /// Why a total gives no count.
    private struct NoCount: Error {
        var reason: String
    }

    /// Replicas that bring a total to the metric's target: the total over what each pod is to have, and no change within
    /// the tolerance, as with a metric that is there. None where a metric of that value would be at rest.
    private func replicas(
        for forecast: Forecast, of index: Int, _ spec: AutoscalerSpec, _ observation: Observation
    ) throws(NoCount) -> Int32 {
        if let policy = spec.scaleToZero, forecast.milliTotal <= policy.threshold(of: spec.metrics[index]) { return 0 }
        let share = try milliForEachPod(of: index, spec, observation)
        let ratio = Double(forecast.milliTotal) / (share * Double(current))
        if flags.tolerance(for: spec.behavior).isWithin(ratio) { return current }
        return Int32(saturating: (Double(forecast.milliTotal) / share).rounded(.up), ifNaN: current)
    }

    /// What each pod is to have of the metric, in thousandths, above 0.
    private func milliForEachPod(
        of index: Int, _ spec: AutoscalerSpec, _ observation: Observation
    ) throws(NoCount) -> Double {
        let metric = spec.metrics[index]
        if let average = metric.averageTarget {
            guard average > 0 else { throw NoCount(reason: "the target is 0") }
            return Double(average)
        }
        guard case .resource = metric.source.family, let percent = metric.target.averageUtilization else {
            throw NoCount(reason: "a target in all says nothing of what each pod is to have")
        }
        guard case .pods(let readings) = observation.readings[index], readings.requests.failure == nil,
            !readings.requests.milliValues.isEmpty
        else { throw NoCount(reason: "what the pods request is not known") }
        // Of all pods there are: their requests differ while a target rolls out.
        let requests = readings.requests.milliValues.reduce(0.0) { $0 + Double($1) }
        let share = requests / Double(readings.requests.milliValues.count) * Double(percent) / 100
        guard share > 0 else { throw NoCount(reason: "the pods request nothing") }
        return share
    }
}

extension MetricSpec {
    /// Thousandths for each pod, where the target is one for each pod.
    ///
    /// - Source: the preference is that of ``Evaluation/propose(_:_:_:_:)``.
    public var averageTarget: Int64? {
        switch source {
        case .object, .prometheus: target.kind == .averageValue ? target.averageValue : nil
        case .resource, .containerResource, .pods, .external: target.averageValue
        case .unknown: nil
        }
    }

    /// Whether its total over all pods says how many pods there should be: a demand, and a target for each pod.
    ///
    /// Memory is none: what pods use of it grows with their number.
    public var isForeseeable: Bool {
        switch source {
        case .resource(let name), .containerResource(let name, _):
            name != "memory" && (averageTarget != nil || target.averageUtilization != nil)
        case .pods, .object, .external, .prometheus: averageTarget != nil
        case .unknown: false
        }
    }
}

extension MetricSource {
    fileprivate enum Family {
        case resource, other
    }

    fileprivate var family: Family {
        switch self {
        case .resource, .containerResource: .resource
        default: .other
        }
    }
}
