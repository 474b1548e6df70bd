import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

/// kubectl and the custom resource of `manifests/crd`, as a person uses it.
@Suite(.serialized, .timeLimit(.minutes(3))) struct KubernetesCustomResourceTests {
    private static let manifest = """
        apiVersion: swiftlet.dev/v1alpha1
        kind: HorizontalAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 5
          behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
        """

    private func withKubectl(
        _ test: (KubectlTests.Kubectl, KubernetesTestCluster) async throws -> Void
    ) async throws {
        try await KubernetesTestCluster.with { cluster in
            let kubectl = try KubectlTests.Kubectl(cluster)
            let file = RepositoryPath.root + "/manifests/crd/horizontalautoscalers.yaml"
            let installed = try await kubectl("apply", "-f", file)
            try #require(installed.status == 0, "\(installed.errors)")
            let applied = try await kubectl("apply", "-f", "-", input: Self.manifest)
            try #require(applied.output == "horizontalautoscaler.swiftlet.dev/web created\n", "\(applied.errors)")
            try await test(kubectl, cluster)
        }
    }

    private func rows(_ output: String) -> [String] {
        output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    private func kind(_ cluster: KubernetesTestCluster) async throws -> ResourceKind {
        let groupVersion = GroupVersion(group: "swiftlet.dev", version: "v1alpha1")
        return try #require(await cluster.store.resources.kind(groupVersion, plural: "horizontalautoscalers"))
    }

    @Test func whatIsNotWrittenIsFilledIn() async throws {
        try await withKubectl { _, cluster in
            let object = try await cluster.store.get(try await kind(cluster), namespace: "shop", name: "web")
            let spec = try #require(object["spec"])
            #expect(spec["minReplicas"] == 1)
            #expect(spec["mode"] == "Active")
            #expect(spec[path: ["behavior", "scaleUp", "policies"]]?.arrayValue?.count == 2)
            #expect(spec[path: ["behavior", "scaleDown", "selectPolicy"]] == "Max")
            #expect(spec[path: ["behavior", "scaleDown", "stabilizationWindowSeconds"]] == 60)
            #expect(spec["metrics"]?[0]?[path: ["resource", "target", "averageUtilization"]] == 80)
            #expect(object[path: ["metadata", "generation"]] == 1)
        }
    }

    @Test func getReadsAsForAnHPA() async throws {
        try await withKubectl { kubectl, cluster in
            try await cluster.store.patchStatus(
                try await kind(cluster), namespace: "shop", name: "web",
                ["currentReplicas": 3, "reference": "Deployment/web", "targets": "cpu: 91%/80%"])
            #expect(
                rows(try await kubectl("get", "hza").output) == [
                    "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE", "web Deployment/web cpu: 91%/80% 1 5 3 0s",
                ])
            #expect(rows(try await kubectl("get", "hza", "-o", "wide").output).first?.hasSuffix("AGE MODE") == true)
            #expect(try await kubectl("get", "all", "-o", "name").output == "horizontalautoscaler.swiftlet.dev/web\n")
            let described = rows(try await kubectl("describe", "hza", "web").output)
            #expect(described.contains("Kind: HorizontalAutoscaler"))
            #expect(described.contains("Max Replicas: 5"))
        }
    }

    @Test func applyLeavesChangesAndRefuses() async throws {
        try await withKubectl { kubectl, cluster in
            let name = "horizontalautoscaler.swiftlet.dev/web"
            #expect(try await kubectl("apply", "-f", "-", input: Self.manifest).output == "\(name) unchanged\n")
            let changed = Self.manifest.replacing("maxReplicas: 5", with: "maxReplicas: 7")
            #expect(try await kubectl("apply", "-f", "-", input: changed).output == "\(name) configured\n")
            let object = try await cluster.store.get(try await kind(cluster), namespace: "shop", name: "web")
            #expect(object[path: ["metadata", "generation"]] == 2)
            for (written, complaint) in [
                (
                    "maxReplicas: many",
                    "spec.maxReplicas: Invalid value: \"string\": spec.maxReplicas in body must be of type"
                ),
                ("maxReplicas: 0", "spec.maxReplicas in body should be greater than or equal to 1"),
                ("maxReplicas: 5\n  mode: Idle", "spec.mode: Unsupported value"),
                ("maxReplicas: 5\n  modes: Active", "unknown field \"spec.modes\""),
                ("minReplicas: 5", "spec.maxReplicas: Required value"),
            ] {
                let wrong = Self.manifest.replacing("maxReplicas: 5", with: written)
                    .replacing("name: web}\nspec", with: "name: other}\nspec")
                let refused = try await kubectl("apply", "-f", "-", input: wrong)
                #expect(refused.status == 1 && refused.errors.contains(complaint), "\(refused.errors)")
            }
        }
    }

    @Test func itHasNoScaleAndGoesWithItsDefinition() async throws {
        try await withKubectl { kubectl, cluster in
            #expect(try await kubectl("scale", "hza/web", "--replicas=2").status == 1)
            let deleted = try await kubectl("delete", "hza", "web")
            #expect(deleted.output == "horizontalautoscaler.swiftlet.dev \"web\" deleted\n")
            #expect(try await kubectl("apply", "-f", "-", input: Self.manifest).status == 0)
            let kind = try await kind(cluster)
            #expect(try await kubectl("delete", "crd", "horizontalautoscalers.swiftlet.dev").status == 0)
            #expect(await cluster.store.all(kind).isEmpty)
            #expect(try await kubectl("get", "hza").errors.contains("doesn't have a resource type \"hza\""))
        }
    }

    @Test func waitSeesAChangeInAWatch() async throws {
        try await withKubectl { kubectl, cluster in
            let kind = try await kind(cluster)
            async let waited = kubectl(
                "wait", "--for=jsonpath={.status.desiredReplicas}=4", "hza/web", "--timeout=60s")
            try await cluster.store.patchStatus(kind, namespace: "shop", name: "web", ["desiredReplicas": 4])
            let result = try await waited
            #expect(result.output == "horizontalautoscaler.swiftlet.dev/web condition met\n", "\(result.errors)")
        }
    }
}
