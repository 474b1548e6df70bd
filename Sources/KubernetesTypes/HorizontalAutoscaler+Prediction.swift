package import Autoscaling

extension HorizontalAutoscaler {
    /// `spec.prediction`: a forecast of one metric from its own past.
    package struct Prediction: Hashable, Sendable, Codable {
        /// The name of the metric that is foreseen; the first when absent.
        package var metric: String?
        /// After what time the past comes again; `Day` and `Week` when absent.
        package var seasons: [Choice<PredictionPolicy.Season>]?
        /// How many past seasons are looked back on at most.
        package var history: Int32?
        /// How far is looked ahead; as long as the target's pods take to become ready when absent.
        package var lookAheadSeconds: Int32?
        /// The error past which a forecast raises nothing.
        package var maxErrorPercent: Int32?
        /// PromQL of the metric's total over all pods.
        package var query: String?

        package init(
            metric: String? = nil, seasons: [PredictionPolicy.Season]? = nil, history: Int32? = nil,
            lookAheadSeconds: Int32? = nil, maxErrorPercent: Int32? = nil, query: String? = nil
        ) {
            self.metric = metric
            self.seasons = seasons?.map(Choice.known)
            self.history = history
            self.lookAheadSeconds = lookAheadSeconds
            self.maxErrorPercent = maxErrorPercent
            self.query = query
        }
    }
}
