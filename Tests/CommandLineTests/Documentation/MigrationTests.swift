import Autoscaling
import FoundationEssentials
import HTTPService
import KubernetesTypes
import LoopbackClient
import Manifests
import MiniCluster
import RealPrometheus
import Testing

/// The manifests of the migration page that are said to work: validated, and decided on with a real Prometheus that has the
/// series that their originals read.
@Suite(.timeLimit(.minutes(2))) struct MigrationTests {
    /// By the name of the autoscaler, what two replicas become.
    private static let decisions: [String: String] = [
        // 0.8 requests a second of each pod over 0.5.
        "sample-app": "2 → 4", "sample-app-by-rule": "2 → 4",
        // 120 and 170 over 50.
        "lag-scaler": "2 → 3", "external-queue-scaler": "2 → 4",
        // 330 requests a second over 100.5, and 380 messages over as many.
        "prometheus-scaledobject": "2 → 4", "rabbitmq-scaledobject": "2 → 4",
        // 31 events a second over 10.
        "myapp": "2 → 4",
    ]
    /// Decided by the hour or by cpu, which the series here say nothing of: validated alone.
    private static let validatedAlone: Set<String> = ["dinner"]

    private static let blocks: (manifests: [DocumentationPage.Block], configurations: [DocumentationPage.Block]) = {
        let blocks = ((try? DocumentationPage("docs/migration.md"))?.blocks ?? []).filter {
            $0.language == "yaml" && $0.lines.first?.hasPrefix("# Swiftlet") == true
        }
        let isConfiguration = { (block: DocumentationPage.Block) in block.lines.first == "# Swiftlet: --config" }
        return (blocks.filter { !isConfiguration($0) }, blocks.filter(isConfiguration))
    }()

    @Test func everyManifestOfThePageIsDecidedOnAsItsOriginalWouldBe() async throws {
        try await withPrometheus { folder, prometheus in
            try await withCluster(in: folder) { cluster in
                let configuration = try #require(Self.blocks.configurations.first)
                let config = try Self.write(configuration.text, to: "\(folder)/config.yaml")
                var decided: Set<String> = []
                for block in Self.blocks.manifests {
                    let file = try Self.write(block.text, to: "\(folder)/\(block.line).yaml")
                    let node = try #require(try YAMLParser.documents(of: Array(block.text.utf8), file: file).first)
                    let name = try #require(node["metadata"]?["name"]?.text)
                    let place: Comment = "docs/migration.md:\(block.line)"
                    let check = try await Call.inProcess(["validate", file, config])
                    #expect(check.code == 0, "\(place): \(check.output)\(check.errors)")
                    if Self.validatedAlone.contains(name) { continue }
                    let call = try await Call.inProcess([
                        "plan", "-f", file, "--config", config, "--kubeconfig", cluster, "--prometheus-url",
                        prometheus.url,
                    ])
                    let expected = try #require(Self.decisions[name], place)
                    #expect(call.code == 0 && call.output.contains(" \(expected) "), "\(place): \(call.output)")
                    decided.insert(name)
                }
                #expect(decided == Set(Self.decisions.keys))
            }
        }
    }

    private static func write(_ text: String, to path: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// Twenty minutes up to now, a sample every 15 s; a counter grows by its value each second.
    private static func openMetrics(_ now: Int) -> String {
        let series: [(name: String, labels: String, perSecond: Double?, value: Double)] = [
            ("http_requests_total", #"namespace="default",pod="sample-app-a""#, 0.8, 0),
            ("http_requests_total", #"namespace="default",pod="sample-app-b""#, 0.8, 0),
            ("http_requests_total", #"namespace="web",deployment="my-deployment""#, 330, 0),
            ("queue_consumer_lag", #"namespace="default",name="orders""#, nil, 120),
            ("queue_consumer_lag", #"namespace="default",name="mail""#, nil, 9_000),
            ("queue_depth", #"namespace="queue",name="my-sample-queue""#, nil, 170),
            ("rabbitmq_detailed_queue_messages_ready", #"vhost="/",queue="testqueue""#, nil, 380),
            ("events_total", #"application="event-service",processed="true""#, 31, 0),
        ]
        var text = ""
        for one in series {
            for second in stride(from: -1_200, through: 0, by: 15) {
                let value = one.perSecond.map { $0 * Double(second + 1_200) } ?? one.value
                text += "\(one.name){\(one.labels)} \(value) \(now + second)\n"
            }
        }
        return text + "# EOF\n"
    }

    private func withPrometheus(_ body: (String, PrometheusProcess) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/migration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try Self.write(Self.openMetrics(Int(Date.now.timeIntervalSince1970)), to: folder + "/data.om")
        let promtool = try #require(ChildProcess.find("promtool"))
        let made = try await ChildProcess.run(
            promtool, ["tsdb", "create-blocks-from", "openmetrics", file, folder + "/data"])
        try #require(made.status == 0, "\(made.errors)")
        try await PrometheusProcess.run(scraping: [], data: folder + "/data") { try await body(folder, $0) }
    }

    /// A cluster with the targets, two ready pods each.
    private func withCluster(in folder: String, _ body: (String) async throws -> Void) async throws {
        let now = Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970)
        let start = JSONValue.string(Date(timeIntervalSince1970: now.secondsSinceEpoch - 3_600).formatted(.iso8601))
        let store = ClusterStore { now }
        for target in ["sample-app", "my-app", "my-deployment", "rabbitmq-consumer", "custom-metrics-consumer"] {
            let labels: JSONValue = ["app": .string(target)]
            let container: JSONValue = ["name": "app", "image": "app:1", "resources": ["requests": ["cpu": "100m"]]]
            let deployment = try await store.create(
                .deployments, namespace: "default",
                [
                    "metadata": ["name": .string(target)],
                    "spec": [
                        "replicas": 2, "selector": ["matchLabels": labels],
                        "template": ["metadata": ["labels": labels], "spec": ["containers": [container]]],
                    ],
                    "status": ["replicas": 2],
                ], keepsStatus: true)
            let owner: JSONValue = [
                "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(target), "controller": true,
                "uid": deployment[path: ["metadata", "uid"]] ?? "",
            ]
            for pod in ["a", "b"] {
                try await store.create(
                    .pods, namespace: "default",
                    [
                        "metadata": [
                            "name": .string("\(target)-\(pod)"), "labels": labels, "ownerReferences": [owner],
                        ],
                        "spec": ["containers": [container]],
                        "status": [
                            "phase": "Running", "startTime": start,
                            "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": start]],
                        ],
                    ], keepsStatus: true)
            }
        }
        let api = try KubernetesAPI(store: store)
        let kubeconfig = try Self.write(api.kubeconfig(), to: folder + "/kubeconfig")
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(kubeconfig))
        } catch {
            outcome = .failure(error)
        }
        await api.stop()
        try outcome.get()
    }
}
