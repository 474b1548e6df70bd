import Autoscaling
import CommandLine
import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import Manifests
import MiniCluster
import Recordings
import Testing

/// `plan` of what the cluster has, by name, and as a plugin of kubectl.
@Suite(.timeLimit(.minutes(1))) struct NamedPlanTests {
    /// The cluster has the HorizontalPodAutoscaler of the story, and the custom resource with an autoscaler of its own.
    private func withCluster(
        access: Access = .open, _ body: @Sendable @escaping (PlanWorld) async throws -> Void
    ) async throws {
        try await PlanWorld.run(access: access) { world in
            try await world.store.create(.horizontalPodAutoscalers, namespace: "default", ByteBites.autoscaler)
            let path = RepositoryPath.root + "/manifests/crd/horizontalautoscalers.yaml"
            let documents = try YAMLParser.documents(of: [UInt8](Data(contentsOf: URL(filePath: path))), file: path)
            let definition = try YAMLDecoder().decode(JSONValue.self, from: try #require(documents.first), file: path)
            try await world.store.create(.customResourceDefinitions, definition.value)
            try await body(world)
        }
    }

    /// An autoscaler of the custom resource.
    private static func custom(_ name: String, mode: String = "Active") -> JSONValue {
        var object = ByteBites.autoscaler
        object["apiVersion"] = "swiftlet.dev/v1alpha1"
        object["kind"] = "HorizontalAutoscaler"
        object[path: ["metadata", "name"]] = .string(name)
        object[path: ["spec", "mode"]] = .string(mode)
        object[path: ["spec", "podSelection"]] = "Selector"
        return object
    }

    private static func create(_ object: JSONValue, in world: PlanWorld) async throws {
        let version = GroupVersion(group: "swiftlet.dev", version: "v1alpha1")
        let kind = try #require(await world.store.resources.kind(version, plural: "horizontalautoscalers"))
        try await world.store.create(kind, namespace: "default", object)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var words: [String]
        var code: Int32
        var says: String
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String, _ code: Int32, _ says: String) {
            self.words = words.split(separator: " ").map(String.init)
            self.code = code
            self.says = says
        }
    }

    @Test(arguments: [
        Case("order-service-hpa", 0, "default/order-service-hpa: 2 → 3"),
        Case("hpa/order-service-hpa", 0, "2 → 3"),
        Case("hpa order-service-hpa", 0, "2 → 3"),
        Case("horizontalpodautoscalers.autoscaling/order-service-hpa -n default", 0, "2 → 3"),
        Case("web", 0, "default/web: 2 → 3"),
        Case("hza/web web", 0, "default/web: 2 → 3"),
        Case("hza web paused", 1, "controlled by multiple HPAs: [default/paused default/web]"),
        Case("paused", 0, "Paused"),
        Case("both", 1, "namespace default has two autoscalers 'both', write hza/both or hpa/both"),
        Case("hza/both", 0, "default/both: 2 → 3"),
        Case("none", 1, "namespace default has no HorizontalAutoscaler and no HorizontalPodAutoscaler 'none'"),
        Case("hza/none", 3, "does not exist"),
        Case("order-service-hpa -n elsewhere", 1, "namespace elsewhere has no"),
        Case("deploy/web", 2, "'deploy' is no kind of autoscaler, write hza/web or hpa/web"),
        Case("a/b/c", 2, "'a/b/c' is no NAME, hza/NAME or hpa/NAME"),
        Case("web -f hpa.yaml", 2, "'web' is one argument too many with -f"),
        Case("", 2, "name an autoscaler, or a file: swiftlet plan NAME, swiftlet plan -f hpa.yaml"),
    ])
    func namesAreLookedUpInTheCluster(_ test: Case) async throws {
        try await withCluster { world in
            try await Self.create(Self.custom("web"), in: world)
            try await Self.create(Self.custom("both"), in: world)
            try await Self.create(Self.custom("paused", mode: "Paused"), in: world)
            var twin = ByteBites.autoscaler
            twin[path: ["metadata", "name"]] = "both"
            try await world.store.create(.horizontalPodAutoscalers, namespace: "default", twin)
            let call = try await Call.inProcess(["plan"] + test.words + world.servers)
            #expect(call.code == test.code, "\(call.output)\(call.errors)")
            #expect((call.output + call.errors).contains(test.says), "\(call.output)\(call.errors)")
        }
    }

    /// Without the custom resource, and without the right to read it, HorizontalPodAutoscalers are planned all the same.
    @Test func oneKindIsEnough() async throws {
        try await PlanWorld.run { world in
            try await world.store.create(.horizontalPodAutoscalers, namespace: "default", ByteBites.autoscaler)
            let call = try await Call.inProcess(["plan", "order-service-hpa"] + world.servers)
            #expect(call.code == 0, "\(call.errors)")
        }
        let access = Access(users: [
            "t": Access.User(name: "viewer") { $0.resource != "horizontalautoscalers" && $0.verb != "patch" }
        ])
        try await withCluster(access: access) { world in
            let config = try world.write(
                "viewer",
                """
                current-context: c
                clusters: [{name: k, cluster: {server: "\(world.kubernetesURL)"}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                users: [{name: u, user: {token: t}}]
                """)
            let servers = ["--kubeconfig", config, "--prometheus-url", world.prometheusURL]
            let found = try await Call.inProcess(["plan", "order-service-hpa"] + servers)
            #expect(found.code == 0, "\(found.output)\(found.errors)")
            let absent = try await Call.inProcess(["plan", "web"] + servers)
            #expect(absent.code == 3)
            #expect(absent.errors.contains("\"viewer\" is not allowed to"), "\(absent.errors)")
        }
    }

    /// Six were asked for a minute ago: the window holds that, and without behavior four are the most in one step.
    @Test func whatTheObjectHasKeptIsDecidedWith() async throws {
        try await PlanWorld.run { world in
            let minuteAgo = Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970 - 60)
            let history = History(recommendations: [.init(time: minuteAgo, replicas: 6)])
            let stored = try JSONEncoder().encode(HorizontalAutoscaler.StoredHistory(history, target: nil))
            var object = ByteBites.autoscaler
            object[path: ["metadata", "annotations"]] = [
                "swiftlet.dev/history": .string(String(decoding: stored, as: UTF8.self))
            ]
            try await world.store.create(.horizontalPodAutoscalers, namespace: "default", object)
            let saved = world.folder + "/now.json"
            let live = try await Call.inProcess(["plan", "order-service-hpa", "--save", saved] + world.servers)
            #expect(live.output.contains("2 → 4"), "\(live.output)\(live.errors)")
            let manifest = world.folder + "/hpa.yaml"
            let again = try await Call.inProcess(["plan", "-f", manifest, "--observation", saved])
            #expect(again.output == live.output)
            let fresh = try await Call.inProcess(["plan", "-f", manifest] + world.servers)
            #expect(fresh.output.contains("2 → 3"))
            let names = try await Call.inProcess(["plan", "order-service-hpa", "--observation", saved])
            #expect(names.code == 2)
            #expect(names.errors.contains("--observation asks none: use -f"))
        }
    }

    @Test func kubectlCallsItAsItsPlugin() async throws {
        let kubectl = try #require(ChildProcess.find("kubectl"), "kubectl is not installed")
        try await withCluster { world in
            for name in ["kubectl-swiftlet", "kubectl_complete-swiftlet"] {
                try FileManager.default.createSymbolicLink(
                    atPath: world.folder + "/" + name, withDestinationPath: BuiltProgram.path)
            }
            let environment = ["PATH": world.folder + ":/usr/bin:/bin", "HOME": world.folder]
            let servers = world.servers + ["--context", "mini", "--namespace", "default"]
            let plan = try await ChildProcess.run(
                kubectl, ["swiftlet", "plan", "order-service-hpa"] + servers, environment: environment)
            #expect(plan.status == 0 && plan.output.contains("2 → 3"), "\(plan.errors)")
            let wrong = try await ChildProcess.run(
                kubectl, ["swiftlet", "plan", "--kubeconfg", "x"], environment: environment)
            #expect(wrong.status == 2)
            #expect(
                wrong.errors == "kubectl swiftlet: '--kubeconfg' is not an option of kubectl swiftlet plan, "
                    + "did you mean --kubeconfig? (see 'kubectl swiftlet help plan')\n")
            let help = try await ChildProcess.run(kubectl, ["swiftlet", "plan", "--help"], environment: environment)
            #expect(help.output.contains("Usage: kubectl swiftlet plan [OPTIONS] [NAME…]\n"))
            #expect(help.output.contains("  kubectl swiftlet plan -f new.yaml --against old.yaml\n"))
            #expect(!help.output.split(separator: "\n").contains { $0.contains("  swiftlet ") })
        }
    }
}
