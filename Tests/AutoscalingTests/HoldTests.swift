import Autoscaling
import DecisionProperties
import Testing

/// What keeps a size as it is whatever the metrics say.
@Suite struct HoldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var millicores: [Int64?]
        var holds: [Hold]
        var desired: Int32
        var withheld: Int32?
        var reason: String?
        var testDescription: String { name }
    }

    static let up = Hold(.up, reason: "RolloutInProgress", message: "a rollout is under way")
    static let down = Hold(.down, reason: "Frozen", message: "a sale")
    static let both = Hold(
        .both, reason: "Paused", message: "paused by its spec", until: OrderService.dinner.advanced(bySeconds: 90))

    @Test(arguments: [
        Case(name: "none", millicores: [95, 95], holds: [], desired: 3),
        Case(name: "up is held", millicores: [95, 95], holds: [up], desired: 2, withheld: 3, reason: up.reason),
        Case(name: "the other way is free", millicores: [95, 95], holds: [down], desired: 3, reason: down.reason),
        Case(
            name: "the one that stops it is named", millicores: [95, 95], holds: [down, both, up], desired: 2,
            withheld: 3, reason: both.reason),
        Case(name: "nothing to hold", millicores: [70, 70], holds: [both], desired: 2, reason: both.reason),
    ])
    func aHoldKeepsTheSizeInItsDirection(_ one: Case) {
        var service = OrderService()
        var observation = service.observation(millicores: one.millicores)
        observation.holds = one.holds
        let decision = service.decide(observation)
        #expect(decision.desiredReplicas == one.desired)
        #expect(decision.restraint?.withheldReplicas == one.withheld)
        #expect(decision.restraint?.hold.reason == one.reason)
        #expect((decision.rescaleReason != nil) == decision.rescales)
    }

    @Test(
        arguments: [
            (HoldPolicy(.both, reason: "a sale"), 2, "spec.hold: a sale"),
            (HoldPolicy(.down), 3, "spec.hold is set"),
            (HoldPolicy(.up, until: OrderService.dinner.advanced(bySeconds: 1)), 2, "spec.hold is set"),
            (HoldPolicy(.up, until: OrderService.dinner), 3, nil),
        ] as [(HoldPolicy, Int32, String?)])
    func aHoldOfTheSpecHoldsUntilItExpires(policy: HoldPolicy, desired: Int32, message: String?) {
        var service = OrderService()
        service.spec.extensions = ScalingExtensions(hold: policy)
        let decision = service.decide(service.observation(millicores: [95, 95]))
        #expect(decision.desiredReplicas == desired)
        #expect(decision.restraint?.hold.message == message)
        #expect(decision.restraint.map { $0.hold.reason == "HeldBySpec" } != false)
    }

    @Test func aBoundDoesNotBreakAHold() {
        var service = OrderService()
        var observation = service.observation(millicores: Array(repeating: 70, count: 12))
        observation.holds = [Self.both]
        let decision = service.decide(observation)
        #expect(decision.desiredReplicas == 12)
        #expect(decision.restraint?.withheldReplicas == 10)
    }

    @Test func theWindowsKnowWhatWasWantedMeanwhile() {
        var service = OrderService()
        var observation = service.observation(millicores: [140, 140])
        observation.holds = [Self.both]
        #expect(service.decide(observation).desiredReplicas == 2)
        #expect(service.history.recommendations.map(\.replicas).contains(4))
        #expect(service.history.scaleUpEvents.isEmpty)
    }

    @Test func aHoldIsToldAndItsEndAsWell() {
        var service = OrderService()
        var observation = service.observation(millicores: [95, 95])
        observation.holds = [Self.both]
        let held = service.decide(observation)
        #expect(
            service.explain(held).line
                == "stays at 2: 3 wanted, held: paused by its spec for 1m30s more, until 18:01:30 UTC")
        #expect(service.explain(held).steps.contains { $0.kind == .held && $0.until == Self.both.until })
        func report(_ decision: Decision, _ previous: DecisionReport.Status) -> DecisionReport {
            DecisionReport(
                decision, spec: service.spec, namespace: "bytebites", previous: previous, write: .none,
                flags: service.flags)
        }
        let first = report(held, DecisionReport.Status(currentReplicas: 0, desiredReplicas: 0))
        let condition = first.status.conditions.first { $0.type == "ScalingHeld" }
        #expect(condition?.status == "True")
        #expect(condition?.reason == "Paused")
        #expect(condition?.message == "3 replicas wanted; paused by its spec, until 18:01:30 UTC")
        #expect(first.events.isEmpty)
        observation.holds = []
        observation.time = OrderService.dinner.advanced(bySeconds: 15)
        let free = report(service.decide(observation), first.status)
        #expect(free.status.conditions.first { $0.type == "ScalingHeld" }?.status == "False")
    }
}
