import FoundationEssentials
import HTTPService
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Testing

/// The real client against our server: what a person who watches a demonstration would type.
@Suite(.serialized, .timeLimit(.minutes(3))) struct KubectlTests {
    /// Runs kubectl with a kubeconfig for the cluster; the test is cancelled visibly when it is not installed.
    struct Kubectl {
        let program: String
        let server: String

        init(_ cluster: KubernetesTestCluster) throws {
            guard let program = ChildProcess.find("kubectl") else {
                try Test.cancel("kubectl is not installed: this test checked nothing")
            }
            self.program = program
            self.server = cluster.api.url
        }

        func callAsFunction(_ arguments: String..., input: String = "") async throws -> ChildProcess {
            // A home that does not exist: neither a configuration nor a cache of this machine plays a part.
            try await ChildProcess.run(
                program, ["--server", server, "--namespace", "shop", "--cache-dir", "/dev/null/none"] + arguments,
                environment: ["HOME": "/nonexistent", "KUBECONFIG": "/dev/null"], input: input)
        }
    }

    static func demo(_ cluster: KubernetesTestCluster) async throws {
        let store = cluster.store
        let web = try await store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
        try await store.patchStatus(
            .deployments, namespace: "shop", name: "web",
            ["replicas": 3, "readyReplicas": 2, "updatedReplicas": 3, "availableReplicas": 2])
        try await store.create(.horizontalPodAutoscalers, namespace: "shop", KubernetesTestCluster.autoscaler("web"))
        try await store.patchStatus(
            .horizontalPodAutoscalers, namespace: "shop", name: "web",
            [
                "currentReplicas": 3, "desiredReplicas": 5,
                "currentMetrics": [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "current": ["averageUtilization": 91, "averageValue": "91m"]],
                    ]
                ],
            ])
        try await store.create(
            .events, namespace: "shop",
            [
                "metadata": ["name": "web.1"], "reason": "SuccessfulRescale", "message": "New size: 5",
                "type": "Normal", "count": 1, "source": ["component": "swiftlet"],
                "firstTimestamp": "2025-12-31T23:59:00Z", "lastTimestamp": "2025-12-31T23:59:30Z",
                "involvedObject": [
                    "kind": "Deployment", "namespace": "shop", "name": "web", "apiVersion": "apps/v1",
                    "uid": web[path: ["metadata", "uid"]] ?? "",
                ],
            ])
    }

    /// Fields of a line, however wide the columns are.
    private func rows(_ output: String) -> [String] {
        output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    @Test func getPrintsTheColumnsOfEachKind() async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try Kubectl(cluster)
            try await Self.demo(cluster)
            #expect(
                rows(try await kubectl("get", "deploy").output) == [
                    "NAME READY UP-TO-DATE AVAILABLE AGE", "web 2/3 3 2 0s",
                ])
            #expect(
                rows(try await kubectl("get", "hpa").output) == [
                    "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE", "web Deployment/web cpu: 91%/60% 2 10 3 0s",
                ])
            #expect(
                rows(try await kubectl("get", "events").output) == [
                    "LAST SEEN TYPE REASON OBJECT MESSAGE", "30s Normal SuccessfulRescale deployment/web New size: 5",
                ])
            #expect(try await kubectl("get", "pods").errors == "No resources found in shop namespace.\n")
            #expect(
                try await kubectl("get", "all", "-o", "name").output
                    == "deployment.apps/web\nhorizontalpodautoscaler.autoscaling/web\n")
        }
    }

    @Test func describeShowsTheEventsOfTheObject() async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try Kubectl(cluster)
            try await Self.demo(cluster)
            let deployment = rows(try await kubectl("describe", "deployment", "web").output)
            #expect(deployment.contains("Replicas: 3 desired | 3 updated | 3 total | 2 available | 0 unavailable"))
            #expect(
                deployment.contains { $0.hasPrefix("Normal SuccessfulRescale") && $0.hasSuffix("swiftlet New size: 5") }
            )
            let autoscaler = rows(try await kubectl("describe", "hpa", "web").output)
            #expect(autoscaler.contains("Reference: Deployment/web"))
            #expect(autoscaler.contains("resource cpu on pods (as a percentage of request): 91% (91m) / 60%"))
        }
    }

    @Test func scaleChangesTheReplicas() async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try Kubectl(cluster)
            try await Self.demo(cluster)
            #expect(try await kubectl("scale", "deploy/web", "--replicas=5").output == "deployment.apps/web scaled\n")
            let object = try await cluster.store.get(.deployments, namespace: "shop", name: "web")
            #expect(object[path: ["spec", "replicas"]] == 5)
            let refused = try await kubectl("scale", "deploy/web", "--replicas=1", "--current-replicas=3")
            #expect(refused.status == 1)
            #expect(refused.errors.contains("Expected replicas to be 3, was 5"))
        }
    }

    private static let manifest = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: api}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
          minReplicas: 1
          maxReplicas: 5
        """

    @Test func applyCreatesThenLeavesThenChangesThenRefuses() async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try Kubectl(cluster)
            let name = "horizontalpodautoscaler.autoscaling/api"
            #expect(try await kubectl("apply", "-f", "-", input: Self.manifest).output == "\(name) created\n")
            #expect(try await kubectl("apply", "-f", "-", input: Self.manifest).output == "\(name) unchanged\n")
            let changed = Self.manifest.split(separator: "maxReplicas: 5").joined() + "\n  maxReplicas: 7\n"
            #expect(try await kubectl("apply", "-f", "-", input: changed).output == "\(name) configured\n")
            let object = try await cluster.store.get(.horizontalPodAutoscalers, namespace: "shop", name: "api")
            #expect(object[path: ["spec", "maxReplicas"]] == 7)
            let wrong = Self.manifest.split(separator: "minReplicas: 1").joined(separator: "minReplicas: 9")
            let refused = try await kubectl("apply", "-f", "-", input: wrong)
            #expect(refused.errors.contains("must be greater than or equal to `minReplicas`"))
            let served = try await kubectl("apply", "--server-side", "-f", "-", input: Self.manifest)
            #expect(served.output == "\(name) serverside-applied\n")
        }
    }

    @Test func deleteWaitsUntilItIsGone() async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try Kubectl(cluster)
            try await Self.demo(cluster)
            #expect(try await kubectl("delete", "deploy", "web").output == "deployment.apps \"web\" deleted\n")
            #expect(await cluster.store.all(.deployments).isEmpty)
            let missing = try await kubectl("delete", "deploy", "web")
            #expect(missing.errors == "Error from server (NotFound): deployments.apps \"web\" not found\n")
            let all = try await kubectl("delete", "hpa", "--all")
            #expect(all.output == "horizontalpodautoscaler.autoscaling \"web\" deleted\n")
        }
    }

    @Test func theKubeconfigLeadsToTheClusterAndARefusalIsShown() async throws {
        let access = Access(users: [:], anonymous: Access.User(name: "system:anonymous") { $0.verb != "patch" })
        try await KubernetesTestCluster.with(access: access) { cluster in
            let program = try Kubectl(cluster).program
            try await Self.demo(cluster)
            let file = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(cluster.api.port)")
            try Data(cluster.api.kubeconfig(namespace: "shop").utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let environment = ["HOME": "/nonexistent", "KUBECONFIG": file.path]
            let list = try await ChildProcess.run(
                program, ["get", "deploy", "-o", "name", "--cache-dir", "/dev/null/none"], environment: environment)
            #expect(list.output == "deployment.apps/web\n")
            let refused = try await ChildProcess.run(
                program, ["scale", "deploy/web", "--replicas=9", "--cache-dir", "/dev/null/none"],
                environment: environment)
            #expect(refused.errors.contains("cannot patch resource \"deployments/scale\" in API group \"apps\""))
        }
    }

    @Test func waitSeesTheChangeInAWatch() async throws {
        let (watches, signal) = AsyncStream.makeStream(of: Void.self)
        let hook: FaultHook = { request in
            if request.queryValue("watch") != nil { signal.yield() }
            return nil
        }
        try await KubernetesTestCluster.with(fault: hook) { cluster in
            let kubectl = try Kubectl(cluster)
            try await Self.demo(cluster)
            async let waited = kubectl(
                "wait", "--for=jsonpath={.status.readyReplicas}=3", "deploy/web", "--timeout=60s")
            var iterator = watches.makeAsyncIterator()
            await iterator.next()
            try await cluster.store.patchStatus(.deployments, namespace: "shop", name: "web", ["readyReplicas": 3])
            let result = try await waited
            #expect(result.output == "deployment.apps/web condition met\n")
            #expect(result.status == 0)
        }
    }
}
