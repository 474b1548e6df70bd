import Autoscaling
import HTTPService
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import Controller

/// Targets that are no Deployments: StatefulSets, and kinds that only discovery and their `scale` subresource tell of.
@Suite(.timeLimit(.minutes(2))) struct OtherKindsTests {
    private static let rollouts = ResourceKind(
        GroupVersion(group: "argoproj.io", version: "v1alpha1"), plural: "rollouts", kind: "Rollout",
        hasGeneration: true, hasStatus: true, hasStrategicMerge: false,
        scale: ScaleMapping(selector: .text(path: ["status", "selector"])))

    struct Case: Sendable, CustomTestStringConvertible {
        var kind: ResourceKind
        /// Reads of its scale, at the first look and after each change.
        var reads: Int
        var testDescription: String { kind.kind }
    }

    /// Two pods that a target owns by itself.
    private func add(_ kind: ResourceKind, to world: World) async throws {
        let (store, namespace) = (world.cluster.store, world.cluster.namespace)
        let labels: JSONValue = ["app": "queue"]
        let container: JSONValue = ["name": "app", "image": "queue:1", "resources": ["requests": ["cpu": "100m"]]]
        let object = try await store.create(
            kind, namespace: namespace,
            [
                "metadata": ["name": "queue"],
                "spec": [
                    "replicas": 2, "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": ["containers": [container]]],
                ],
                "status": ["replicas": 2, "selector": "app=queue"],
            ], keepsStatus: true)
        for number in 0..<2 {
            try await store.create(
                .pods, namespace: namespace,
                [
                    "metadata": [
                        "name": .string("queue-\(number)"), "labels": labels,
                        "ownerReferences": [
                            [
                                "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": "queue",
                                "uid": object[path: ["metadata", "uid"]] ?? "", "controller": true,
                            ]
                        ],
                    ],
                    "spec": ["containers": [container]],
                    "status": [
                        "phase": "Running", "startTime": "2026-03-13T16:00:00Z",
                        "conditions": [
                            ["type": "Ready", "status": "True", "lastTransitionTime": "2026-03-13T16:00:10Z"]
                        ],
                    ],
                ], keepsStatus: true)
        }
    }

    @Test(arguments: [Case(kind: .statefulSets, reads: 0), Case(kind: rollouts, reads: 1)])
    func theyAreWatchedAndScaled(_ one: Case) async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            let world = cached.world
            var watcher = watchers[0]
            await world.cluster.store.register(one.kind)
            try await add(one.kind, to: world)
            // From one kind of target to another, as somebody may edit it.
            try await world.cluster.store.update(
                .customAutoscalers, namespace: world.cluster.namespace, name: ByteBites.autoscalerName
            ) { object in
                var changed = object
                changed[path: ["spec", "scaleTargetRef"]] = [
                    "apiVersion": .string(one.kind.apiVersion), "kind": .string(one.kind.kind), "name": "queue",
                ]
                return changed
            }
            let reads = Locked(0)
            try await world.advance(to: 900)
            await world.scrape("queue-0", 0.095, at: [780, 900])
            await world.scrape("queue-1", 0.095, at: [780, 900])
            try await watcher.settle(world, kind: .customAutoscalers)
            world.faults.kubernetes.withLock {
                $0 = { request in
                    if request.method == "GET", request.path.hasSuffix("/scale") { reads.withLock { $0 += 1 } }
                    return nil
                }
            }
            let report = try await watcher.tick(world)
            #expect(report.observation.pods.names == ["queue-0", "queue-1"])
            #expect(report.outcome == .scaled(from: 2, to: 3))
            let stored = try await world.cluster.store.get(
                one.kind, namespace: world.cluster.namespace, name: "queue")
            #expect(stored[path: ["spec", "replicas"]]?.intValue == 3)
            // Our own write is known, so nothing has to be read again.
            _ = try await watcher.tick(world)
            #expect(reads.withLock { $0 } == 0)
            // Somebody changes it: one read, and then none.
            try await world.cluster.store.update(
                one.kind, namespace: world.cluster.namespace, name: "queue"
            ) { object in
                var changed = object
                changed[path: ["spec", "replicas"]] = 4
                return changed
            }
            try await watcher.seesReplicas(4)
            let before = reads.withLock { $0 }
            #expect(before >= one.reads)
            for _ in 0..<3 { _ = try await watcher.tick(world) }
            #expect(reads.withLock { $0 } == before)
        }
    }

    @Test func aKindThatNobodyServesIsAskedForOnceAMinute() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            let world = cached.world
            var watcher = watchers[0]
            try await world.cluster.store.update(
                .customAutoscalers, namespace: world.cluster.namespace, name: ByteBites.autoscalerName
            ) { object in
                var changed = object
                changed[path: ["spec", "scaleTargetRef", "kind"]] = "Deploymint"
                return changed
            }
            let requests = Locked(0)
            try await watcher.settle(world, kind: .customAutoscalers)
            world.faults.kubernetes.withLock {
                $0 = { request in
                    if request.method == "GET", request.queryValue("watch") == nil { requests.withLock { $0 += 1 } }
                    return nil
                }
            }
            for _ in 0..<4 {
                let report = try await watcher.tick(world)
                #expect(report.problem?.contains("no matches for kind \"Deploymint\"") == true)
            }
            #expect(requests.withLock { $0 } <= 1)
        }
    }
}

extension CachedWorld.Watcher {
    /// Waits until the caches show a size.
    func seesReplicas(_ replicas: Int32) async throws {
        for _ in 0..<2_000 {
            let targets = try await caches.observe(source.autoscalers().autoscalers)
            if case .found(let scale)? = targets.first?.state, scale.specReplicas == replicas { return }
            try await Task.sleep(for: .milliseconds(2))
        }
        Issue.record("the caches do not come to \(replicas) replicas")
    }
}
