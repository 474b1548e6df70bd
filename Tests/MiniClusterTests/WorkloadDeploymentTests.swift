import Autoscaling
import KubernetesTypes
import Testing

@testable import MiniCluster

@Suite(.timeLimit(.minutes(1))) struct WorkloadDeploymentTests {
    private func cluster() async throws -> ByteBites {
        try await ByteBites(clock: SimulationClock(movedByHandFrom: ByteBites.start))
    }

    private func advance(_ cluster: ByteBites, to seconds: Int64) async throws {
        try await cluster.simulation.advance(to: ByteBites.start.advanced(bySeconds: seconds))
    }

    private func status(_ cluster: ByteBites) async throws -> JSONValue {
        try await cluster.store.get(.deployments, namespace: "default", name: ByteBites.deploymentName)["status"] ?? [:]
    }

    private func scale(_ cluster: ByteBites, to replicas: Int64) async throws {
        try await cluster.store.update(.deployments, namespace: "default", name: ByteBites.deploymentName) {
            var object = $0
            object[path: ["spec", "replicas"]] = .int(replicas)
            return object
        }
    }

    @Test func podsGoThroughTheirPhases() async throws {
        let cluster = try await cluster()
        try await advance(cluster, to: 5)
        #expect(try await status(cluster)["readyReplicas"] == 2)
        try await scale(cluster, to: 3)
        try await advance(cluster, to: 6)
        let pods = await cluster.store.all(.pods)
        let pending = try #require(pods.first { $0.metadata("creationTimestamp") == "2026-03-13T17:30:06Z" })
        #expect(pending[path: ["status", "phase"]] == "Pending")
        #expect(pending[path: ["metadata", "labels", "app"]] == "order-service")
        #expect(pending[path: ["spec", "containers"]]?[0]?[path: ["resources", "requests", "cpu"]] == "100m")
        #expect(pending[path: ["status", "startTime"]] == "2026-03-13T17:30:06Z")
        #expect(try await status(cluster)["unavailableReplicas"] == 1)
        try await advance(cluster, to: 30)
        let ready = await cluster.store.all(.pods)
        #expect(ready.count == 3)
        for pod in ready {
            let name = try #require(pod.metadata("name"))
            #expect(name.wholeMatch(of: /order-service-deployment-[a-z0-9]{9}-[a-z0-9]{5}/) != nil)
            #expect(pod[path: ["status", "phase"]] == "Running")
            let conditions = pod[path: ["status", "conditions"]]?.arrayValue ?? []
            #expect(conditions.first { $0["type"] == "Ready" }?["status"] == "True")
            #expect(pod[path: ["metadata", "ownerReferences"]]?[0]?["kind"] == "ReplicaSet")
        }
        let status = try await status(cluster)
        #expect(status["readyReplicas"] == 3 && status["replicas"] == 3 && status["observedGeneration"] == 2)
        #expect(status["conditions"]?[0]?["status"] == "True")
        let replicaSet = try #require(await cluster.store.all(.replicaSets).first)
        #expect(replicaSet[path: ["status", "readyReplicas"]] == 3)
    }

    @Test func podsFollowTheReplicas() async throws {
        let cluster = try await cluster()
        try await advance(cluster, to: 30)
        try await scale(cluster, to: 5)
        try await advance(cluster, to: 60)
        #expect(await cluster.store.all(.pods).count == 5)
        #expect(try await status(cluster)["readyReplicas"] == 5)
        try await scale(cluster, to: 1)
        try await advance(cluster, to: 62)
        #expect(await cluster.store.all(.pods).count == 1)
        #expect(try await status(cluster)["observedGeneration"] == 3)
        try await scale(cluster, to: 0)
        try await advance(cluster, to: 64)
        #expect(await cluster.store.all(.pods).isEmpty)
        #expect(try await status(cluster)["replicas"] == nil)
    }

    @Test func aDeletedPodIsReplacedAndADeletedDeploymentIsNot() async throws {
        let cluster = try await cluster()
        try await advance(cluster, to: 30)
        let name = try #require(await cluster.store.all(.pods).first?.metadata("name"))
        try await cluster.store.delete(.pods, namespace: "default", name: name)
        try await advance(cluster, to: 32)
        let names = await cluster.store.all(.pods).compactMap { $0.metadata("name") }
        #expect(names.count == 2 && !names.contains(name))
        try await cluster.store.delete(.deployments, namespace: "default", name: ByteBites.deploymentName)
        try await advance(cluster, to: 34)
        #expect(await cluster.store.all(.pods).isEmpty)
        #expect(await cluster.deployment.simulation.pods.isEmpty)
    }
}
