import Autoscaling
import DecisionProperties
import Testing

/// Schedules raise bounds, and never lower one.
@Suite struct ScheduleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Cores in thousandths of each pod; the policy is 2 to 10 pods at 70.
        var millicores: [Int64?]
        var active: [ScheduleState.Active]
        var desired: Int32
        var line: String?
        var testDescription: String { name }
    }

    static let nine = OrderService.dinner.advanced(bySeconds: 10_800)
    static let dinner = ScheduleState.Active(name: "dinner", minReplicas: 6, until: nine)

    @Test(arguments: [
        Case(name: "none", millicores: [70, 70], active: [], desired: 2),
        Case(
            name: "a minimum is gone to at once", millicores: [70, 70], active: [dinner], desired: 6,
            line: "2 → 6: below the minimum of 6 by schedule 'dinner' for 3h more, until 21:00:00 UTC"),
        Case(
            name: "a minimum holds", millicores: Array(repeating: 10, count: 6), active: [dinner], desired: 6),
        Case(
            name: "the metrics go above it", millicores: Array(repeating: 80, count: 6), active: [dinner], desired: 7),
        Case(
            name: "a lower minimum changes nothing", millicores: [70, 70],
            active: [.init(name: "low", minReplicas: 1, until: nine)], desired: 2),
        Case(
            name: "a lower maximum changes nothing", millicores: Array(repeating: 70, count: 10),
            active: [.init(name: "low", maxReplicas: 4)], desired: 10),
        Case(
            name: "a maximum lets it grow", millicores: Array(repeating: 98, count: 10),
            active: [.init(name: "sale", maxReplicas: 12, until: nine)], desired: 12,
            line: "10 → 12: 14 wanted, held at the maximum of 12 by schedule 'sale' for 3h more, until 21:00:00 UTC; "
                + "cpu 98 % / 70 % = 1.4, × 10 pods = 14"),
        Case(
            name: "a minimum above the maximum is the maximum", millicores: [70, 70],
            active: [.init(name: "much", minReplicas: 40)], desired: 10),
        Case(
            name: "the highest of several counts", millicores: [70, 70],
            active: [dinner, .init(name: "more", minReplicas: 8), .init(name: "less", minReplicas: 3)], desired: 8),
    ])
    func boundsAreRaised(_ one: Case) {
        var service = OrderService()
        var observation = service.observation(millicores: one.millicores)
        observation.schedules = one.active.isEmpty ? nil : ScheduleState(active: one.active)
        let decision = service.decide(observation)
        #expect(decision.desiredReplicas == one.desired)
        #expect(decision.schedules == observation.schedules)
        if let line = one.line { #expect(service.explain(decision).line == line) }
    }

    /// What is not known may be in force: the size does not get smaller, and may get larger.
    @Test func aScheduleThatCannotBeFollowedHoldsTheSizeFromGettingSmaller() {
        var service = OrderService()
        let unknown = ScheduleState(unknown: [.init(name: "dinner", problem: "time zone X is not there")])
        for (millicores, desired) in [([10, 10, 10, 10], 4), ([95, 95], 3)] as [([Int64?], Int32)] {
            service.history = History(recommendations: [])
            var observation = service.observation(millicores: millicores)
            observation.schedules = unknown
            let decision = service.decide(observation)
            #expect(decision.desiredReplicas == desired)
            #expect(decision.restraint?.hold.reason == "ScheduleUnknown")
        }
        // Not even to the maximum, which a schedule may have raised.
        var observation = service.observation(millicores: Array(repeating: 70, count: 12))
        observation.schedules = unknown
        #expect(service.decide(observation).desiredReplicas == 12)
    }

    @Test func whatASchedulesDoesIsToldAndItsEndAsWell() {
        var service = OrderService()
        var observation = service.observation(millicores: Array(repeating: 70, count: 6))
        observation.schedules = ScheduleState(active: [Self.dinner])
        let raised = service.decide(observation)
        #expect(
            service.explain(raised).steps.contains {
                $0.kind == .scheduled && $0.until == Self.nine
                    && $0.text == "Schedule 'dinner' raises minReplicas to at least 6 for 3h more, until 21:00:00 UTC."
            })
        func report(_ decision: Decision, _ previous: DecisionReport.Status) -> DecisionReport {
            DecisionReport(
                decision, spec: service.spec, namespace: "bytebites", previous: previous, write: .none,
                flags: service.flags)
        }
        func condition(_ report: DecisionReport) -> StatusCondition? {
            report.status.conditions.first { $0.type == "ScheduleActive" }
        }
        let plain = DecisionReport.Status(currentReplicas: 0, desiredReplicas: 0)
        let first = report(raised, plain)
        #expect(condition(first)?.status == "True")
        #expect(condition(first)?.reason == "ScheduleInForce")
        #expect(condition(first)?.message == "schedule 'dinner' raises minReplicas to at least 6, until 21:00:00 UTC")
        observation.schedules = nil
        let free = service.decide(observation)
        #expect(condition(report(free, first.status))?.status == "False")
        #expect(condition(report(free, plain)) == nil)
    }
}
