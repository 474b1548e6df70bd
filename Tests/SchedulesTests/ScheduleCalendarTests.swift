import Autoscaling
import Testing

@testable import Schedules

@Suite struct ScheduleCalendarTests {
    static let dinner = SchedulePolicy(
        name: "dinner", cron: "30 17 * * FRI", timeZone: "Europe/Berlin", durationSeconds: 12_600, minReplicas: 6)
    static let always = SchedulePolicy(name: "always", cron: "* * * * *", durationSeconds: 300, maxReplicas: 30)
    static let shifts = SchedulePolicy(name: "shifts", cron: "0 6,14 * * *", durationSeconds: 28_800, minReplicas: 4)
    static let lost = SchedulePolicy(
        name: "lost", cron: "0 0 * * *", timeZone: "Europe/Berlinn", durationSeconds: 60, minReplicas: 4)

    private static func calendar(_ policies: [SchedulePolicy]) -> ScheduleCalendar {
        ScheduleCalendar(policies) { (name) throws(TimeZoneError) in
            guard let zone = try? TimeZoneRulesTests.zone(name) else { throw TimeZoneError("no \(name)") }
            return zone
        }
    }

    private static func time(_ text: String) -> Timestamp { Timestamp(seconds: OccurrencesTests.second(text)) }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var policies: [SchedulePolicy]
        var at: String
        var active: [String] = []
        var until: String?
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "none", policies: [], at: "2026-03-13 18:00"),
        Case(name: "before it", policies: [dinner], at: "2026-03-13 16:29"),
        Case(
            name: "its first minute", policies: [dinner], at: "2026-03-13 16:30", active: ["dinner"],
            until: "2026-03-13 20:00"),
        Case(
            name: "its last minute", policies: [dinner], at: "2026-03-13 19:59", active: ["dinner"],
            until: "2026-03-13 20:00"),
        Case(name: "its end", policies: [dinner], at: "2026-03-13 20:00"),
        Case(
            name: "in summer an hour earlier", policies: [dinner], at: "2026-07-03 15:30", active: ["dinner"],
            until: "2026-07-03 19:00"),
        Case(
            name: "one without a break has no end", policies: [always, dinner], at: "2026-03-13 12:00",
            active: ["always"]),
        Case(
            name: "two that touch are one", policies: [shifts], at: "2026-03-13 07:00", active: ["shifts"],
            until: "2026-03-13 22:00"),
    ])
    func isInForce(_ one: Case) {
        let state = Self.calendar(one.policies).state(at: Self.time(one.at))
        #expect((state?.active ?? []).map(\.name) == one.active)
        #expect(state?.active.first?.until == one.until.map(Self.time))
        #expect((state == nil) == one.active.isEmpty)
    }

    @Test func whatCannotBeFollowedIsNamedAndTheOthersAreFollowed() {
        let calendar = Self.calendar([Self.lost, Self.always])
        #expect(calendar.problems == [.init(name: "lost", problem: "no Europe/Berlinn")])
        let state = calendar.state(at: Self.time("2026-03-13 12:00"))
        #expect(state?.unknown == calendar.problems)
        #expect(state?.active.map(\.name) == ["always"])
    }

    @Test func theNextTimesAreThoseThatWillBeInForce() {
        let calendar = Self.calendar([Self.dinner])
        let now = Self.time("2026-03-20 17:00")
        let periods = calendar.periods(from: now, count: 3)
        #expect(periods.map(\.start) == ["2026-03-20 16:30", "2026-03-27 16:30", "2026-04-03 15:30"].map(Self.time))
        #expect(periods.map(\.startOffset) == [3_600, 3_600, 7_200])
        for period in periods {
            #expect(calendar.state(at: period.start)?.active.first?.until == period.end)
            #expect(calendar.state(at: period.end) == nil)
        }
    }
}
