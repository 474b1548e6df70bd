import Autoscaling
import Forecasting
import Testing

/// Whole forecasts over weeks of March 2026: a hundred around the clock, twice as much at lunch, and eight times on Friday
/// evenings.
@Suite struct ForecasterTests {
    /// Monday, 2 March 2026, 00:00 UTC.
    static let monday = Timestamp(nanoseconds: 1_772_409_600_000_000_000)

    static func at(day: Int, _ hour: Int, _ minute: Int = 0) -> Timestamp {
        monday.advanced(bySeconds: Int64(day * 86_400 + hour * 3_600 + minute * 60))
    }

    /// What a moment usually has; days count from the first Monday.
    static func usual(_ day: Int, _ hour: Double) -> Double {
        if day % 7 == 4, hour >= 18, hour < 20 { return 800 }
        return hour >= 12 && hour < 14 ? 200 : 100
    }

    /// A history of days, up to a moment, and of what they had.
    static func series(
        from first: Int = 0, until end: Timestamp, _ value: (Int, Double) -> Double? = usual
    ) -> DemandSeries {
        var series = DemandSeries(stepSeconds: 300)
        for step in 0..<(40 * 288) {
            // A point stands for the step that ends there.
            let time = at(day: first, 0).advanced(bySeconds: Int64(step + 1) * 300)
            if time > end { break }
            let seconds = Double(step * 300)
            series.set(
                value(first + Int(seconds / 86_400), seconds.truncatingRemainder(dividingBy: 86_400) / 3_600) ?? .nan,
                at: series.index(atOrBefore: time))
        }
        return series
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policy = PredictionPolicy()
        var first = 0
        var now = ForecasterTests.at(day: 25, 17, 56)
        var lookAheadSeconds: Int32 = 120
        var value: @Sendable (Int, Double) -> Double? = ForecasterTests.usual
        var check: @Sendable (ForecastReading) -> Bool
    }

    static func forecast(_ reading: ForecastReading) -> Forecast? {
        if case .forecast(let forecast) = reading { return forecast }
        return nil
    }

    static let cases: [Case] = [
        // Of three Fridays; Days alone do not know of it, and are known for that.
        Case(
            testDescription: "Friday's rush, before it begins",
            check: {
                $0
                    == .forecast(
                        Forecast(
                            milliTotal: 800_000, until: at(day: 25, 18, 5), usualMilliTotal: 800_000, levelPercent: 100,
                            season: .week, seasons: 3, errorPercent: 0, shortPercent: 0, scoredSeconds: 86_400))
            }),
        Case(
            testDescription: "not further ahead than asked for", now: at(day: 25, 17, 44),
            check: { forecast($0)?.milliTotal == 100_000 }),
        Case(
            testDescription: "as far ahead as asked for", now: at(day: 25, 17, 44), lookAheadSeconds: 1_200,
            check: { forecast($0)?.milliTotal == 800_000 }),
        Case(
            testDescription: "all of it half as much again since a week",
            value: { $0 >= 20 ? usual($0, $1) * 1.5 : usual($0, $1) },
            check: { forecast($0)?.milliTotal == 1_200_000 && forecast($0)?.levelPercent == 150 }),
        Case(
            testDescription: "a hole of two hours in the past", now: at(day: 25, 17, 56),
            value: { $0 == 18 && $1 >= 17 && $1 < 19 ? nil : usual($0, $1) },
            check: { forecast($0)?.milliTotal == 800_000 && forecast($0)?.seasons == 2 }),
        Case(
            testDescription: "a holiday is known for one by noon", now: at(day: 25, 12),
            value: { $0 == 25 ? usual($0, $1) * 0.3 : usual($0, $1) },
            check: { (forecast($0)?.errorPercent ?? 0) > 25 && forecast($0)?.shortPercent == 0 }),
        Case(
            testDescription: "a change of the clocks is known for one after lunch", now: at(day: 25, 14),
            value: { usual($0, $0 >= 25 ? $1 + 1 : $1) },
            check: { (forecast($0)?.errorPercent ?? 0) > 20 }),
        // Three days later most of the last four days have the new time.
        Case(
            testDescription: "a change of the clocks is over after days", now: at(day: 31, 11, 56),
            value: { usual($0, $0 >= 25 ? $1 + 1 : $1) },
            check: {
                forecast($0)?.season == .day && forecast($0)?.milliTotal == 200_000
                    && (forecast($0)?.errorPercent ?? 99) < 10
            }),
        Case(
            testDescription: "a workload of a week is foreseen by its days", first: 19, now: at(day: 25, 11, 56),
            check: { forecast($0)?.season == .day && forecast($0)?.milliTotal == 200_000 && forecast($0)?.seasons == 4 }
        ),
        Case(
            testDescription: "a workload of three days is not scored", first: 23, now: at(day: 25, 11, 56),
            check: { $0 == .missing("too few forecasts by the day can be compared with what came") }),
        Case(
            testDescription: "a workload of a day is not foreseen", first: 25, now: at(day: 25, 17, 56),
            check: { $0 == .missing("the history has this time of 0 past days, and 2 are needed") }),
        Case(
            testDescription: "nothing of late", value: { $0 == 25 && $1 >= 15 ? nil : usual($0, $1) },
            check: { $0 == .missing("the last 180 minutes are missing, or those of the past days") }),
        Case(
            testDescription: "nothing at all", value: { _, _ in 0 },
            check: { forecast($0)?.milliTotal == 0 && forecast($0)?.errorPercent == 0 }),
    ]

