import Autoscaling
import DecisionProperties
import Testing

/// Guards over all autoscalers.
@Suite struct FleetTests {
    static let now = OrderService.dinner

    static func member(
        _ name: String, _ current: Int32, _ desired: Int32, namespace: String = "shop", source: String? = "cpu",
        minimum: Int32 = 0,
        turns: DirectionChanges = DirectionChanges()
    ) -> FleetMember {
        FleetMember(
            namespace: namespace, name: name, source: source, current: current, desired: desired, minimum: minimum,
            turns: turns)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var total: Int32?
        var each: Int32?
        var before: [FleetState.Addition] = []
        var members: [FleetMember]
        /// The size that each may have.
        var sizes: [Int32]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "no budget", members: [member("a", 2, 200)], sizes: [200]),
        Case(
            name: "the minimum is owed, and counts", total: 3,
            members: [member("a", 2, 9, minimum: 5), member("b", 2, 8)], sizes: [5, 2]),
        Case(
            name: "what is left after a minimum", total: 5,
            members: [member("a", 2, 9, minimum: 4), member("b", 2, 8)],
            sizes: [6, 3]),
        Case(name: "enough for all", total: 10, members: [member("a", 2, 6), member("b", 2, 8)], sizes: [6, 8]),
        Case(name: "a part of a change", total: 3, members: [member("a", 2, 9)], sizes: [5]),
        Case(name: "in turn", total: 6, members: [member("a", 2, 20), member("b", 2, 20)], sizes: [5, 5]),
        Case(
            name: "what one does not need the other has", total: 10, members: [member("a", 2, 20), member("b", 2, 4)],
            sizes: [10, 4]),
        Case(
            name: "the most behind first", total: 1,
            members: [member("a", 10, 20), member("b", 2, 8), member("c", 5, 10)], sizes: [10, 3, 5]),
        Case(
            name: "each namespace for itself", each: 2,
            members: [member("a", 2, 9), member("b", 2, 9), member("c", 2, 9, namespace: "bar")], sizes: [3, 3, 4]),
        Case(
            name: "both budgets", total: 5, each: 4,
            members: [member("a", 2, 9), member("b", 2, 9, namespace: "bar")], sizes: [4, 5]),
        Case(
            name: "what was added within the minute counts", total: 5,
            before: [
                .init(time: now.advanced(bySeconds: -59), namespace: "shop", pods: 3),
                .init(time: now.advanced(bySeconds: -60), namespace: "shop", pods: 100),
            ], members: [member("a", 2, 9)], sizes: [4]),
        Case(
            name: "used up", total: 5, before: [.init(time: now, namespace: "bar", pods: 9)],
            members: [member("a", 2, 9), member("b", 9, 2)], sizes: [2, 2]),
        Case(name: "the way down is free", total: 1, members: [member("a", 9, 2), member("b", 3, 3)], sizes: [2, 3]),
        Case(name: "numbers out of range", total: 1_000_000, members: [member("a", 0, .max)], sizes: [1_000_000]),
    ])
    func podsOfAMinuteAreShared(_ one: Case) {
        var policy = FleetPolicy()
        policy.maxPodsAddedPerMinute = one.total
        policy.maxPodsAddedPerMinutePerNamespace = one.each
        var state = FleetState()
        for addition in one.before { state.record(addition) }
        let holds = state.judge(one.members, policy, at: Self.now).holds
        let sizes = zip(one.members, holds).map { member, hold in
            hold.map { $0.bound ?? member.current } ?? member.desired
        }
        #expect(sizes == one.sizes)
        for (member, hold) in zip(one.members, holds) where hold != nil {
            #expect(hold?.direction == .up && hold?.reason == "PodBudgetSpent" && member.desired > member.current)
            #expect(hold?.until.map { $0 > Self.now } == true)
        }
    }

    @Test func aTargetThatHasTurnedRoundTooOftenDoesNotGetSmaller() {
        var policy = FleetPolicy()
        policy.flapBudget = FleetPolicy.FlapBudget(reversals: 3, periodSeconds: 600)
        var turns = DirectionChanges()
        for (second, size) in [(0, 4), (60, 2), (120, 4), (180, 6), (240, 3)] as [(Int64, Int32)] {
            turns.record(
                from: size == 4 || size == 6 ? size - 2 : size + 2, to: size, at: Self.now.advanced(bySeconds: second))
        }
        #expect(turns.times == [60, 120, 240].map { Self.now.advanced(bySeconds: $0) })
        func hold(_ desired: Int32, at second: Int64) -> Hold? {
            var state = FleetState()
            return state.judge(
                [Self.member("a", 4, desired, turns: turns)], policy, at: Self.now.advanced(bySeconds: second)
            ).holds[0]
        }
        #expect(hold(2, at: 300)?.direction == .down)
        #expect(hold(2, at: 300)?.until == Self.now.advanced(bySeconds: 660))
        #expect(hold(6, at: 300) == nil)
        #expect(hold(2, at: 659) != nil)
        #expect(hold(2, at: 660) == nil)
    }

    @Test func aCrowdIsHeldOnceAndAgainOnlyAfterItWasCalm() {
        var policy = FleetPolicy()
        policy.simultaneousChange = FleetPolicy.SimultaneousChange(sharePercent: 50, atLeast: 3, holdSeconds: 300)
        var state = FleetState()
        /// Of six autoscalers by cpu so many want fewer; one by another source does as well.
        func held(_ count: Int, at second: Int64, up: Int = 0) -> (held: Int, began: Int) {
            let members =
                (0..<6).map { Self.member("a\($0)", 4, $0 < count ? 2 : $0 < count + up ? 6 : 4) }
                + [Self.member("other", 4, 2, source: "External metrics"), Self.member("none", 4, 2, source: nil)]
            let verdict = state.judge(members, policy, at: Self.now.advanced(bySeconds: second))
            #expect(verdict.holds[6] == nil && verdict.holds[7] == nil)
            return (verdict.holds.count { $0?.reason == "SimultaneousChange" }, verdict.crowds.count)
        }
        #expect(held(2, at: 0) == (0, 0))
        #expect(held(0, at: 10, up: 6) == (0, 0))
        #expect(held(4, at: 15) == (4, 1))
        // While it lasts, who comes late is held as well, and the others may grow.
        #expect(held(1, at: 30, up: 5) == (1, 0))
        #expect(held(5, at: 314) == (5, 0))
        // They still want it: then it is so.
        #expect(held(5, at: 315) == (0, 0))
        #expect(held(4, at: 330) == (0, 0))
        // Calm, and again.
        #expect(held(1, at: 345) == (0, 0))
        #expect(held(6, at: 360) == (6, 1))
    }

    @Test func aFreezeEndsByItself() {
        let freeze = FleetPolicy.Freeze(.down, reason: "the day of the move", until: Self.now)
        #expect(freeze.hold(at: Self.now) == nil)
        let hold = freeze.hold(at: Self.now.advanced(bySeconds: -1))
        #expect(hold?.message == "freeze: the day of the move" && hold?.until == Self.now && hold?.direction == .down)
    }

    /// A hold with a bound lets a part of the change through, and says how much was wanted.
    @Test(
        arguments: [
            (Int32(5), [], 5), (nil, [], 2), (Int32(1), [], 2), (Int32(20), [], 8),
            (Int32(5), [Hold(.up, reason: "Paused", message: "paused")], 2),
            (Int32(5), [Hold(.up, reason: "Less", message: "less", bound: 4)], 4),
            (Int32(5), [Hold(.down, reason: "Down", message: "down")], 5),
        ] as [(Int32?, [Hold], Int32)])
    func aBoundLetsAPartThrough(_ bound: Int32?, _ others: [Hold], _ desired: Int32) {
        var service = OrderService()
        var observation = service.observation(millicores: [280, 280])
        observation.holds = [Hold(.up, reason: "PodBudgetSpent", message: "the budget is spent", bound: bound)] + others
        service.spec.behavior = nil
        let free = OrderService()
        var other = free
        #expect(other.decide(free.observation(millicores: [280, 280])).desiredReplicas == 4)
        service.spec.behavior = ScalingBehavior(
            scaleUp: ScalingRules(
                stabilizationWindowSeconds: 0, selectPolicy: .max,
                policies: [ScalingPolicy(kind: .pods, value: 100, periodSeconds: 15)]), scaleDown: .defaultScaleDown)
        let decision = service.decide(observation)
        #expect(decision.desiredReplicas == desired)
        #expect((decision.rescaleReason != nil) == decision.rescales)
        if desired < 8 { #expect(decision.restraint?.withheldReplicas == 8) }
        if desired == 5 {
            #expect(service.explain(decision).line == "2 → 5: 8 wanted, held: the budget is spent")
        }
    }
}
