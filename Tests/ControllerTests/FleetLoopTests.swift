import Autoscaling
import KubernetesTypes
import MiniCluster
import Testing

@testable import Controller

/// Guards over all autoscalers in a controller.
@Suite(.timeLimit(.minutes(1))) struct FleetLoopTests {
    /// A journal replays these to the letter: the hold of a guard is part of what was observed.
    private static func replaysToTheLetter(_ reports: [AutoscalerReport]) -> Bool {
        reports.allSatisfy { report in
            var history = report.historyBefore
            return evaluate(report.autoscaler.spec, report.observation, history: &history) == report.decision
        }
    }

    private static func desired(_ reports: [AutoscalerReport]) -> [Int32] { reports.map(\.decision.desiredReplicas) }

    @Test func podsOfAMinuteAreSharedAndAPartOfAChangeIsWritten() async throws {
        try await World.run { world in
            var autoscalers: [Autoscaler] = []
            for name in ["one", "two"] {
                try await world.addDeployment(name)
                // Half a core of the 100m that a pod asks for: five pods are wanted, four at most in the first step.
                for pod in 0..<2 {
                    await world.scrape("\(name)-\(pod)", 0.5, at: Array(stride(from: 0, to: 300, by: 15)))
                }
                autoscalers.append(world.autoscaler(name))
            }
            var configuration = ControllerConfiguration()
            configuration.fleet = FleetPolicy()
            configuration.fleet?.maxPodsAddedPerMinute = 3
            var store = HistoryStore()
            var sizes: [[Int32]] = []
            for second in [60, 75, 119, 120] {
                try await world.advance(to: second)
                let reports = try await world.tick(&store, autoscalers, configuration: configuration)
                sizes.append(Self.desired(reports))
                #expect(Self.replaysToTheLetter(reports))
                if second == 60 {
                    #expect(reports.map(\.outcome) == [.scaled(from: 2, to: 4), .scaled(from: 2, to: 3)])
                    #expect(
                        reports[1].report.status.conditions.first { $0.type == "ScalingHeld" }?.message
                            == "4 replicas wanted; all autoscalers together add at most 3 pods a minute, until 17:32:00 UTC"
                    )
                }
            }
            #expect(sizes == [[4, 3], [4, 3], [4, 3], [5, 5]])
        }
    }

    @Test func theWayToAMinimumIsTakenAtOnceAndCounts() async throws {
        try await World.run { world in
            var autoscalers: [Autoscaler] = []
            for name in ["one", "two"] {
                try await world.addDeployment(name)
                var autoscaler = world.autoscaler(name)
                autoscaler.spec.minReplicas = 5
                autoscalers.append(autoscaler)
            }
            var configuration = ControllerConfiguration()
            configuration.fleet = FleetPolicy()
            configuration.fleet?.maxPodsAddedPerMinute = 4
            var store = HistoryStore()
            let reports = try await world.tick(&store, autoscalers, configuration: configuration)
            #expect(reports.map(\.outcome) == [.scaled(from: 2, to: 5), .scaled(from: 2, to: 5)])
        }
    }

    @Test func manyThatWantFewerAtOnceAreHeldAndTold() async throws {
        try await World.run { world in
            var autoscalers: [Autoscaler] = []
            for name in ["one", "two", "three"] {
                try await world.addDeployment(name)
                for pod in 0..<2 {
                    await world.scrape("\(name)-\(pod)", 0.001, at: Array(stride(from: 0, to: 300, by: 15)))
                }
                var autoscaler = world.autoscaler(name)
                autoscaler.spec.behavior = ScalingBehavior(
                    scaleDown: ScalingRules(
                        stabilizationWindowSeconds: 0, selectPolicy: .max,
                        policies: [ScalingPolicy(kind: .percent, value: 100, periodSeconds: 15)]))
                autoscalers.append(autoscaler)
            }
            var configuration = ControllerConfiguration()
            configuration.fleet = FleetPolicy()
            configuration.fleet?.simultaneousChange = .init(sharePercent: 60, atLeast: 3, holdSeconds: 60)
            var store = HistoryStore()
            var events: [Int] = []
            for second in [60, 75, 105, 120] {
                try await world.advance(to: second)
                let reports = try await world.tick(&store, autoscalers, configuration: configuration)
                #expect(Self.replaysToTheLetter(reports))
                #expect(Self.desired(reports) == (second < 120 ? [2, 2, 2] : [1, 1, 1]), "\(second)")
                events.append(reports.count { $0.report.events.contains { $0.reason == "SimultaneousChange" } })
                if second < 120 {
                    #expect(
                        reports[0].decision.restraint?.hold.message
                            == "3 of 3 autoscalers by cpu want fewer replicas at once")
                }
            }
            #expect(events == [3, 0, 0, 0])
        }
    }

    @Test func aFreezeHoldsEveryAutoscalerUntilItEnds() async throws {
        try await World.run { world in
            try await world.addDeployment("one")
            var autoscaler = world.autoscaler("one")
            autoscaler.spec.minReplicas = 4
            var configuration = ControllerConfiguration()
            configuration.fleet = FleetPolicy()
            configuration.fleet?.freeze = .init(
                reason: "moving house", until: ByteBites.start.advanced(bySeconds: 60))
            var store = HistoryStore()
            let held = try await world.tick(&store, [autoscaler], configuration: configuration)
            #expect(held[0].outcome == .kept)
            #expect(held[0].decision.restraint?.hold.reason == "FleetFrozen")
            #expect(held[0].decision.restraint?.withheldReplicas == 4)
            try await world.advance(to: 60)
            let free = try await world.tick(&store, [autoscaler], configuration: configuration)
            #expect(free[0].outcome == .scaled(from: 2, to: 4))
        }
    }

    /// What a flap budget is counted by goes through the status of the object.
    @Test func aSuccessorKnowsHowOftenATargetTurnedRound() throws {
        var memory = AutoscalerMemory(
            target: CrossVersionObjectReference(kind: "Deployment", name: "web"), history: History(recommendations: []))
        for (second, size) in [(0, 3), (30, 2), (60, 3), (90, 4)] as [(Int64, Int32)] {
            memory.turns.record(
                from: size == 2 ? 3 : size - 1, to: size, at: ByteBites.start.advanced(bySeconds: second))
        }
        let spec = AutoscalerSpec(
            scaleTargetRef: memory.target, minReplicas: 1, maxReplicas: 9, metrics: [])
        let stored = HorizontalAutoscaler.StoredHistory(
            memory, spec: spec, at: ByteBites.start.advanced(bySeconds: 100))
        #expect(stored?.directionChanges == memory.turns)
        #expect(memory.turns.times.count == 2 && memory.turns.lastIsUp == true)
    }
}
