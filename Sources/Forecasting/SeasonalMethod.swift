/// One season's way to foresee: pure arithmetic on a series.
///
/// A forecast at a point n, for the points n to n + h, is
///
///     usual(n) × level(n)
///     usual(n) = median over the past seasons k = 1…K of  max v[i − kS],  i from n to n + h
///     level(n) = Σ v[i] / Σ m[i] over the last points i before n, within 0.5 and 2
///     m[i]     = median over k of v[i − kS]
///
/// It needs nothing at or after n, so that the same arithmetic at a past point says what would have been foreseen then.
struct SeasonalMethod: Sendable, Hashable {
    /// Points of a season, S.
    var period: Int64
    /// Past seasons at most, K.
    var history: Int64
    /// Points that are looked ahead, h, beside the one that is not over yet.
    var ahead: Int64
    /// Points that the level is taken over.
    var levelPoints: Int64

    /// Fewest past seasons that a forecast rests on: a single one may have been anything.
    static let fewestSeasons = 2
    /// How far the level may move what is usual.
    static let levels = 0.5...2.0

    /// What one point foresees.
    struct Outcome: Equatable {
        var value: Double
        var usual: Double
        var level: Double
        var seasons: Int
    }

    /// Why a point foresees nothing.
    enum Lack: Error, Equatable {
        /// So many past seasons have values for it, which are too few.
        case seasons(Int)
        /// The points of late, or the past ones beside them, are missing.
        case level
    }

    /// What the past seasons had at a point, m; `nil` where too few had anything.
    func usual(at point: Int64, in series: DemandSeries) -> Double? {
        var values = SmallSample()
        for season in 1...history {
            if let past = series[point - season * period] { values.insert(past) }
        }
        return values.count >= Self.fewestSeasons ? values.median : nil
    }

    /// The highest value of the points that a forecast at a point is for; `nil` unless most of them have one.
    func highest(from index: Int64, in series: DemandSeries) -> Double? {
        var found: Int64 = 0
        var highest = 0.0
        for point in index...(index + ahead) {
            guard let value = series[point] else { continue }
            found += 1
            highest = max(highest, value)
        }
        return found * 2 > ahead + 1 ? highest : nil
    }

    /// Foresees at a point, from the points before it alone.
    ///
    /// - Parameter usuals: What ``usual(at:in:)`` says of a point before it.
    func forecast(
        at index: Int64, in series: DemandSeries, usuals: (Int64) -> Double?
    ) throws(Lack) -> Outcome {
        var peaks = SmallSample()
        for season in 1...history {
            if let peak = highest(from: index - season * period, in: series) { peaks.insert(peak) }
        }
        guard peaks.count >= Self.fewestSeasons else { throw .seasons(peaks.count) }
        var (recent, usual, pairs) = (0.0, 0.0, Int64(0))
        for point in (index - levelPoints)..<index {
            guard let value = series[point], let past = usuals(point) else { continue }
            recent += value
            usual += past
            pairs += 1
        }
        guard pairs * 2 >= levelPoints else { throw .level }
        // Nothing then and nothing now: as it was.
        let ratio = usual > 0 ? recent / usual : recent > 0 ? Self.levels.upperBound : 1
        let level = min(max(ratio, Self.levels.lowerBound), Self.levels.upperBound)
        return Outcome(value: peaks.median * level, usual: peaks.median, level: level, seasons: peaks.count)
    }
}

/// A few numbers in order: the values of one moment in the past seasons.
private struct SmallSample {
    private var values: [Double] = []

    init() { values.reserveCapacity(4) }

    var count: Int { values.count }

    /// In its place; there are few.
    mutating func insert(_ value: Double) {
        var index = values.count
        values.append(value)
        while index > 0, values[index - 1] > value {
            values[index] = values[index - 1]
            index -= 1
        }
        values[index] = value
    }

    /// The middle value, or the mean of the two in the middle; there is at least one.
    var median: Double {
        let middle = values.count / 2
        return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    }
}
