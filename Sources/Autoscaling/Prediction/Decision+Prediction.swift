extension Decision {
    /// What a forecast asked for, and what came of it.
    public struct Prediction: Hashable, Sendable, Codable {
        /// Index of the metric that is foreseen.
        public var metric: Int
        /// What was foreseen; `nil` where nothing was.
        public var forecast: Forecast?
        /// What the forecast asks for, used or not; `nil` where it gives no count.
        public var replicas: Int32?
        /// What came of it.
        public var effect: Effect
    }
}

extension Decision.Prediction {
    /// What came of a forecast.
    public enum Effect: Hashable, Sendable, Codable {
        /// It raised what the metrics ask for, which was this.
        case raised(from: Int32)
        /// The metrics ask for as much or more.
        case notAbove
        /// Forecasts were off by more than this, in percent, of late: it raises nothing.
        case off(maxErrorPercent: Int32)
        /// There is no forecast, or it says nothing, for this reason: words without a full stop.
        case unavailable(String)
    }

    /// Whether it raised what the metrics ask for.
    public var raises: Bool {
        if case .raised = effect { return true }
        return false
    }

    /// Whether the forecast is good enough to raise what the metrics ask for, when it asks for more.
    public var isActive: Bool { condition.status }

    /// The condition `PredictionActive` as the prediction sets it.
    var condition: Condition {
        switch effect {
        case .raised(let replicas):
            Condition(
                .predictionActive, true, "ForecastRaises",
                "the forecast asks for \(self.replicas ?? 0) replicas and the metrics for \(replicas)")
        case .notAbove:
            Condition(
                .predictionActive, true, "ForecastIsCovered", "the metrics ask for as much as the forecast or more")
        case .off:
            Condition(.predictionActive, false, "ForecastIsInaccurate", "the prediction is off: \(offText ?? "")")
        case .unavailable(let reason): Condition(.predictionActive, false, "NoForecast", "no forecast: \(reason)")
        }
    }

    /// Why an inaccurate forecast is not used; `nil` for others.
    var offText: String? {
        guard case .off(let bound) = effect, let forecast else { return nil }
        return "error \(forecast.errorPercent) % over the last \(forecast.scoredText), bound \(bound) %"
    }
}

extension Forecast {
    /// How far back it was scored: `24 h`.
    var scoredText: String { "\(scoredSeconds / 3600) h" }

    /// Whether its like was near enough to what came.
    func isWithin(_ policy: PredictionPolicy) -> Bool { errorPercent <= policy.maxErrorPercent }
}