    @Test(arguments: cases) func itForeseesAndSaysHowGoodItIs(_ test: Case) {
        var forecaster = Forecaster(test.policy)
        let series = Self.series(from: test.first, until: test.now, test.value)
        let reading = forecaster.reading(
            of: series, revision: 0, lookAheadSeconds: test.lookAheadSeconds, at: test.now)
        #expect(test.check(reading), "\(reading)")
    }

    /// A controller that went on and one that has just read the history foresee the same.
    @Test func aRestartChangesNothing() {
        let bumpy = { @Sendable (day: Int, hour: Double) -> Double? in
            Self.usual(day, hour) * (1 + 0.2 * Double((day * 7 + Int(hour * 12)) % 5 - 2))
        }
        var steady = Forecaster(PredictionPolicy())
        for minutes in stride(from: 0, through: 600, by: 5) {
            let now = Self.at(day: 25, 8, 1).advanced(bySeconds: Int64(minutes) * 60)
            let series = Self.series(until: now, bumpy)
            var begun = Forecaster(PredictionPolicy())
            let one = steady.reading(of: series, revision: minutes, lookAheadSeconds: 120, at: now)
            guard minutes % 100 == 0 else { continue }
            #expect(one == begun.reading(of: series, revision: 0, lookAheadSeconds: 120, at: now))
            #expect((Self.forecast(one)?.errorPercent ?? 0) > 5)
        }
    }

    @Test func startUpsAreMeasuredOnThePodsThemselves() {
        var pods = PodSet()
        let start = Self.monday
        // Nine of ten within 90 s; one that lost its readiness hours later, one that never had it.
        for seconds: Int64 in [20, 30, 40, 50, 60, 70, 80, 90, 90, 300, 20_000] {
            pods.append(
                PodState(
                    phase: .running, readiness: .true, readyTransition: start.advanced(bySeconds: seconds),
                    startTime: start), named: "p\(seconds)")
        }
        pods.append(PodState(phase: .running, readiness: .false, readyTransition: start, startTime: start), named: "x")
        #expect(pods.startUpSeconds == 90)
        #expect(PredictionPolicy().lookAheadSeconds(for: pods) == 90)
        #expect(PredictionPolicy(lookAheadSeconds: 600).lookAheadSeconds(for: pods) == 600)
        #expect(PredictionPolicy().lookAheadSeconds(for: PodSet()) == 120)
    }
}
