import Testing

@testable import Schedules

@Suite struct CronExpressionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        /// Days and minutes since 1970-01-01, a Thursday, that are due next after its first minute.
        var due: [String]
        var testDescription: String { text }
    }

    /// What is due from 2026-03-01 00:00 on; 2026-03-01 is a Sunday.
    @Test(arguments: [
        Case(text: "30 17 * * *", due: ["2026-03-01 17:30", "2026-03-02 17:30"]),
        Case(text: "0 9-17/4 * * MON-FRI", due: ["2026-03-02 09:00", "2026-03-02 13:00", "2026-03-02 17:00"]),
        Case(
            text: "*/20 0 * * *", due: ["2026-03-01 00:00", "2026-03-01 00:20", "2026-03-01 00:40", "2026-03-02 00:00"]),
        Case(
            text: "5/25 0 1 * ?", due: ["2026-03-01 00:05", "2026-03-01 00:30", "2026-03-01 00:55", "2026-04-01 00:05"]),
        Case(text: "0 0 13 * 5", due: ["2026-03-06 00:00", "2026-03-13 00:00", "2026-03-20 00:00"]),
        Case(text: "0 0 */10 * 5", due: ["2026-03-01 00:00", "2026-03-06 00:00", "2026-03-11 00:00"]),
        Case(text: "0 0 29 2 *", due: ["2028-02-29 00:00", "2032-02-29 00:00"]),
        Case(text: "15,45 6 * jan,Dec sun,7", due: ["2026-12-06 06:15", "2026-12-06 06:45", "2026-12-13 06:15"]),
        Case(text: "\t0  0 * * 0\t", due: ["2026-03-01 00:00", "2026-03-08 00:00"]),
        Case(
            text: "0 0 * * 5-7", due: ["2026-03-01 00:00", "2026-03-06 00:00", "2026-03-07 00:00", "2026-03-08 00:00"]),
        Case(text: "@hourly", due: ["2026-03-01 00:00", "2026-03-01 01:00"]),
        Case(text: "@weekly", due: ["2026-03-01 00:00", "2026-03-08 00:00"]),
        Case(text: "@yearly", due: ["2027-01-01 00:00", "2028-01-01 00:00"]),
    ])
    func isDueAtItsTimes(_ one: Case) throws {
        let cron = try CronExpression(one.text)
        let start = CivilDate(year: 2026, month: 3, day: 1).daysSinceEpoch * 1_440
        var found: [Int64] = []
        var from = start
        for _ in one.due {
            let next = try #require(cron.first(from: from, before: from + 3_300 * 1_440))
            found.append(next)
            from = next + 1
        }
        #expect(found.map(Self.text) == one.due)
        // Backwards it is the same times.
        for (index, due) in found.enumerated().dropFirst() {
            #expect(cron.last(upTo: due - 1, from: start) == found[index - 1])
            #expect(cron.last(upTo: due, from: start) == due)
        }
        #expect(cron.last(upTo: found[0] - 1, from: start) == nil)
    }

    private static func text(_ minute: Int64) -> String {
        let date = CivilDate(daysSinceEpoch: minute.flooredQuotient(1_440))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = Int(minute - minute.flooredQuotient(1_440) * 1_440)
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(rest / 60)):\(two(rest % 60))"
    }

    @Test(
        arguments: [
            ("", "column 1: has 0 fields, and there are 5: minute, hour, day of the month, month, day of the week"),
            ("0 17 * *", "column 9: has 4 fields, and there are 5"), ("0 17 * * * *", "column 12: has 6 fields"),
            ("60 17 * * *", "column 1: '60' is no minute, which is from 0 to 59"),
            ("0 24 * * *", "column 3: '24' is no hour"), ("0 1,x * * *", "column 5: 'x' is no hour"),
            ("0 17 0 * *", "column 6: '0' is no day of the month, which is from 1 to 31"),
            ("0 17 * foo *", "column 8: 'foo' is no month"), ("0 17 * * 8", "column 10: '8' is no day of the week"),
            ("0 17-9 * * *", "column 3: the range 17-9 of the hour runs backwards"),
            ("*/0 * * * *", "column 3: '0' is no step of the minute, which is from 1 to 59"),
            ("*/ * * * *", "column 3: the step of the minute is missing"),
            ("1,,2 * * * *", "column 3: the minute is missing"),
            ("-1 * * * *", "column 1: the minute is missing"), ("0 17 L * *", "column 6: 'L' is no day of the month"),
            ("0 0 30 2 *", "column 5: never comes: none of its months has such a day"),
            ("0 0 31 4,6 *", "column 5: never comes"), ("@every 5m", "column 1: '@every' is none of @annually"),
            ("CRON_TZ=UTC 0 0 * * *", "column 1: the time zone stands in the field timeZone"),
            ("0 0 * * 99999999999999999999", "column 9: "), (String(repeating: "0", count: 200), "column 1: is longer"),
            ("٣ 0 * * *", "column 1: '٣' is no minute"),
        ])
    func whatCannotBeReadIsNamedWithItsColumn(_ text: String, _ message: String) {
        let error = #expect(throws: CronError.self) { _ = try CronExpression(text) }
        #expect(error.map { "\($0)".hasPrefix(message) } == true, "\(String(describing: error))")
    }

    @Test func datesAreThoseOfTheCalendar() {
        var day = CivilDate(year: 1599, month: 12, day: 31).daysSinceEpoch
        #expect(CivilDate(year: 1970, month: 1, day: 1).daysSinceEpoch == 0)
        // Four hundred years from one day to the next, by the rules of a calendar on the wall.
        for year in 1600...2000 as ClosedRange<Int64> {
            for (month, length) in [31, CivilDate.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                .enumerated()
            {
                for number in 1...length {
                    day += 1
                    let date = CivilDate(year: year, month: month + 1, day: number)
                    guard date.daysSinceEpoch == day, CivilDate(daysSinceEpoch: day) == date else {
                        Issue.record("\(date)")
                        return
                    }
                }
            }
        }
        #expect(CivilDate.weekday(daysSinceEpoch: 0) == 4 && CivilDate.weekday(daysSinceEpoch: -5) == 6)
    }
}
