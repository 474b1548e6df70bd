import Autoscaling
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import Controller

/// Loops of several controllers that share the work.
@Suite(.timeLimit(.minutes(2))) struct ShardLoopTests {
    private static let shards = 4

    /// Autoscalers in twenty namespaces, whose targets are not there: they are decided on all the same.
    private static func autoscalers(like one: Autoscaler) -> [Autoscaler] {
        (0..<20).map { number in
            var autoscaler = one
            autoscaler.key = AutoscalerKey(namespace: "team-\(number)", name: "web")
            return autoscaler
        }
    }

    /// One controller: what it decided on last, and how often.
    private struct Member: Sendable {
        let name: String
        let ownership: Ownership
        let keys = Locked<[AutoscalerKey]>([])
        let ticks = Locked(0)
        private let timings: ElectionTimings

        init(_ name: String, _ timings: ElectionTimings) {
            self.name = name
            self.timings = timings
            ownership = Ownership(shards: ShardLoopTests.shards, timings: timings)
        }

        /// Runs election and loop until the task is cancelled.
        func run(_ world: World, _ autoscalers: [Autoscaler]) async throws {
            let elector = ShardElector(
                LeaderElector(
                    client: world.client, namespace: "default", name: "swiftlet", identity: name, timings: timings))
            let electing = Task { await elector.run(ownership) }
            let reconciler = Reconciler(
                view: ClusterObserver(client: world.client, concurrency: 4), client: world.client,
                metrics: world.metrics, ownership: ownership)
            // Nothing but what is owned anew makes it tick a second time.
            let loop = ControlLoop(
                source: FixedAutoscalers(autoscalers), reconciler: reconciler, ownership: ownership,
                syncPeriod: .seconds(3_600)
            ) { report in
                keys.withLock { $0 = report.autoscalers.map(\.autoscaler.key) }
                ticks.withLock { $0 += 1 }
            }
            try await loop.run()
            electing.cancel()
            await electing.value
        }

        /// Waits until it has decided on those of its shards, and owns so many.
        func works(on count: Int) async throws {
            while true {
                let terms = ownership.terms
                let shards = Set(keys.withLock { $0 }.map { ownership.shard(of: $0.namespace) })
                if terms.count == count, shards == Set(terms.keys) { return }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    @Test func eachDecidesOnItsPartAndOnWhatItGetsAtOnce() async throws {
        try await World.run { world in
            let autoscalers = Self.autoscalers(like: world.autoscaler)
            let timings = try ElectionTimings(
                leaseDuration: .seconds(6), renewDeadline: .seconds(4), retryPeriod: .milliseconds(300))
            let (first, second) = (Member("a", timings), Member("b", timings))
            let one = Task { try await first.run(world, autoscalers) }
            try await first.works(on: 4)
            #expect(first.keys.withLock { $0 } == autoscalers.map(\.key))
            let two = Task { try await second.run(world, autoscalers) }
            try await second.works(on: 2)
            try await first.works(on: 2)
            let parts = [first, second].map { Set($0.keys.withLock { $0 }) }
            #expect(parts[0].isDisjoint(with: parts[1]))
            #expect(parts[0].union(parts[1]) == Set(autoscalers.map(\.key)))
            let ticks = second.ticks.withLock { $0 }
            one.cancel()
            try await one.value
            try await second.works(on: 4)
            #expect(second.ticks.withLock { $0 } > ticks)
            #expect(second.keys.withLock { $0 } == autoscalers.map(\.key))
            two.cancel()
            try await two.value
        }
    }

    /// What another may have changed meanwhile is not remembered; the rest is.
    @Test func memoriesOfLostShardsAreForgotten() throws {
        let targets = CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web")
        var store = HistoryStore()
        for namespace in ["shop", "kitchen"] {
            store.restore(AutoscalerMemory(target: targets), of: AutoscalerKey(namespace: namespace, name: "web"))
        }
        store.fleet = FleetState()
        store.keep(namespaces: { $0 == "shop" })
        #expect(store.memories.keys.map(\.namespace) == ["shop"])
        #expect(store.fleet != nil)
        store.keep(namespaces: { _ in false })
        #expect(store == HistoryStore())
    }

    /// Pods of a minute: all parts together keep to what is allowed over all.
    @Test(arguments: [(60, 3, 10, 18), (60, 10, 10, 60), (7, 1, 4, 1), (3, 1, 10, 1)])
    func guardsAreShared(_ allowed: Int32, _ part: Int, _ count: Int, _ share: Int32) {
        var policy = FleetPolicy()
        policy.maxPodsAddedPerMinute = allowed
        policy.maxPodsAddedPerMinutePerNamespace = 5
        #expect(policy.share(part, of: count).maxPodsAddedPerMinute == share)
        #expect(policy.share(part, of: count).maxPodsAddedPerMinutePerNamespace == 5)
        #expect(FleetPolicy().share(part, of: count).isEmpty)
    }
}
