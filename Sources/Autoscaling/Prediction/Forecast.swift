/// What was foreseen for the metric of a prediction, or why nothing was.
///
/// It is part of the ``Observation``: a recorded moment decides again as it did, whatever has become of the history.
public enum ForecastReading: Hashable, Sendable {
    case forecast(Forecast)
    /// There is none, for this reason: words that go on after "no forecast: ", without a full stop.
    case missing(String)
}

/// The most that a metric's total is expected to be within the look-ahead, and how far such forecasts were off of late.
public struct Forecast: Hashable, Sendable, Codable {
    /// Over all pods, in thousandths of the metric's unit (cpu: millicores).
    public var milliTotal: Int64
    /// The end of the time that it is for, which begins now.
    public var until: Timestamp
    /// What the past seasons had at this time: their median, in thousandths.
    public var usualMilliTotal: Int64
    /// The last hours over what the past seasons had in them, in percent; within 50 to 200.
    public var levelPercent: Int32
    /// After what time the past is taken to come again.
    public var season: PredictionPolicy.Season
    /// How many past seasons it rests on.
    public var seasons: Int32
    /// How far forecasts were off, in percent of what came: late ones weigh most. Rounded up.
    public var errorPercent: Int32
    /// The part of the error that was foreseen too low, in percent of what came. Rounded up.
    public var shortPercent: Int32
    /// How far back forecasts were compared with what came, in seconds.
    public var scoredSeconds: Int64

    /// A forecast with its score.
    public init(
        milliTotal: Int64, until: Timestamp, usualMilliTotal: Int64, levelPercent: Int32,
        season: PredictionPolicy.Season, seasons: Int32, errorPercent: Int32, shortPercent: Int32, scoredSeconds: Int64
    ) {
        self.milliTotal = milliTotal
        self.until = until
        self.usualMilliTotal = usualMilliTotal
        self.levelPercent = levelPercent
        self.season = season
        self.seasons = seasons
        self.errorPercent = errorPercent
        self.shortPercent = shortPercent
        self.scoredSeconds = scoredSeconds
    }
}

extension ForecastReading: Codable {
    private enum CodingKeys: String, CodingKey {
        case missing
    }

    /// Reads the recorded form: a forecast, or `{"missing":"…"}`.
    ///
    /// - Throws: `DecodingError` for a missing or mistyped field.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let reason = try container.decodeIfPresent(String.self, forKey: .missing) {
            self = .missing(reason)
        } else {
            self = .forecast(try Forecast(from: decoder))
        }
    }

    /// Writes the recorded form.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .forecast(let forecast): try forecast.encode(to: encoder)
        case .missing(let reason):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(reason, forKey: .missing)
        }
    }
}
