import Autoscaling
import FoundationEssentials
import KubernetesClient
import KubernetesTypes
import LoopbackClient
import Testing

/// The whole way, as an operator goes it: install from `manifests/`, run the built program under its service account,
/// and see a Deployment scaled. Against MiniCluster always; against a real API server where there is one.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EndToEndTests {
    private struct Way: Sendable {
        var cluster: ClusterUnderTest.Kind
        var overlay: String

        /// The namespaced overlay works in its own namespace.
        var namespace: String { overlay == "namespaced" ? "default" : "shop" }
        var isNative: Bool { overlay == "drop-in" }
    }

    static let overlays = ["default", "namespaced", "drop-in", "sharded"]

    @Test(arguments: overlays) func onMiniCluster(_ overlay: String) async throws {
        try await installRunAndScale(Way(cluster: .miniCluster, overlay: overlay))
    }

    @Test(
        .enabled(
            if: ControlPlane.assets != nil,
            "KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver: the real API server was not asked"),
        arguments: overlays)
    func onARealAPIServer(_ overlay: String) async throws {
        try await installRunAndScale(Way(cluster: .kubeAPIServer, overlay: overlay))
    }

    private func installRunAndScale(_ way: Way) async throws {
        let manifests = try await RenderedManifests("overlays/" + way.overlay)
        try await ClusterUnderTest.run(way.cluster, granting: manifests) { cluster in
            try await install(way, cluster)
            try await Workload(namespace: way.namespace).create(cluster.client)
            let autoscaler = try await cluster.kubectl("apply", "-f", "-", input: autoscaler(way))
            #expect(autoscaler.status == 0, "\(autoscaler.errors)")
            try await SimulatedUsage.run(pods: Workload.pods, namespace: way.namespace, millicores: 100) { prometheus in
                let program = try await controller(way, manifests, cluster, prometheus)
                try await withThrowingTaskGroup(of: Int32.self) { group in
                    group.addTask { try await program.run() }
                    await #expect(throws: Never.self) { try await lookOn(way, cluster, program) }
                    program.end()
                    let status = try await group.next()
                    #expect(status == 0, "\(program.lastLines)")
                }
                #expect(!program.log.contains("forbidden"), "\(program.log)")
                try await checkRelease(manifests, cluster)
            }
        }
    }

    private func install(_ way: Way, _ cluster: ClusterUnderTest) async throws {
        let root = RepositoryManifests.folder
        for folder in way.overlay == "namespaced" ? ["crd", "overlays/namespaced"] : ["overlays/" + way.overlay] {
            let applied = try await cluster.kubectl("apply", "-k", root + folder)
            try #require(applied.status == 0, "\(applied.errors)")
        }
        if !way.isNative {
            let established = try await cluster.kubectl(
                "wait", "--for", "condition=established", "--timeout", "60s",
                "crd/horizontalautoscalers.swiftlet.dev")
            try #require(established.status == 0, "\(established.errors)")
        }
        if way.namespace != "default" {
            // `kubectl create namespace` speaks protobuf, which MiniCluster does not.
            let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(way.namespace)}\n"
            let created = try await cluster.kubectl("apply", "-f", "-", input: namespace)
            try #require(created.status == 0, "\(created.errors)")
        }
    }

    private func autoscaler(_ way: Way) -> String {
        """
        apiVersion: \(way.isNative ? "autoscaling/v2" : "swiftlet.dev/v1alpha1")
        kind: \(way.isNative ? "HorizontalPodAutoscaler" : "HorizontalAutoscaler")
        metadata: {name: web, namespace: \(way.namespace)}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 5
          metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
        """
    }

    /// The program with the arguments of the rendered Deployment, in the place of its pod.
    private func controller(
        _ way: Way, _ manifests: RenderedManifests, _ cluster: ClusterUnderTest, _ prometheus: String
    ) async throws -> BackgroundProgram {
        let account = try manifests.first("ServiceAccount")
        let namespace = account.text("metadata", "namespace")
        let token = try await cluster.token("\(namespace):\(account.text("metadata", "name"))")
        let arguments = try manifests.container().texts("args").map {
            $0.replacing("$(POD_NAMESPACE)", with: namespace).replacing(":9095", with: "127.0.0.1:0")
        }
        return BackgroundProgram(
            BuiltProgram.path,
            arguments + [
                "--kubeconfig", try cluster.kubeconfig(token: token, namespace: namespace), "--prometheus-url",
                prometheus, "--sync-period", "500ms",
            ], in: cluster.folder, named: "swiftlet")
    }

    /// Two pods at 100 % of their request, 50 % wanted: four.
    private func lookOn(_ way: Way, _ cluster: ClusterUnderTest, _ program: BackgroundProgram) async throws {
        let resource = way.isNative ? "hpa/web" : "hza/web"
        let namespace = way.namespace
        for (object, path, value) in [
            ("deployment/web", "{.spec.replicas}", "4"), (resource, "{.status.desiredReplicas}", "4"),
        ] {
            let waited = try await cluster.kubectl(
                "--namespace", namespace, "wait", "--for", "jsonpath=\(path)=\(value)", "--timeout", "60s", object)
            try #require(waited.status == 0, "\(object) \(waited.errors)\n\(program.lastLines)")
        }
        let conditions = try await cluster.kubectl(
            "--namespace", namespace, "wait", "--for", "condition=ScalingActive", "--timeout", "60s", resource)
        #expect(conditions.status == 0, "\(conditions.errors)")
        let columns = try await cluster.kubectl("--namespace", namespace, "get", resource, "--no-headers").output
        #expect(columns.contains("Deployment/web") && columns.contains("cpu: 100%/50%"), "\(columns)")
        let events = try await cluster.kubectl(
            "--namespace", namespace, "get", "events", "-o", "jsonpath={.items[*].reason} {.items[*].message}")
        #expect(events.output.contains("SuccessfulRescale"), "\(events.output)")
        #expect(events.output.contains("New size: 4"), "\(events.output)")
        if way.isNative { return }
        let refused = try await cluster.kubectl(
            "apply", "-f", "-", input: autoscaler(way).replacing("maxReplicas: 5", with: "maxReplicas: 0"))
        #expect(refused.status == 1)
        #expect(refused.errors.contains("spec.maxReplicas"), "\(refused.errors)")
        guard way.cluster == .kubeAPIServer else { return }
        let byRule = try await cluster.kubectl(
            "apply", "-f", "-",
            input: autoscaler(way).replacing("maxReplicas: 5", with: "maxReplicas: 5\n  minReplicas: 6"))
        #expect(byRule.errors.contains("must be greater than or equal to `minReplicas`"), "\(byRule.errors)")
    }

    /// Whoever ends in order gives the Lease back, so that the next one begins at once.
    private func checkRelease(_ manifests: RenderedManifests, _ cluster: ClusterUnderTest) async throws {
        let namespace = try manifests.first("ServiceAccount").text("metadata", "namespace")
        let lease = try await cluster.client.get(Lease.self, .object(.leases, namespace: namespace, name: "swiftlet"))
        #expect(lease.spec?.holderIdentity ?? "" == "")
    }
}
