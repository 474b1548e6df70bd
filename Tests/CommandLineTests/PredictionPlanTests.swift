import CommandLine
import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import LoopbackClient
import MiniCluster
import PrometheusClient
import RealPrometheus
import Recordings
import Testing

/// `plan` and `run` for a HorizontalAutoscaler with a prediction, with the past in a real Prometheus.
@Suite(.timeLimit(.minutes(2)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct PredictionPlanTests {
    private static let manifest = """
        apiVersion: swiftlet.dev/v1alpha1
        kind: HorizontalAutoscaler
        metadata: {name: kitchen, namespace: default}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: order-service-deployment}
          podSelection: Selector
          minReplicas: 2
          maxReplicas: 10
          metrics:
          - type: Prometheus
            prometheus: {name: orders, query: sum(orders), target: {type: AverageValue, averageValue: 10}}
          prediction: {seasons: [Hour], history: 3, lookAheadSeconds: 300, maxErrorPercent: 40}

        """

    /// Twelve hours up to now, a sample every 15 s: 10 orders, and from two minutes after this minute of each hour on 100,
    /// for ten minutes.
    private static func openMetrics(_ now: Int) -> String {
        let lines = stride(from: -12 * 3_600, through: 0, by: 15).map { second in
            let minute = (second + 24 * 3_600) % 3_600 / 60
            return "orders \((2..<12).contains(minute) ? 100 : 10) \(now + second)\n"
        }
        return "# TYPE orders gauge\n" + lines.joined() + "# EOF\n"
    }

    /// A world with two pods, and a Prometheus with that past.
    private static func withPast(_ body: (PlanWorld) async throws -> Void) async throws {
        try await PlanWorld.run { world in
            let data = try world.write("data.om", Self.openMetrics(Int(Date.now.timeIntervalSince1970)))
            let promtool = try #require(ChildProcess.find("promtool"))
            let made = try await ChildProcess.run(
                promtool, ["tsdb", "create-blocks-from", "openmetrics", data, world.folder + "/data"])
            try #require(made.status == 0, "\(made.errors)")
            try await PrometheusProcess.run(scraping: [], data: world.folder + "/data") { prometheus in
                var world = world
                world.prometheusURL = prometheus.url
                try await body(world)
            }
        }
    }

    @Test func whatIsExpectedIsPlannedForAndSaved() async throws {
        try await Self.withPast { world in
            let manifest = try world.write("kitchen.yaml", Self.manifest)
            let saved = world.folder + "/saved.json"
            let plan = ["plan", "-f", manifest, "-o", "yaml"]
            let live = try await Call.inProcess(plan + ["--save", saved] + world.servers)
            #expect(live.code == 0, "\(live.output) \(live.errors)")
            #expect(live.output.contains("desiredReplicas: 4"), "\(live.output)")
            #expect(live.output.contains("orders of 100 in all expected by"), "\(live.output)")
            // Decided again from what was saved, with no network.
            #expect(try await Call.inProcess(plan + ["--observation", saved]).output == live.output)
            // Without the prediction the metrics are enough.
            let plain = try world.write(
                "plain.yaml", Self.manifest.replacing(/\ \ prediction: .*\n/, with: ""))
            let reactive = try await Call.inProcess(["plan", "-f", plain, "-o", "yaml"] + world.servers)
            #expect(reactive.output.contains("desiredReplicas: 2"), "\(reactive.output)")
        }
    }

    /// The row of the dashboard that the demo has nothing for: a prediction, and a guard that holds what it asks for.
    @Test func theDashboardShowsGuardsAndForecasts() async throws {
        let document = try JSONValue(
            parsing: [UInt8](
                Data(contentsOf: URL(filePath: RepositoryPath.root + "/manifests/monitoring/dashboard.json"))))
        let panels = try #require(document["panels"]?.arrayValue)
        let row = try #require(panels.firstIndex { $0["title"] == "Guards and forecasts" })
        let queries = panels[(row + 1)...].prefix { $0["type"] != "row" }.flatMap { $0["targets"]?.arrayValue ?? [] }
            .compactMap { $0["expr"]?.stringValue }
        try #require(queries.count > 5)
        try await Self.withPast { world in
            // A second kitchen, so that there is a crowd.
            var second = ByteBites.deploymentObject
            second[path: ["metadata", "name"]] = "second"
            for labels in [["spec", "selector", "matchLabels"], ["spec", "template", "metadata", "labels"]] {
                second[path: labels] = ["app": "second"]
            }
            try await world.store.create(.deployments, namespace: "default", second)
            let other = Self.manifest.replacing("name: kitchen,", with: "name: second,")
                .replacing("order-service-deployment", with: "second")
            let manifest = try world.write("kitchen.yaml", Self.manifest + "---\n" + other)
            let guards = "simultaneousChange: {share: 50, atLeast: 2, direction: Up, holdSeconds: 600}"
            let config = try world.write("config.yaml", "guards: {\(guards)}\n")
            let errors = TextSink.keeping()
            let console = Console(output: .keeping(), errors: errors)
            let words = [
                "run", "-f", manifest, "--config", config, "--shadow", "--sync-period", "500ms",
                "--metrics-bind-address", "127.0.0.1:0",
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [world] in _ = try? await Program().run(words + world.servers, console) }
                defer { group.cancelAll() }
                for _ in 0..<3_000 where !errors.text.contains("event=crowd-held") {
                    try await Task.sleep(for: .milliseconds(10))
                }
                let address = try #require(
                    errors.text.firstMatch(of: /metrics=http:\/\/([^\/]+)\//)?.1, "\(errors.text)")
                let target = PrometheusProcess.Target(job: "swiftlet", address: String(address))
                try await PrometheusProcess.run(scraping: [target], interval: .milliseconds(250)) { prometheus in
                    let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
                    let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: client)
                    var missing = queries
                    for _ in 0..<300 where !missing.isEmpty {
                        try await Task.sleep(for: .milliseconds(200))
                        var left: [String] = []
                        for query in missing where try await Self.isEmpty(query, api) { left.append(query) }
                        missing = left
                    }
                    await client.shutDown()
                    #expect(missing == [], "\(errors.text)")
                }
            }
        }
    }

    /// Asks what Grafana would ask, with shorter looks back than an hour's run would have.
    private static func isEmpty(_ query: String, _ api: PrometheusAPI) async throws -> Bool {
        var query = query.replacing("offset 1m", with: "offset 1s")
        for variable in ["job", "namespace", "autoscaler"] { query = query.replacing("$\(variable)", with: ".*") }
        guard case .vector(let vector) = try await api.ask(QueryRequest(query)).result else { return true }
        return vector.isEmpty
    }
}
