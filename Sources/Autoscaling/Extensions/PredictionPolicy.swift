/// A forecast of one metric from its own past, which may raise what the metrics ask for and never lowers it.
///
/// - Source: `spec.prediction` of a HorizontalAutoscaler; the method is in `docs/prediction.md`.
public struct PredictionPolicy: Hashable, Sendable, Codable {
    /// The name of the metric of the spec that is foreseen, as ``MetricSpec/referenceName`` has it; `nil` for the first.
    public var metric: String?
    /// After what time the past is taken to come again. Of several the one whose forecasts were best of late is used.
    public var seasons: [Season]
    /// How many past seasons are looked back on at most, 2 to 12.
    public var history: Int32
    /// How far is looked ahead, in seconds; `nil` for the time that the target's own pods take to become ready.
    public var lookAheadSeconds: Int32?
    /// The error of past forecasts, in percent, past which a forecast raises nothing.
    public var maxErrorPercent: Int32
    /// PromQL of the total over all pods, in the metric's unit; `nil` where the metric itself says how it is asked.
    public var query: String?

    /// What the bounds of the fields are, and what is taken where they are not written.
    public enum Bounds {
        /// Past seasons.
        public static let history: ClosedRange<Int32> = 2...12
        /// Past seasons where nothing is written.
        public static let defaultHistory: Int32 = 4
        /// Seconds.
        public static let lookAheadSeconds: ClosedRange<Int32> = 30...3_600
        /// Percent.
        public static let maxErrorPercent: ClosedRange<Int32> = 1...100
        /// Percent where nothing is written.
        public static let defaultMaxErrorPercent: Int32 = 25
    }

    /// A policy as given; nothing is checked.
    public init(
        metric: String? = nil, seasons: [Season] = [.day, .week], history: Int32 = Bounds.defaultHistory,
        lookAheadSeconds: Int32? = nil, maxErrorPercent: Int32 = Bounds.defaultMaxErrorPercent, query: String? = nil
    ) {
        self.metric = metric
        self.seasons = seasons
        self.history = history
        self.lookAheadSeconds = lookAheadSeconds
        self.maxErrorPercent = maxErrorPercent
        self.query = query
    }

    /// After what time the past is taken to come again.
    public enum Season: String, Hashable, Sendable, Codable, CaseIterable {
        case hour = "Hour"
        case day = "Day"
        case week = "Week"

        /// Its length in seconds.
        public var seconds: Int64 {
            switch self {
            case .hour: 3_600
            case .day: 86_400
            case .week: 604_800
            }
        }

        /// From one point of the history to the next, in seconds: a whole part of the season.
        public var stepSeconds: Int64 { self == .hour ? 15 : 300 }
    }
}

extension AutoscalerSpec {
    /// The index of the metric that the spec's prediction is of; `nil` without a prediction, or such a metric.
    public var predictedMetric: Int? {
        guard let prediction = extensions?.prediction else { return nil }
        guard let name = prediction.metric else { return metrics.isEmpty ? nil : 0 }
        return metrics.firstIndex { $0.referenceName == name }
    }
}
