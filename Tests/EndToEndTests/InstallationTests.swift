import Autoscaling
import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

/// What an operator applies: each overlay is whole, its parts fit together, and it asks for no more than it needs.
@Suite(.serialized, .timeLimit(.minutes(3))) struct InstallationTests {
    @Test(arguments: RenderedManifests.overlays)
    func thePartsOfAnOverlayFitTogether(_ overlay: String) async throws {
        let manifests = try await RenderedManifests("overlays/" + overlay)
        let deployment = try manifests.first("Deployment")
        let template = try #require(deployment[path: ["spec", "template"]])
        let labels = template[path: ["metadata", "labels"]]
        let pod = try #require(template["spec"])
        let container = try manifests.container()
        for kind in ["Deployment", "PodDisruptionBudget"] {
            #expect(try manifests.first(kind)[path: ["spec", "selector", "matchLabels"]] == labels)
        }
        #expect(try manifests.first("Service")[path: ["spec", "selector"]] == labels)
        #expect(try manifests.first("NetworkPolicy")[path: ["spec", "podSelector", "matchLabels"]] == labels)
        #expect(pod["topologySpreadConstraints"]?[0]?[path: ["labelSelector", "matchLabels"]] == labels)
        let ports = (container["ports"]?.arrayValue ?? []).map { $0.text("name") }
        for probe in ["livenessProbe", "readinessProbe"] {
            #expect(ports.contains(container.text(probe, "httpGet", "port")), "\(probe)")
        }
        #expect(ports.contains(try manifests.first("Service")[path: ["spec", "ports"]]?[0]?.text("targetPort") ?? ""))
        let ingress = try manifests.first("NetworkPolicy")[path: ["spec", "ingress"]]?[0]?["ports"]?[0]?.text("port")
        #expect(ports.contains(ingress ?? ""))
        let names = manifests.objects.map { "\($0.text("kind")) \($0.text("metadata", "name"))" }
        #expect(Set(names).count == names.count)
        #expect(names.contains("ServiceAccount \(pod.text("serviceAccountName"))"))
        let config = container["envFrom"]?[0]?.text("configMapRef", "name") ?? ""
        #expect(names.contains("ConfigMap \(config)"))
        let namespace = deployment.text("metadata", "namespace")
        let clusterWide = ["Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"]
        for object in manifests.objects where !clusterWide.contains(object.text("kind")) {
            #expect(object.text("metadata", "namespace") == namespace)
        }
        for binding in manifests.all("RoleBinding") + manifests.all("ClusterRoleBinding") {
            #expect(names.contains("\(binding.text("roleRef", "kind")) \(binding.text("roleRef", "name"))"))
            #expect(binding["subjects"]?[0]?.text("namespace") == namespace)
        }
        #expect((container.text("image").split(separator: ":").last ?? "") == Version.inSources)
    }

    /// The settings that the Pod Security Standard `restricted` asks for, and a read-only root.
    @Test(arguments: RenderedManifests.overlays)
    func theControllerRunsWithNothingToSpare(_ overlay: String) async throws {
        let manifests = try await RenderedManifests("overlays/" + overlay)
        let container = try manifests.container()
        let pod = try #require(try manifests.first("Deployment")[path: ["spec", "template", "spec"]])
        #expect(pod[path: ["securityContext", "runAsNonRoot"]] == true)
        #expect(pod[path: ["securityContext", "runAsUser"]] == 65532)
        #expect(pod.text("securityContext", "seccompProfile", "type") == "RuntimeDefault")
        #expect(container[path: ["securityContext", "readOnlyRootFilesystem"]] == true)
        #expect(container[path: ["securityContext", "allowPrivilegeEscalation"]] == false)
        #expect(container.texts("securityContext", "capabilities", "drop") == ["ALL"])
        #expect(container[path: ["resources", "limits", "memory"]] != nil)
        #expect(try manifests.first("Deployment")[path: ["spec", "replicas"]] == (overlay == "sharded" ? 4 : 2))
    }

    @Test func rightsAreNamedOneByOneAndTheNamespacedOnesAreTheSame() async throws {
        var rules: [String: JSONValue] = [:]
        for overlay in RenderedManifests.overlays {
            let manifests = try await RenderedManifests("overlays/" + overlay)
            for role in manifests.all("Role") + manifests.all("ClusterRole") {
                for rule in role["rules"]?.arrayValue ?? [] {
                    for field in ["apiGroups", "resources", "verbs"] {
                        #expect(!rule.texts(field).isEmpty && !rule.texts(field).contains("*"), "\(overlay) \(rule)")
                    }
                }
                if role.text("metadata", "name") == "swiftlet" { rules[overlay] = role["rules"] }
            }
        }
        #expect(rules["default"] == rules["namespaced"])
        #expect(try await RenderedManifests("overlays/namespaced").all("ClusterRole").isEmpty)
        #expect(try await RenderedManifests("overlays/namespaced").all("ClusterRoleBinding").isEmpty)
        let shadow = (rules["shadow"]?.arrayValue ?? []).flatMap { $0.texts("verbs") }
        #expect(!shadow.isEmpty && Set(shadow).isSubset(of: ["get", "list", "watch"]))
    }

    /// What the second time changed would change at each round of a GitOps tool.
    @Test(arguments: RenderedManifests.overlays)
    func kubectlAppliesAnOverlayTwice(_ overlay: String) async throws {
        let manifests = try await RenderedManifests("overlays/" + overlay)
        let kubectl = try #require(ChildProcess.find("kubectl"))
        let store = ClusterStore(now: { Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970) })
        for (plural, kind) in [("servicemonitors", "ServiceMonitor"), ("prometheusrules", "PrometheusRule")] {
            try await store.create(.customResourceDefinitions, Self.ofThePrometheusOperator(plural, kind))
        }
        let api = try KubernetesAPI(store: store)
        let folder = RepositoryPath.root + "/manifests/overlays/" + overlay
        let words = ["--server", api.url, "--cache-dir", "/dev/null/none", "apply", "-k", folder]
        let environment = ["HOME": "/nonexistent", "KUBECONFIG": "/dev/null"]
        for outcome in ["created", "unchanged"] {
            let applied = try await ChildProcess.run(kubectl, words, environment: environment)
            let lines = applied.output.split(separator: "\n")
            #expect(lines.count == manifests.objects.count, "\(applied.errors)")
            // kubectl always sends the selector of a PodDisruptionBudget again, which replaces it as a whole.
            let others = lines.filter { !$0.hasPrefix("poddisruptionbudget") }
            #expect(others.allSatisfy { $0.hasSuffix(outcome) }, "\(lines.filter { !$0.hasSuffix(outcome) })")
        }
        await api.stop()
    }

    /// A resource that the Prometheus Operator brings along, whatever its objects say.
    private static func ofThePrometheusOperator(_ plural: String, _ kind: String) -> JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(plural + ".monitoring.coreos.com")],
            "spec": [
                "group": "monitoring.coreos.com", "scope": "Namespaced",
                "names": ["plural": .string(plural), "kind": .string(kind)],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "schema": [
                            "openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
                        ],
                    ]
                ],
            ],
        ]
    }
}
