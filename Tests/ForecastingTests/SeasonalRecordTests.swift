import Glibc
import Recordings
import Testing

@testable import Forecasting

/// How far forecasts were off: by hand, and against the formula worked out from the beginning each time.
@Suite struct SeasonalRecordTests {
    @Test func anErrorIsWeighedByItsAge() {
        // Ten at every point, and thirty at the one with the number 9, which nobody could foresee. The weight of a point
        // halves from one to the next.
        var values = Array(repeating: 10.0, count: 11)
        values[9] = 30
        let method = SeasonalMethod(period: 2, history: 2, ahead: 0, levelPoints: 1)
        var record = SeasonalRecord(method, .init(scored: 4, preferred: 8))
        record.follow(DemandSeries(stepSeconds: 1, first: 0, values: values), before: 11)
        // The points 5 to 9 have a forecast, of 10. Came: 30 + 10 × (½ + ¼ + ⅛ + 1⁄16) = 39.375, of which 20 were missing.
        let score = record.score
        #expect(abs((score?.error ?? 0) - 20 / 39.375) < 1e-12)
        #expect(score?.short == score?.error)
        #expect(score?.lasting == 20.0 / 70)
    }

    @Test func tooFewComparedPointsAreNoScore() {
        let method = SeasonalMethod(period: 2, history: 2, ahead: 0, levelPoints: 1)
        for (count, isScored) in [(6, false), (7, false), (8, true)] {
            var record = SeasonalRecord(method, .init(scored: 4, preferred: 8))
            let series = DemandSeries(stepSeconds: 1, first: 0, values: Array(repeating: 10, count: count))
            record.follow(series, before: Int64(count))
            #expect((record.score != nil) == isScored, "\(count) points")
        }
    }

    /// The error by its formula, from the series alone.
    private func error(
        _ series: DemandSeries, _ method: SeasonalMethod, before index: Int64, scored: Int64, preferred: Int64
    ) -> (error: Double, lasting: Double)? {
        let settled = min(index, series.end - 1) - method.ahead
        var (off, came, plainOff, plainCame, late) = (0.0, 0.0, 0.0, 0.0, Int64(0))
        for point in series.first..<max(settled, series.first) {
            guard let value = method.highest(from: point, in: series),
                let foreseen = try? method.forecast(
                    at: point, in: series, usuals: { method.usual(at: $0, in: series) }
                ).value
            else { continue }
            let weight = pow(0.5, Double(settled - 1 - point) / Double(scored / 4))
            off += weight * abs(foreseen - value)
            came += weight * value
            if settled - point <= preferred {
                plainOff += abs(foreseen - value)
                plainCame += value
            }
            if settled - point <= scored { late += 1 }
        }
        guard late > 0, late * 2 >= scored else { return nil }
        return (came > 0 ? off / came : off > 0 ? .infinity : 0, plainCame > 0 ? plainOff / plainCame : 0)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func pointByPointItComesToTheFormula(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let method = SeasonalMethod(period: 12, history: 3, ahead: 2, levelPoints: 4)
        var record = SeasonalRecord(method, .init(scored: 24, preferred: 60))
        var series = DemandSeries(stepSeconds: 1)
        var compared = 0
        for index in Int64(0)..<400 {
            let isGap = Int.random(in: 0..<20, using: &random) == 0
            let value = (index % 12 < 6 ? 20 : 5) * Double.random(in: 0.7...1.3, using: &random)
            series.set(isGap ? .nan : value.rounded(), at: index)
            // Some points are looked at late, several at once.
            guard Int.random(in: 0..<3, using: &random) > 0 else { continue }
            record.follow(series, before: index + 1)
            let expected = error(series, method, before: index + 1, scored: 24, preferred: 60)
            #expect((record.score == nil) == (expected == nil), "\(index)")
            guard let score = record.score, let expected else { continue }
            compared += 1
            #expect(abs(score.error - expected.error) < 1e-9, "\(index)")
            #expect(abs(score.lasting - expected.lasting) < 1e-9, "\(index)")
        }
        #expect(compared > 100)
    }

    @Test func rootsAreRoots() {
        for degree: Int64 in [1, 2, 3, 72, 240] {
            #expect(abs(pow(SeasonalRecord.root(of: 0.5, degree: degree), Double(degree)) - 0.5) < 1e-12)
        }
    }
}
