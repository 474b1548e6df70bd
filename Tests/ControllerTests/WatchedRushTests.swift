import Autoscaling
import FoundationEssentials
import HTTPService
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import Controller

/// The dinner rush with the autoscaler as an object of the cluster: watched, decided, written, told.
@Suite(.timeLimit(.minutes(5))) struct WatchedRushTests {
    private static let behavior: JSONValue = [
        "scaleUp": [
            "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
            "policies": [["type": "Pods", "value": 2, "periodSeconds": 120]],
        ],
        "scaleDown": [
            "stabilizationWindowSeconds": 300, "selectPolicy": "Max",
            "policies": [["type": "Pods", "value": 1, "periodSeconds": 90]],
        ],
    ]

    /// Decisions every 30 s through a part of the rush; a controller is replaced by another at some of the ticks.
    private func decisions(
        _ kind: AutoscalerObject.Kind, from start: Int, through end: Int, replacingAt changes: Set<Int>
    ) async throws -> [Int32] {
        var found: [Int32] = []
        try await CachedWorld.run(kind, watchers: 2, behavior: Self.behavior) { cached, watchers in
            var watchers = watchers
            for index in watchers.indices { watchers[index].configuration.syncPeriod = .seconds(30) }
            for second in stride(from: start, through: end, by: 30) {
                try await cached.world.advance(to: second)
                if changes.contains(second) {
                    // The leader is gone with all that it remembered; what it wrote is all that is left.
                    watchers.swapAt(0, 1)
                    watchers[0].store = HistoryStore()
                }
                try await watchers[0].settle(cached.world, kind: kind.served)
                found.append(try await watchers[0].tick(cached.world).decision.desiredReplicas)
            }
        }
        return found
    }

    @Test(arguments: [AutoscalerObject.Kind.horizontalPodAutoscaler, .horizontalAutoscaler])
    func aSuccessorDecidesAsTheLeaderWouldHave(_ kind: AutoscalerObject.Kind) async throws {
        // Up to the peak and down again: windows of five minutes, and policies that look back.
        let uninterrupted = try await decisions(kind, from: 1_800, through: 6_300, replacingAt: [])
        #expect(Set(uninterrupted).count > 6)
        let changes = Set(stride(from: 2_100, through: 6_300, by: 210))
        #expect(try await decisions(kind, from: 1_800, through: 6_300, replacingAt: changes) == uninterrupted)
    }

    @Test func inPeaceNothingIsAskedAndNothingWritten() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 900)
            for _ in 0..<2 {
                try await watcher.settle(cached.world, kind: .customAutoscalers)
                _ = try await watcher.tick(cached.world)
            }
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let requests = Locked<[String]>([])
            cached.world.faults.kubernetes.withLock {
                $0 = { request in
                    requests.withLock { $0.append("\(request.method) \(request.path)") }
                    return nil
                }
            }
            for _ in 0..<5 { _ = try await watcher.tick(cached.world) }
            #expect(requests.withLock { $0 } == [])
        }
    }

    @Test func theStatusIsThatOfTheBuiltInController() async throws {
        try await CachedWorld.run(.horizontalPodAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            // On the way up: a change of size that no policy limits.
            try await cached.world.advance(to: 1_650)
            try await watcher.settle(cached.world, kind: .horizontalPodAutoscalers)
            let report = try await watcher.tick(cached.world)
            guard case .scaled(let from, let to) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            let object = try await cached.object(.horizontalPodAutoscaler)
            let status = try #require(object["status"])
            #expect(status["currentReplicas"]?.intValue == Int64(from))
            #expect(status["desiredReplicas"]?.intValue == Int64(to))
            #expect(status["lastScaleTime"]?.stringValue == RFC3339.format(report.decision.time, fractionDigits: 0))
            let conditions = (status["conditions"]?.arrayValue ?? []).map {
                "\($0["type"]?.stringValue ?? "") \($0["status"]?.stringValue ?? "") \($0["reason"]?.stringValue ?? "")"
            }
            #expect(
                conditions == [
                    "AbleToScale True SucceededRescale", "ScalingActive True ValidMetricFound",
                    "ScalingLimited False DesiredWithinRange",
                ])
            let metric = status["currentMetrics"]?[0]
            #expect(metric?["type"]?.stringValue == "Resource")
            #expect(metric?[path: ["resource", "current", "averageUtilization"]]?.intValue ?? 0 > 70)
            let annotations = object[path: ["metadata", "annotations"]]
            #expect(annotations?[HistoryAnnotation.name] != nil)
            let events = await cached.world.cluster.store.all(.events, namespace: nil)
            #expect(events.compactMap { $0["reason"]?.stringValue } == ["SuccessfulRescale"])
            #expect(
                events.first?["message"]?.stringValue
                    == "New size: \(to); reason: cpu resource utilization (percentage of request) above target")
        }
    }

    @Test func aPausedOneKeepsItsSizeAndSaysSo() async throws {
        try await CachedWorld.run(.horizontalAutoscaler, extensions: ["mode": "Paused"]) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 2_700)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            #expect(report.decision.desiredReplicas == 2)
            #expect(report.decision.restraint?.withheldReplicas ?? 0 > 2)
            #expect(cached.world.patches.withLock { $0 } == 1)  // The status.
            let conditions = try await cached.object(.horizontalAutoscaler)[path: ["status", "conditions"]]
            let held = (conditions?.arrayValue ?? []).first { $0["type"]?.stringValue == "ScalingHeld" }
            #expect(held?["reason"]?.stringValue == "Paused")
        }
    }

    @Test func oneInShadowModeWritesItsStatusAndNoScale() async throws {
        try await CachedWorld.run(.horizontalAutoscaler, extensions: ["mode": "Shadow"]) { cached, watchers in
            var watcher = watchers[0]
            try await cached.world.advance(to: 2_700)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            guard case .withheld(from: 2, let to) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(try await cached.world.replicas == 2)
            let status = try await cached.object(.horizontalAutoscaler)["status"]
            #expect(status?["desiredReplicas"]?.intValue == Int64(to))
            #expect(await cached.world.cluster.store.all(.events, namespace: nil).isEmpty)
        }
    }

    @Test func whoDoesNotLeadWritesNothing() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            watcher.ownership = Ownership(Leadership())
            try await cached.world.advance(to: 2_700)
            try await watcher.settle(cached.world, kind: .customAutoscalers)
            let report = try await watcher.tick(cached.world)
            guard case .failed(let text, isCertain: true) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(text.contains("does not lead"))
            #expect(cached.world.patches.withLock { $0 } == 0)
            #expect(try await cached.world.replicas == 2)
        }
    }
}
