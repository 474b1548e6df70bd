import KubernetesTypes
import MiniCluster
import Recordings
import Testing

@Suite(.timeLimit(.minutes(2))) struct KubernetesRecordingTests {
    struct File: Sendable, CustomTestStringConvertible {
        var name: String
        /// Notes (their beginnings) of exchanges that are left out, and why.
        var left: [String: String] = [:]
        var ignored: Set<String> = []
        /// What happens in the cluster before an exchange, by its note.
        var before: [String: @Sendable (KubernetesTestCluster) async throws -> Void] = [:]
        var prepare: @Sendable (KubernetesTestCluster) async throws -> Void = { _ in }

        var testDescription: String { name }
    }

    @Sendable static func web(_ cluster: KubernetesTestCluster) async throws {
        try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
    }

    static let files: [File] = [
        File(name: "01-version-health.http.txt", left: ["version": "another server", "live": "other checks"]),
        File(
            name: "04-get-deployment.http.txt",
            left: ["get": "no controller works", "list": "no controller works", "table": "other columns"],
            ignored: ["metadata.managedFields", "metadata.annotations"], prepare: web),
        File(name: "05-scale-deployment-get-put.http.txt", ignored: ["status.replicas"], prepare: web),
        File(
            name: "06-scale-deployment-merge-patch.http.txt",
            ignored: ["status.replicas"],
            before: [
                "patch, resourceVersion read just before": { cluster in
                    try await cluster.store.patchStatus(
                        .deployments, namespace: "shop", name: "web", ["observedGeneration": 9])
                }
            ], prepare: web),
        File(name: "07-scale-deployment-other-patches.http.txt", ignored: ["status.replicas"], prepare: web),
        File(
            name: "08-scale-deployment-apply.http.txt",
            left: [
                "apply, conflict": "nobody owns a field here", "apply by another": "nobody owns a field here",
                "the Deployment": "no controller is at work",
            ], ignored: ["status.replicas"], prepare: web),
        File(
            name: "09-scale-other-kinds.http.txt",
            left: [
                "install the CRD": "it is established at once"
            ], prepare: otherKinds),
        File(
            name: "15-hpa.http.txt",
            left: [
                "get as autoscaling/v1": "metrics that v1 has not are not written as annotations",
                "tolerance": "quantities are not rewritten in their shortest form",
            ]),
        File(
            name: "16-crd-validation.http.txt",
            left: [
                "CEL": "rules are not evaluated", "list": "other objects are there",
                "the CRD with its conditions": "conditions have no generation",
            ], prepare: farmDefinition),
        File(name: "17-lease.http.txt"),
        File(
            name: "18-events.http.txt", left: ["list": "events of controllers"],
            ignored: ["metadata.name", "details.name"]),
        File(name: "20-errors-client.http.txt", prepare: web),
        File(name: "26-delete.http.txt", prepare: heldConfigMap),
        File(name: "30-scale-resource-version.http.txt", ignored: ["items[]"], prepare: pods),
    ]

    /// Installs the definition that the recorder installed.
    @Sendable static func farmDefinition(_ cluster: KubernetesTestCluster) async throws {
        let exchange = try WireExchange.load("09-scale-other-kinds.http.txt", note: "install the CRD")
        try await cluster.store.create(
            .customResourceDefinitions, try JSONValue(parsing: Array(exchange.request.body)))
    }

    @Sendable static func otherKinds(_ cluster: KubernetesTestCluster) async throws {
        try await farmDefinition(cluster)
        let workloads: [(ResourceKind, String, Int64)] = [(.statefulSets, "db", 2), (.replicaSets, "solo", 1)]
        for (kind, name, replicas) in workloads {
            let object = KubernetesTestCluster.deployment(name, replicas: replicas)
            try await cluster.store.create(kind, namespace: "shop", object)
            try await cluster.store.patchStatus(kind, namespace: "shop", name: name, ["replicas": 1])
        }
        let farm: JSONValue = ["metadata": ["name": "north"], "spec": ["replicas": 2, "max": 10]]
        let farms = try #require(
            await cluster.store.resources.kind(GroupVersion(group: "example.test", version: "v1"), plural: "farms"))
        try await cluster.store.create(farms, namespace: "shop", farm)
    }

    @Sendable static func heldConfigMap(_ cluster: KubernetesTestCluster) async throws {
        let object: JSONValue = ["metadata": ["name": "c", "finalizers": ["example.test/wait"]]]
        try await cluster.store.create(.configMaps, namespace: "shop", object)
    }

    @Sendable static func pods(_ cluster: KubernetesTestCluster) async throws {
        for index in 1...3 {
            let pod = KubernetesTestCluster.pod("p\(index)", labels: ["app": "three"])
            try await cluster.store.create(.pods, namespace: "shop2", pod)
        }
    }

    @Test(arguments: files)
    func recordedRequestsGetTheRecordedAnswers(_ file: File) async throws {
        try await KubernetesTestCluster.with { cluster in
            try await cluster.store.create(.namespaces, ["metadata": ["name": "shop2"]])
            try await file.prepare(cluster)
            var replay = KubernetesReplay(cluster, ignoring: file.ignored)
            for exchange in try WireExchange.load(file.name) {
                if exchange.request.body.isEmpty, exchange.request.header("Content-Length") ?? "0" != "0" { continue }
                if file.left.keys.contains(where: exchange.note.hasPrefix) || exchange.target.contains("watch=1") {
                    continue
                }
                for (note, action) in file.before where exchange.note.hasPrefix(note) { try await action(cluster) }
                let differences = try await replay.differences(exchange)
                #expect(differences.isEmpty, "\(exchange.note)")
            }
        }
    }
}
