import Autoscaling
import FoundationEssentials
import HTTPService
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import Controller

/// What extensions remember survives the end of a process.
@Suite(.timeLimit(.minutes(2))) struct ExtensionStateTests {
    @Test func aFailureIsCountedOnByWhoComesNext() async throws {
        let path = (ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp") + "/swiftlet-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await World.run { world in
            var autoscaler = world.autoscaler
            autoscaler.spec.extensions = ScalingExtensions(
                fallback: FallbackPolicy(steps: [
                    .init(afterSeconds: 60, .lastGood), .init(afterSeconds: 90, .atLeast(replicas: 6)),
                ]))
            var store = HistoryStore()
            try await world.advance(to: 2_700)
            let good = try await world.tick(&store, [autoscaler])[0].decision
            world.faults.prometheus.withLock { $0 = { _ in .answer(.text("Service Unavailable", status: 503)) } }
            var wants: [Int32?] = []
            for second in stride(from: 2_715, through: 2_820, by: 15) {
                try await world.advance(to: second)
                let report = try await world.tick(&store, [autoscaler])[0]
                wants.append(report.decision.fallback?.replicas)
                // A new process each time, and one that knows the object alone.
                try StateFile(path: path).save(store)
                store = StateFile(path: path).load().store
                let history = report.history.compacted(at: report.decision.time)
                let stored = try JSONDecoder().decode(
                    HorizontalAutoscaler.StoredHistory.self,
                    from: JSONEncoder().encode(HorizontalAutoscaler.StoredHistory(history, target: nil)))
                #expect(stored.history == history)
                #expect(stored.history.failure?.since == ByteBites.start.advanced(bySeconds: 2_715))
            }
            let last = try #require(good.stabilization?.recommendation)
            let floor = max(6, good.desiredReplicas)
            #expect(wants == [nil, nil, nil, nil, last, last, floor, floor])
            world.faults.clear()
            try await world.advance(to: 2_835)
            let back = try await world.tick(&store, [autoscaler])[0]
            #expect(back.decision.fallback == nil)
            #expect(back.history.failure == nil)
        }
    }

    /// Whoever finds the target at zero must know who took it there, or nobody brings it back.
    @Test func aWriteToZeroIsKnownAgain() {
        let reference = CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web")
        let time = ByteBites.start
        let zero = ObservedScale(specReplicas: 0, statusReplicas: 1)
        // The answer was lost.
        var lost = AutoscalerMemory(target: reference)
        lost.pending = .init(from: 1, to: 0, time: time)
        lost.meet(zero, uid: "u", behavior: nil)
        #expect(lost.isScaledToZero == true)
        // The process ended before the status was written.
        var ended = AutoscalerMemory(target: reference)
        ended.isFromStatus = true
        ended.status.desiredReplicas = 1
        ended.continueStored(
            zero, until: time,
            writer: ReplicasWriter(manager: "swiftlet", subresource: "scale", time: time), behavior: nil)
        #expect(ended.isScaledToZero == true)
        // Somebody else.
        var foreign = AutoscalerMemory(target: reference)
        foreign.isFromStatus = true
        foreign.status.desiredReplicas = 1
        foreign.continueStored(
            zero, until: time,
            writer: ReplicasWriter(manager: "kubectl", subresource: "scale", time: time), behavior: nil)
        #expect(foreign.isScaledToZero == nil)
        // From a file.
        var store = HistoryStore()
        let key = AutoscalerKey(namespace: "shop", name: "web")
        store.restore(lost, of: key)
        #expect(StateDocument(store).store.memories[key]?.isScaledToZero == true)
    }
}
