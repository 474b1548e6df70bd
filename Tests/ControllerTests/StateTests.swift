import Autoscaling
import FoundationEssentials
import HTTPService
import Locking
import MiniCluster
import Testing

@testable import Controller

/// What must survive the end of a process.
@Suite(.timeLimit(.minutes(2))) struct StateTests {
    private func temporaryPath() -> String {
        (ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp") + "/swiftlet-state-\(UUID().uuidString).json"
    }

    @Test func aRestartAtAnyTickDecidesAsIfThereWereNone() async throws {
        // Down after the peak: windows of five minutes, and policies that look back on past changes.
        func decisions(restarting: Bool) async throws -> [Int32] {
            let path = temporaryPath()
            defer { try? FileManager.default.removeItem(atPath: path) }
            var found: [Int32] = []
            try await World.run { world in
                var autoscaler = world.autoscaler
                autoscaler.spec.behavior = ScalingBehavior(
                    scaleDown: ScalingRules(
                        stabilizationWindowSeconds: 120,
                        policies: [ScalingPolicy(kind: .pods, value: 1, periodSeconds: 90)]))
                var store = HistoryStore()
                for second in stride(from: 3_600, through: 6_600, by: 30) {
                    try await world.advance(to: second)
                    let report = try await world.tick(&store, [autoscaler])
                    found.append(report[0].decision.desiredReplicas)
                    try StateFile(path: path).save(store)
                    if restarting {
                        let loaded = StateFile(path: path).load()
                        #expect(loaded.warning == nil)
                        store = loaded.store
                    }
                }
            }
            return found
        }
        let uninterrupted = try await decisions(restarting: false)
        #expect(Set(uninterrupted).count > 4)
        #expect(try await decisions(restarting: true) == uninterrupted)
    }

    @Test func aWriteWhoseAnswerWasLostIsFoundAgain() async throws {
        try await World.run { world in
            var autoscaler = world.autoscaler
            autoscaler.spec.behavior = ScalingBehavior()
            try await world.advance(to: 2_700)
            world.faults.kubernetes.withLock { $0 = { $0.method == "PATCH" ? .truncateAnswer(bytes: 10) : nil } }
            var store = HistoryStore()
            let lost = try await world.tick(&store, [autoscaler])
            guard case .failed(_, isCertain: false) = lost[0].outcome else {
                Issue.record("\(lost[0].outcome)")
                return
            }
            #expect(store[autoscaler].pending != nil)
            #expect(store[autoscaler].history.scaleUpEvents.isEmpty)
            // The process ends here, and begins again with what it saved before it wrote.
            let path = temporaryPath()
            defer { try? FileManager.default.removeItem(atPath: path) }
            try StateFile(path: path).save(store)
            store = StateFile(path: path).load().store
            world.faults.clear()
            try await world.advance(to: 2_715)
            _ = try await world.tick(&store, [autoscaler])
            let from = lost[0].decision.currentReplicas
            let event = try #require(store[autoscaler].history.scaleUpEvents.first)
            #expect(event.change == lost[0].decision.desiredReplicas - from)
            #expect(event.time == lost[0].decision.time)
        }
    }

    /// Up, down, up, down: the second way down is one turn too many, for a process that began after the turn before as well.
    @Test(arguments: [true, false]) func theTurnsOfATargetSurvive(isSaved: Bool) async throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await World.run { world in
            try await world.addDeployment("web")
            var configuration = ControllerConfiguration()
            configuration.fleet = FleetPolicy()
            configuration.fleet?.flapBudget = .init(reversals: 2, periodSeconds: 3_600)
            var autoscaler = world.autoscaler("web")
            var held: [String?] = []
            for (step, bounds) in [(4, 9), (1, 2), (3, 9), (1, 2)].enumerated() {
                (autoscaler.spec.minReplicas, autoscaler.spec.maxReplicas) = (Int32(bounds.0), Int32(bounds.1))
                try await world.advance(to: step * 30 + 30)
                var store = isSaved ? StateFile(path: path).load().store : HistoryStore()
                let report = try await world.tick(&store, [autoscaler], configuration: configuration)[0]
                held.append(report.decision.restraint?.hold.reason)
                try StateFile(path: path).save(store)
            }
            #expect(held == [nil, nil, nil, isSaved ? "FlapBudgetSpent" : nil])
        }
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var content: String
    }

    @Test(arguments: [
        Damage(testDescription: "empty", content: ""),
        Damage(testDescription: "half", content: "{\"version\":1,\"autosc"),
        Damage(testDescription: "another version", content: "{\"version\":99,\"autoscalers\":[]}"),
        Damage(testDescription: "not a state", content: "[1,2]"),
    ])
    func aDamagedFileIsMovedAsideAndStopsNothing(_ damage: Damage) throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path + ".damaged") }
        try damage.content.write(toFile: path, atomically: true, encoding: .utf8)
        let loaded = StateFile(path: path).load()
        #expect(loaded.store == HistoryStore())
        #expect(try #require(loaded.warning).contains(path))
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try String(contentsOfFile: path + ".damaged", encoding: .utf8) == damage.content)
    }

    /// A status is written when it changes. While metrics fail there is no recommendation that could have been repeated: a
    /// successor that believed in one would go back to a size that somebody else has corrected since.
    @Test(arguments: [
        ("True", "ValidMetricFound", 290), ("False", "FailedGetResourceMetric", 100), ("False", "ScalingDisabled", 100),
        (nil, "", 290),
    ])
    func aRecommendationIsRepeatedWhileMetricsAreThere(_ status: String?, _ reason: String, _ expected: Int64) {
        let start = ByteBites.start
        let made = History.Recommendation(time: start.advanced(bySeconds: 100), replicas: 8)
        var memory = AutoscalerMemory(
            target: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
            history: History(recommendations: [made]))
        memory.isFromStatus = true
        if let status {
            memory.status.conditions = [
                StatusCondition(
                    type: "ScalingActive", status: status, reason: reason, message: "",
                    lastTransitionTime: start.advanced(bySeconds: 120))
            ]
        }
        memory.continueStored(
            ObservedScale(specReplicas: 3, statusReplicas: 3), until: start.advanced(bySeconds: 290), writer: nil,
            behavior: nil)
        #expect(memory.history.recommendations.map(\.time) == [start.advanced(bySeconds: expected)])
    }

    @Test func aStateThatCannotBeSavedKeepsWritesBack() async throws {
        try await World.run { world in
            try await world.advance(to: 2_700)
            var store = HistoryStore()
            let file = StateFile(path: "/nonexistent/folder/state.json")
            let round = try await world.reconciler().reconcile(
                [world.autoscaler], store: &store, at: world.cluster.clock.now(), beforeWriting: { try file.save($0) })
            #expect(try #require(round.autoscalers[0].problem).contains("/nonexistent/folder/state.json"))
            #expect(world.patches.withLock { $0 } == 0)
        }
    }
}
