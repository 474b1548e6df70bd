public import Autoscaling

/// Foresees one metric from its past.
///
///     var forecaster = Forecaster(policy)
///     let reading = forecaster.reading(of: series, revision: 3, lookAheadSeconds: 120, at: now)
///
/// What it keeps only saves work: all of it follows from the series. After a restart, and in a replay, the same series
/// gives the same forecast with the same score.
public struct Forecaster: Sendable {
    private let policy: PredictionPolicy
    private var records: [SeasonalRecord] = []
    private var last: (key: Key, reading: ForecastReading)?

    /// What a forecast depends on.
    private struct Key: Equatable {
        var index: Int64
        var ahead: Int64
        var revision: Int
    }

    /// A forecaster of a policy.
    public init(_ policy: PredictionPolicy) {
        self.policy = policy
    }

    /// From one point of the history to the next, in seconds.
    public static func stepSeconds(of policy: PredictionPolicy) -> Int64 {
        policy.seasons.map(\.stepSeconds).min() ?? PredictionPolicy.Season.day.stepSeconds
    }

    /// How many points back a forecast looks, its score included.
    public static func reach(of policy: PredictionPolicy) -> Int64 {
        let step = stepSeconds(of: policy)
        let farthest = policy.seasons.map { season in
            season.seconds * Int64(policy.history) + season.levelSeconds + season.preferenceSeconds
        }.max()
        return ((farthest ?? 0) + Int64(PredictionPolicy.Bounds.lookAheadSeconds.upperBound)) / step + 2
    }

    /// What is foreseen at a time, of the season whose forecasts were best in the last week: a week that is like others
    /// shows what the days alone do not have.
    ///
    /// - Parameters:
    ///   - series: The metric's total, in the metric's unit, of the policy's step: what it was the last time, and what came
    ///     since. The time is not before that of the last call.
    ///   - revision: Another one for another content of the series.
    ///   - lookAheadSeconds: How far is looked ahead, above 0 and no longer than a season.
    public mutating func reading(
        of series: DemandSeries, revision: Int, lookAheadSeconds: Int32, at now: Timestamp
    ) -> ForecastReading {
        // The point that is not over yet: its value, and those after it, are what is foreseen.
        let index = series.index(atOrBefore: now) + 1
        let ahead = max((Int64(lookAheadSeconds) + series.stepSeconds - 1) / series.stepSeconds, 1)
        let key = Key(index: index, ahead: ahead, revision: revision)
        if let last, last.key == key { return last.reading }
        if last?.key.ahead != ahead {
            records = policy.seasons.map { SeasonalRecord($0, policy, step: series.stepSeconds, ahead: ahead) }
        }
        let reading = reading(of: series, key)
        last = (key, reading)
        return reading
    }

    private mutating func reading(of series: DemandSeries, _ key: Key) -> ForecastReading {
        var best: (score: SeasonalRecord.Score, season: PredictionPolicy.Season, outcome: SeasonalMethod.Outcome)?
        var lack: String?
        for (number, season) in policy.seasons.enumerated() {
            records[number].follow(series, before: key.index)
            do throws(SeasonalMethod.Lack) {
                let outcome = try records[number].forecast(at: key.index, in: series)
                guard let score = records[number].score else {
                    lack = lack ?? "too few forecasts by the \(season.noun) can be compared with what came"
                    continue
                }
                if let best, best.score.lasting <= score.lasting { continue }
                best = (score, season, outcome)
            } catch {
                lack = lack ?? error.text(season)
            }
        }
        guard let best else { return .missing(lack ?? "the prediction has no season") }
        return .forecast(
            Forecast(
                milliTotal: Self.milli(best.outcome.value), until: series.time(of: key.index + key.ahead),
                usualMilliTotal: Self.milli(best.outcome.usual),
                levelPercent: Self.percent(best.outcome.level, .toNearestOrEven), season: best.season,
                seasons: Int32(clamping: best.outcome.seasons), errorPercent: Self.percent(best.score.error, .up),
                shortPercent: Self.percent(best.score.short, .up), scoredSeconds: best.season.scoreSeconds))
    }

    private static func milli(_ value: Double) -> Int64 { Int64(min((value * 1000).rounded(), 9e18)) }

    /// Of a share that is at least 0. A rounding error is no percent.
    private static func percent(_ share: Double, _ rule: FloatingPointRoundingRule) -> Int32 {
        Int32(min((share * 100 - (rule == .up ? 1e-6 : 0)).rounded(rule), 1e6))
    }
}

extension SeasonalRecord {
    fileprivate init(_ season: PredictionPolicy.Season, _ policy: PredictionPolicy, step: Int64, ahead: Int64) {
        self.init(
            SeasonalMethod(
                period: season.seconds / step, history: Int64(max(policy.history, 1)), ahead: ahead,
                levelPoints: season.levelSeconds / step),
            Window(scored: season.scoreSeconds / step, preferred: season.preferenceSeconds / step))
    }
}

extension PredictionPolicy.Season {
    /// What the level is taken over, in seconds: long enough that one odd point says little.
    var levelSeconds: Int64 { self == .hour ? 900 : 10_800 }

    /// How far back forecasts are scored, in seconds: four half-lives.
    var scoreSeconds: Int64 { self == .hour ? 14_400 : 86_400 }

    /// How far back the forecasts of one season are compared with those of another, in seconds.
    var preferenceSeconds: Int64 { self == .hour ? scoreSeconds : 604_800 }

    /// As it is called.
    var noun: String { rawValue.lowercased() }
}

extension SeasonalMethod.Lack {
    fileprivate func text(_ season: PredictionPolicy.Season) -> String {
        switch self {
        case .seasons(let count):
            "the history has this time of \(count) past \(season.noun)s, and \(SeasonalMethod.fewestSeasons) are needed"
        case .level: "the last \(season.levelSeconds / 60) minutes are missing, or those of the past \(season.noun)s"
        }
    }
}
