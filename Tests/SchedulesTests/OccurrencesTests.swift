import Autoscaling
import Testing

@testable import Schedules

/// Schedules on the two nights at which clocks are set.
@Suite struct OccurrencesTests {
    struct Night: Sendable, CustomTestStringConvertible {
        var name: String
        var cron: String
        var zone: String
        /// Local noon of the day before, in UTC, and the instants due in the next two days.
        var from: String
        var due: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Night(
            name: "a time that the clocks leave out is due when they have jumped", cron: "30 2 * * *",
            zone: "Europe/Berlin", from: "2026-03-28 11:00", due: ["2026-03-29 01:00", "2026-03-30 00:30"]),
        Night(
            name: "a time that comes twice is due the first time", cron: "30 2 * * *", zone: "Europe/Berlin",
            from: "2026-10-24 10:00", due: ["2026-10-25 00:30", "2026-10-26 01:30"]),
        Night(
            name: "dinner stays dinner in spring", cron: "30 17 * * *", zone: "Europe/Berlin", from: "2026-03-28 11:00",
            due: ["2026-03-28 16:30", "2026-03-29 15:30"]),
        Night(
            name: "what is due in every hour follows the hours, spring", cron: "15 * * * *", zone: "America/New_York",
            from: "2026-03-08 05:30", due: ["2026-03-08 06:15", "2026-03-08 07:15", "2026-03-08 08:15"]),
        Night(
            name: "what is due in every hour follows the hours, autumn", cron: "15 * * * *", zone: "America/New_York",
            from: "2026-11-01 04:30", due: ["2026-11-01 05:15", "2026-11-01 06:15", "2026-11-01 07:15"]),
        Night(
            name: "what is due twice in the gap is due once", cron: "10,50 2 * * *", zone: "America/New_York",
            from: "2026-03-07 17:00", due: ["2026-03-08 07:00", "2026-03-09 06:10", "2026-03-09 06:50"]),
        Night(
            name: "several times of the repeated hour", cron: "*/30 1 * * *", zone: "America/New_York",
            from: "2026-10-31 17:00", due: ["2026-11-01 05:00", "2026-11-01 05:30", "2026-11-02 06:00"]),
        Night(
            name: "half an hour is enough", cron: "15 2 * * *", zone: "Australia/Lord_Howe", from: "2026-10-03 00:00",
            due: ["2026-10-03 15:30", "2026-10-04 15:15"]),
        Night(
            name: "a whole day that an island left out", cron: "0 12 30 12 *", zone: "Pacific/Apia",
            from: "2011-12-29 00:00", due: ["2011-12-30 10:00"]),
        Night(
            name: "after the last year of the file the rule goes on", cron: "30 2 * * *", zone: "Europe/Berlin",
            from: "2099-03-28 11:00", due: ["2099-03-29 01:00", "2099-03-30 00:30"]),
        Night(
            name: "a zone without changes", cron: "0 0 * * *", zone: "Asia/Kathmandu", from: "2026-03-28 11:00",
            due: ["2026-03-28 18:15"]),
    ])
    func isDue(_ night: Night) throws {
        let occurrences = Occurrences(try CronExpression(night.cron), in: try TimeZoneRulesTests.zone(night.zone))
        var from = Self.second(night.from)
        var found: [Int64] = []
        for _ in night.due {
            from = try #require(occurrences.next(after: from))
            found.append(from)
        }
        #expect(found == night.due.map(Self.second))
        for (index, due) in found.enumerated() {
            #expect(occurrences.last(upTo: due, from: due - 100_000) == due)
            let before = index == 0 ? nil : found[index - 1]
            #expect(occurrences.last(upTo: due - 1, from: before ?? Self.second(night.from) + 1) == before)
        }
    }

    /// Backwards and forwards agree at any time of two years, on clocks that are set and on any schedule.
    @Test(arguments: ["30 2 * * *", "*/15 * * * *", "0 1-3 * * SUN", "0 0 1 * *", "59 23 31 * *"])
    func theLastOneBeforeTheNextOneIsTheLastOne(_ text: String) throws {
        for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"] {
            let occurrences = Occurrences(try CronExpression(text), in: try TimeZoneRulesTests.zone(name))
            var second = Self.second("2025-01-01 00:00")
            let end = Self.second("2027-01-01 00:00")
            while second < end {
                let next = try #require(occurrences.next(after: second))
                let last = try #require(occurrences.last(upTo: second, from: second - 200 * 86_400))
                #expect(next > second && last <= second)
                #expect(occurrences.next(after: last) == next, "\(name) \(second)")
                second += 41_117
            }
        }
    }

    @Test(
        arguments: [
            ("1m", 60), ("3h30m", 12_600), ("90m", 5_400), ("744h", 2_678_400), ("1h0m5s", 3_605), ("59s", nil),
            ("745h", nil), ("", nil), ("3", nil), ("30m3h", nil), ("1h1h", nil), ("1.5h", nil), ("-1h", nil),
            ("1d", nil),
            ("99999999999h", nil), ("3h ", nil),
        ] as [(String, Int64?)])
    func durationsAreReadWhole(_ text: String, _ seconds: Int64?) {
        #expect(ScheduleDuration.seconds(text) == seconds)
    }

    static func second(_ text: String) -> Int64 {
        let numbers = text.split { $0 == "-" || $0 == " " || $0 == ":" }.compactMap { Int64($0) }
        let date = CivilDate(year: numbers[0], month: Int(numbers[1]), day: Int(numbers[2]))
        return date.daysSinceEpoch * 86_400 + numbers[3] * 3_600 + numbers[4] * 60
    }
}
