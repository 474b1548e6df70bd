/// What one season would have foreseen at each point of the past, and how far that was off from what came.
///
///     error = Σ w |forecast − came| / Σ w came,   w = ½ ^ (age / half-life)
///
/// Large values weigh as much as they cost, and late ones more than old ones, so that a day that is like no other is
/// known within hours. The sums go on from point to point; begun anew, from the series alone, they come to the same.
struct SeasonalRecord: Sendable {
    /// Over what forecasts are scored, in points.
    struct Window: Sendable, Hashable {
        /// Half of these must have been compared for a score; a quarter of it is the half-life of a weight.
        var scored: Int64
        /// Over so many points, all alike, one season is preferred to another; at least as many.
        var preferred: Int64
    }

    /// How far the forecasts were off, as shares of what came: 0.25 is off by a quarter.
    struct Score: Equatable {
        var error: Double
        /// The part of the error that was foreseen too low.
        var short: Double
        /// The error of the longer time.
        var lasting: Double
    }

    let method: SeasonalMethod
    private let window: Window
    /// What a weight loses from one point to the next.
    private let decay: Double
    /// The first point that was not compared yet; `nil` before the first one.
    private var next: Int64?
    private var late = Sums()
    /// Up to each of the last points that were compared, from the first one on.
    private var totals: [Sums] = [Sums()]
    /// What was usual at the points from one on, for their levels.
    private var usuals: (first: Int64, values: [Double?]) = (0, [])

    private struct Sums {
        var off = 0.0
        var short = 0.0
        var came = 0.0
        var count: Int64 = 0

        mutating func add(_ foreseen: Double, _ value: Double) {
            off += abs(foreseen - value)
            short += max(value - foreseen, 0)
            came += value
            count += 1
        }
    }

    init(_ method: SeasonalMethod, _ window: Window) {
        self.method = method
        self.window = window
        decay = Self.root(of: 0.5, degree: max(window.scored / 4, 1))
    }

    /// Compares the points that are over, and whose values stand for good, with what would have been foreseen there.
    ///
    /// - Parameters:
    ///   - series: The same as before, and what came since.
    ///   - index: The first point that is not over yet.
    mutating func follow(_ series: DemandSeries, before index: Int64) {
        // The last point that is there may still be corrected.
        let settled = min(index, series.end - 1) - method.ahead
        let oldest = index - method.ahead - window.preferred
        if let next, next < oldest { start() }
        var point = max(next ?? oldest, series.first)
        // What lies before the series would be foreseen from nothing.
        while point < settled {
            late.off *= decay
            late.short *= decay
            late.came *= decay
            var sum = totals.last ?? Sums()
            if let value = method.highest(from: point, in: series), let foreseen = try? forecast(at: point, in: series)
            {
                late.add(foreseen.value, value)
                sum.add(foreseen.value, value)
            }
            totals.append(sum)
            point += 1
            next = point
        }
        let extra = totals.count - Int(window.preferred) - 1
        // Seldom, and many at once: each time moves all that stay.
        if extra > Int(window.preferred) / 8 { totals.removeFirst(extra) }
    }

    private mutating func start() {
        (next, late, totals, usuals) = (nil, Sums(), [Sums()], (0, []))
    }

    /// Foresees at a point that is not before those that were compared.
    mutating func forecast(
        at index: Int64, in series: DemandSeries
    ) throws(SeasonalMethod.Lack) -> SeasonalMethod.Outcome {
        let first = index - method.levelPoints
        let end = usuals.first + Int64(usuals.values.count)
        if usuals.first > first || end < first {
            usuals = (first, [])
        } else if first - usuals.first > 4 * method.levelPoints {
            usuals.values.removeFirst(Int(first - usuals.first))
            usuals.first = first
        }
        while usuals.first + Int64(usuals.values.count) < index {
            usuals.values.append(method.usual(at: usuals.first + Int64(usuals.values.count), in: series))
        }
        let known = usuals
        return try method.forecast(at: index, in: series) { known.values[Int($0 - known.first)] }
    }

    /// How far forecasts were off of late; `nil` when too few could be compared.
    var score: Score? {
        let last = totals[totals.count - 1]
        func since(_ points: Int64) -> Sums { totals[max(totals.count - 1 - Int(points), 0)] }
        let (scored, preferred) = (since(window.scored), since(window.preferred))
        guard last.count > scored.count, (last.count - scored.count) * 2 >= window.scored else { return nil }
        return Score(
            error: Self.share(late.off, of: late.came), short: Self.share(late.short, of: late.came),
            lasting: Self.share(last.off - preferred.off, of: last.came - preferred.came))
    }

    /// Where nothing came, anything that was foreseen is as wrong as can be.
    private static func share(_ part: Double, of whole: Double) -> Double {
        whole > 0 ? max(part, 0) / whole : part > 0 ? .infinity : 0
    }

    /// The number between 0 and 1 whose power is `value`, by Newton's method from above; there is no mathematics library
    /// here.
    static func root(of value: Double, degree: Int64) -> Double {
        var root = 1.0
        for _ in 0..<64 {
            var power = 1.0
            for _ in 1..<max(degree, 1) { power *= root }
            let step = (power * root - value) / (Double(degree) * power)
            root -= step
            if step < 1e-16 { break }
        }
        return root
    }
}
