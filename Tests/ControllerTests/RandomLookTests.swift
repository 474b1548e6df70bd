import Autoscaling
import KubernetesTypes
import MiniCluster
import Recordings
import Testing

@testable import Controller

/// Pods, targets and autoscalers come, change and go at random: what the caches show is what there is, whatever of it they go
/// on from.
@Suite(.timeLimit(.minutes(3))) struct RandomLookTests {
    private static let deployments = 8

    @Test(arguments: [UInt64(1), 2, 3])
    func cachesShowWhatThereIs(_ seed: UInt64) async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var random = SeededGenerator(seed: seed)
            let (world, watcher) = (cached.world, watchers[0])
            for number in 0..<Self.deployments {
                try await world.addDeployment("app-\(number)", pods: 3)
                try await create(number, in: cached)
            }
            for _ in 0..<40 {
                for _ in 0..<Int.random(in: 1...3, using: &random) { try await change(world, cached, &random) }
                try await watcher.settle(world, kind: .customAutoscalers)
                // And once more, with nothing changed in between.
                try await watcher.settle(world, kind: .customAutoscalers)
            }
        }
    }

    private func create(_ number: Int, in cached: CachedWorld) async throws {
        var object = try await cached.object(.horizontalAutoscaler)
        object["metadata"] = ["name": .string("app-\(number)")]
        object["status"] = nil
        object[path: ["spec", "scaleTargetRef", "name"]] = .string("app-\(number)")
        let store = cached.world.cluster.store
        _ = try? await store.create(.customAutoscalers, namespace: cached.world.cluster.namespace, object)
    }

    private func change(_ world: World, _ cached: CachedWorld, _ random: inout SeededGenerator) async throws {
        let (store, namespace) = (world.cluster.store, world.cluster.namespace)
        let number = Int.random(in: 0..<Self.deployments, using: &random)
        let (name, pod) = ("app-\(number)", "app-\(number)-\(Int.random(in: 0..<3, using: &random))")
        // What is gone cannot be changed or deleted again: that is one of the changes.
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            _ = try? await store.update(.deployments, namespace: namespace, name: name) { object in
                var object = object
                object[path: ["spec", "replicas"]] = .int(object[path: ["spec", "replicas"]]?.intValue == 3 ? 4 : 3)
                return object
            }
        case 1:
            _ = try? await store.patchStatus(
                .pods, namespace: namespace, name: pod,
                ["conditions": [["type": "Ready", "status": Bool.random(using: &random) ? "True" : "False"]]])
        case 2: _ = try? await store.delete(.pods, namespace: namespace, name: pod)
        case 3: try await relabel(pod, as: "app-\((number + 1) % Self.deployments)", world)
        case 4: try await relabel(pod, as: name, world)
        case 5: _ = try? await store.delete(.customAutoscalers, namespace: namespace, name: name)
        case 6: try await create(number, in: cached)
        case 7:
            _ = try? await store.delete(.deployments, namespace: namespace, name: name)
            if Bool.random(using: &random) { try? await world.addDeployment(name, pods: 3) }
        default:
            _ = try? await store.update(.customAutoscalers, namespace: namespace, name: name) { object in
                var object = object
                let other = "app-\((number + 3) % Self.deployments)"
                let target = object[path: ["spec", "scaleTargetRef", "name"]]?.stringValue
                object[path: ["spec", "scaleTargetRef", "name"]] = .string(target == name ? other : name)
                return object
            }
        }
    }

    private func relabel(_ pod: String, as app: String, _ world: World) async throws {
        _ = try? await world.cluster.store.update(.pods, namespace: world.cluster.namespace, name: pod) { object in
            var object = object
            object[path: ["metadata", "labels", "app"]] = .string(app)
            return object
        }
    }
}
