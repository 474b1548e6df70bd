import Autoscaling
import KubernetesTypes
import MiniCluster
import Testing

@Suite struct KubernetesStoreTests {
    private func store() -> ClusterStore {
        ClusterStore(namespaces: ["shop"], now: { KubernetesTestCluster.start })
    }

    @Test func theServerWritesItsOwnFields() async throws {
        let store = store()
        var draft = KubernetesTestCluster.deployment("web")
        draft["status"] = ["replicas": 7]
        draft[path: ["metadata", "uid"]] = "mine"
        let created = try await store.create(.deployments, namespace: "shop", draft)
        #expect(created[path: ["metadata", "creationTimestamp"]] == "2026-01-01T00:00:00Z")
        #expect(created[path: ["metadata", "generation"]] == 1)
        #expect(created[path: ["metadata", "uid"]]?.stringValue?.count == 36)
        #expect(created["status"] == [:])
        #expect(created[path: ["spec", "strategy", "type"]] == "RollingUpdate")
    }

    @Test func generationCountsChangesOfTheSpecAlone() async throws {
        let store = store()
        try await store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
        let patches: [(JSONValue, Int64)] = [
            (["metadata": ["labels": ["x": "y"]]], 1), (["spec": ["replicas": 4]], 2), (["spec": ["replicas": 4]], 2),
            (["status": ["replicas": 9]], 2),
        ]
        for (patch, generation) in patches {
            let updated = try await store.update(.deployments, namespace: "shop", name: "web") {
                $0.mergePatched(by: patch)
            }
            #expect(updated[path: ["metadata", "generation"]] == .int(generation))
            #expect(updated[path: ["status", "replicas"]] == nil)
        }
        let status = try await store.patchStatus(.deployments, namespace: "shop", name: "web", ["replicas": 4])
        #expect(status[path: ["metadata", "generation"]] == 2)
        #expect(status[path: ["status", "replicas"]] == 4)
    }

    @Test func whatBelongsToADeletedObjectGoesWithIt() async throws {
        let store = store()
        let owner = try await store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
        let uid = try #require(owner[path: ["metadata", "uid"]])
        for (name, owners) in [("owned", [["uid": uid]]), ("free", [])] as [(String, [JSONValue])] {
            var pod = KubernetesTestCluster.pod(name, labels: [:])
            pod[path: ["metadata", "ownerReferences"]] = .array(owners)
            try await store.create(.pods, namespace: "shop", pod)
        }
        try await store.delete(.deployments, namespace: "shop", name: "web")
        #expect(await store.all(.pods).map { $0[path: ["metadata", "name"]] } == ["free"])
        try await store.delete(.namespaces, name: "shop")
        #expect(await store.all(.pods).isEmpty)
    }

    @Test func aTimestampIsWrittenInUTC() async throws {
        let store = ClusterStore(namespaces: ["shop"]) { Timestamp(nanoseconds: 951_782_399_999_999_999) }
        let namespace = try await store.get(.namespaces, name: "shop")
        #expect(namespace[path: ["metadata", "creationTimestamp"]] == "2000-02-28T23:59:59Z")
    }

    struct Strategic: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var patch: JSONValue
        /// Names and images of the containers after it.
        var containers: [String]
    }

    static let strategic: [Strategic] = [
        Strategic(
            testDescription: "an element is found by its name", patch: [["name": "b", "image": "b:2"]],
            containers: ["a a:1", "b b:2"]),
        Strategic(
            testDescription: "an unknown one is added", patch: [["name": "c", "image": "c:1"]],
            containers: ["a a:1", "b b:1", "c c:1"]),
        Strategic(
            testDescription: "one is deleted by directive", patch: [["name": "a", "$patch": "delete"]],
            containers: ["b b:1"]),
        Strategic(
            testDescription: "the list is replaced by directive",
            patch: [["$patch": "replace"], ["name": "z", "image": "z:1"]], containers: ["z z:1"]),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: strategic)
    func strategicPatchesMergeNamedElements(_ example: Strategic) async throws {
        try await KubernetesTestCluster.with { cluster in
            var deployment = KubernetesTestCluster.deployment("web")
            deployment[path: ["spec", "template", "spec", "containers"]] = [
                ["name": "a", "image": "a:1"], ["name": "b", "image": "b:1"],
            ]
            try await cluster.store.create(.deployments, namespace: "shop", deployment)
            let patch: JSONValue = ["spec": ["template": ["spec": ["containers": example.patch]]]]
            let answer = try await cluster.send(
                "PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", patch,
                contentType: "application/strategic-merge-patch+json")
            let containers = answer.body[path: ["spec", "template", "spec", "containers"]]?.arrayValue ?? []
            #expect(
                containers.map { "\($0["name"]?.stringValue ?? "") \($0["image"]?.stringValue ?? "")" }
                    == example.containers)
        }
    }
}
