import Autoscaling
import Testing

@testable import Forecasting

/// The arithmetic of one season, on series of a few points that a person can follow: seasons of four points.
@Suite struct SeasonalMethodTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The point with the number 0 and those after it; `nil` is a gap.
        var values: [Double?]
        var expected: Result<SeasonalMethod.Outcome, SeasonalMethod.Lack>
    }

    /// Three seasons, the beginning of a fourth, and what follows is to be foreseen: the points 13 and 14.
    static let seasons: [Double?] = [10, 20, 40, 10, 12, 22, 44, 12, 14, 24, 48, 14, 18]

    static func with(_ changes: [Int: Double?]) -> [Double?] {
        var values = seasons
        for (index, value) in changes { values[index] = value }
        return values
    }

    static let cases: [Case] = [
        // Peaks of the past: 48, 44, 40. Level: 14 + 18 over the medians 11 (of 12 and 10) and 12 (of 14, 12 and 10).
        Case(
            testDescription: "median of the past peaks, times the level", values: seasons,
            expected: .success(.init(value: 44 * (32.0 / 23), usual: 44, level: 32.0 / 23, seasons: 3))),
        Case(
            testDescription: "one odd season does not matter", values: with([9: 0, 10: 500]),
            expected: .success(.init(value: 44 * (32.0 / 23), usual: 44, level: 32.0 / 23, seasons: 3))),
        Case(
            testDescription: "no level above two", values: with([12: 180]),
            expected: .success(.init(value: 88, usual: 44, level: 2, seasons: 3))),
        Case(
            testDescription: "no level below a half", values: with([11: 0, 12: 0]),
            expected: .success(.init(value: 22, usual: 44, level: 0.5, seasons: 3))),
        Case(
            testDescription: "a season that is missing is left out", values: with([9: nil, 10: nil]),
            expected: .success(.init(value: 42 * (32.0 / 23), usual: 42, level: 32.0 / 23, seasons: 2))),
        Case(
            testDescription: "half of a look-ahead is no season", values: with([10: nil, 2: nil]),
            expected: .failure(.seasons(1))),
        Case(
            testDescription: "a single season is none", values: with([1: nil, 2: nil, 5: nil, 6: nil]),
            expected: .failure(.seasons(1))),
        Case(
            testDescription: "half of the level is enough", values: with([12: nil]),
            expected: .success(.init(value: 44 * (14.0 / 11), usual: 44, level: 14.0 / 11, seasons: 3))),
        Case(testDescription: "no level at all", values: with([11: nil, 12: nil]), expected: .failure(.level)),
        Case(
            testDescription: "nothing then and nothing now",
            values: with([0: 0, 3: 0, 4: 0, 7: 0, 8: 0, 11: 0, 12: 0]),
            expected: .success(.init(value: 44, usual: 44, level: 1, seasons: 3))),
        Case(
            testDescription: "NaN, infinity and less than nothing are gaps",
            values: with([9: .nan, 10: .infinity, 5: -1, 6: nil]), expected: .failure(.seasons(1))),
    ]

    @Test(arguments: cases) func itForeseesFromWhatWas(_ test: Case) {
        let series = DemandSeries(stepSeconds: 1, first: 0, values: test.values.map { $0 ?? .nan })
        let method = SeasonalMethod(period: 4, history: 3, ahead: 1, levelPoints: 2)
        let outcome = Result { () throws(SeasonalMethod.Lack) in
            try method.forecast(at: 13, in: series) { method.usual(at: $0, in: series) }
        }
        #expect(outcome == test.expected)
        // What comes after is not looked at.
        var longer = series
        for index in Int64(13)...20 { longer.set(1_000, at: index) }
        let again = Result { () throws(SeasonalMethod.Lack) in
            try method.forecast(at: 13, in: longer) { method.usual(at: $0, in: longer) }
        }
        #expect(again == test.expected)
    }

    @Test func aSeriesKeepsItsPoints() {
        var series = DemandSeries(stepSeconds: 300)
        series.set(1, at: 100)
        series.set(3, at: 103)
        series.set(9, at: 99)
        #expect([99, 100, 101, 102, 103, 104].map { series[$0] } == [nil, 1, nil, nil, 3, nil])
        series.set(2, at: 101)
        #expect(series[101] == 2)
        series.drop(before: 103)
        #expect(series.first == 103 && series.count == 1 && series[103] == 3)
        #expect(series.index(atOrBefore: series.time(of: 103)) == 103)
        #expect(series.index(atOrBefore: series.time(of: 103).advanced(byNanoseconds: -1)) == 102)
        #expect(series.index(atOrBefore: .init(nanoseconds: -1)) == -1)
        // A clock that jumped by years does not fill the memory.
        series.set(5, at: 100_000_000)
        #expect(series.count == 1 && series.first == 100_000_000)
    }

    @Test func valuesBecomePointsOfTheStepTheyCameIn() {
        var bins = DemandBins(stepSeconds: 10, reach: 100)
        func at(_ seconds: Double) -> Timestamp { Timestamp(secondsSinceEpoch: seconds) }
        for (seconds, value) in [(1, 4), (10, 6), (11, nil), (19, 8), (31, 1), (41, nil), (51, 2)]
            as [(Double, Double?)]
        {
            bins.add(value, at: at(seconds))
        }
        // A step ends at its point; what is not over is not there.
        #expect([1, 2, 3, 4, 5, 6].map { bins.series[$0] } == [5, 8, nil, 1, nil, nil])
    }
}
