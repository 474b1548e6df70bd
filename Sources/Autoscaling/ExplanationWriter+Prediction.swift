extension ExplanationWriter {
    /// The forecast's step, as data and as a sentence.
    func predictionSteps() -> [Step] {
        guard let prediction = decision.prediction else { return [] }
        guard let forecast = prediction.forecast, prediction.metric < spec.metrics.count else {
            guard case .unavailable(let reason) = prediction.effect else { return [] }
            return [Step(kind: .predicted, text: "No forecast: \(reason).")]
        }
        let metric = spec.metrics[prediction.metric]
        return [
            Step(
                kind: .predicted, metric: metric.shortName, value: metric.totalText(forecast.milliTotal),
                target: metric.unit.text(metric.unit.target), replicas: prediction.replicas, until: forecast.until,
                text: "\(expectation(metric, forecast)). \(effectText(prediction))")
        ]
    }

    /// What is foreseen in a few words, where it is what the decision rests on: `cpu of 3200m expected until 18:05 UTC
    /// asks for 10`.
    var raisedText: String? {
        guard let prediction = decision.prediction, prediction.raises, let forecast = prediction.forecast,
            let replicas = prediction.replicas
        else { return nil }
        let metric = spec.metrics[prediction.metric]
        return "\(metric.shortName) of \(metric.totalText(forecast.milliTotal)) in all expected by "
            + "\(NumberText.timeOfDay(forecast.until)) UTC asks for \(replicas)"
    }

    private func expectation(_ metric: MetricSpec, _ forecast: Forecast) -> String {
        let (total, usual) = (metric.totalText(forecast.milliTotal), metric.totalText(forecast.usualMilliTotal))
        let past = NumberText.count(forecast.seasons, forecast.season.noun)
        return "By \(NumberText.timeOfDay(forecast.until)) UTC \(metric.shortName) of \(total) in all is expected: "
            + "the last \(past) had \(usual) at this time, and of late it is at \(forecast.levelPercent) % of what they "
            + "had; error \(forecast.errorPercent) % over the last \(forecast.scoredText)"
    }

    private func effectText(_ prediction: Decision.Prediction) -> String {
        let replicas = prediction.replicas.map { NumberText.count($0, "replica") } ?? ""
        switch prediction.effect {
        case .raised(let from): return "That asks for \(replicas), which raises what the metrics ask for, \(from)."
        case .notAbove: return "That asks for \(replicas), and the metrics for as much or more."
        case .off: return "That would ask for \(replicas), and the prediction is off: \(prediction.offText ?? "")."
        case .unavailable(let reason): return "It gives no count: \(reason)."
        }
    }
}

extension PredictionPolicy.Season {
    /// `day`, as it is counted.
    fileprivate var noun: String { rawValue.lowercased() }
}

extension MetricSpec {
    /// A total as people write it, of a utilisation the resource itself: from ten on in whole units, since no forecast is
    /// as exact as that.
    fileprivate func totalText(_ total: Int64) -> String {
        let unit = unit
        let milli = total >= 10_000 && total < .max - 500 ? (total + 500) / 1000 * 1000 : total
        return MetricUnit(kind: unit.kind == .percent ? .decimal : unit.kind, target: 0, isAverage: false).text(milli)
    }
}
