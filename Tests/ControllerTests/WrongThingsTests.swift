import Autoscaling
import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import LoopbackClient
import MiniCluster
import PrometheusClient
import RealPrometheus
import Testing

@testable import Controller

/// `Prometheus` metrics of a HorizontalAutoscaler in the cluster, through a controller that watches it and a real
/// Prometheus: what is wrong with one is said in its status, and nothing is written to its target.
@Suite(.timeLimit(.minutes(2)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct WrongThingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var query: String
        /// Parts of what the condition says beside the query.
        var words: [String]
    }

    static let cases = [
        Case(
            testDescription: "a wrong query", query: "sum(queue_depth",
            words: ["Prometheus cannot read the query (HTTP 400, bad_data)", "unclosed left parenthesis"]),
        Case(testDescription: "a wrong function", query: "total(queue_depth)", words: ["unknown function"]),
        Case(testDescription: "an unknown metric", query: "sum(queue_length)", words: ["the query yields nothing"]),
        Case(
            testDescription: "a label that matches nothing", query: "queue_depth{queue=\"gone\"}",
            words: ["the query yields nothing", "check the names and labels"]),
        Case(
            testDescription: "several series", query: "queue_depth",
            words: ["the query yields 2 series where one number is needed", "queue=\"mail\"", "queue=\"orders\""]),
        Case(testDescription: "NaN", query: "sum(queue_depth) * NaN", words: ["the query yields NaN"]),
        Case(testDescription: "infinity", query: "sum(queue_depth) / 0", words: ["the query yields +Inf"]),
        Case(testDescription: "a range", query: "queue_depth[5m]", words: ["yields a matrix"]),
        Case(testDescription: "a text", query: "\"90\"", words: ["yields a string"]),
        Case(
            testDescription: "a join of many", query: "queue_depth * on () queue_depth",
            words: ["Prometheus cannot evaluate the query (HTTP 422, execution)"]),
    ]

    private static func metrics(_ query: String) -> JSONValue {
        [
            [
                "type": "Prometheus",
                "prometheus": [
                    "query": .string(query), "target": ["type": "AverageValue", "averageValue": "30"],
                ],
            ]
        ]
    }

    @Test func eachIsToldInTheStatusAndNothingIsScaled() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/wrong-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let start = ByteBites.start.nanoseconds / 1_000_000_000
        let lines = stride(from: start - 60, through: start + 600, by: 15)
        let text =
            "# TYPE queue_depth gauge\n" + lines.map { "queue_depth{queue=\"orders\"} 70 \($0)\n" }.joined()
            + lines.map { "queue_depth{queue=\"mail\"} 20 \($0)\n" }.joined() + "# EOF\n"
        try Data(text.utf8).write(to: URL(filePath: folder + "/data.om"))
        let promtool = try #require(ChildProcess.find("promtool"))
        let made = try await ChildProcess.run(
            promtool, ["tsdb", "create-blocks-from", "openmetrics", folder + "/data.om", folder + "/data"])
        try #require(made.status == 0, "\(made.errors)")
        try await PrometheusProcess.run(
            scraping: [], data: folder + "/data", arguments: ["--storage.tsdb.retention.time=100y"]
        ) { prometheus in
            let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
            try await CachedWorld.run(
                .horizontalAutoscaler, extensions: ["metrics": Self.metrics("sum(queue_depth)")]
            ) { cached, watchers in
                var world = cached.world
                world.metrics = SnapshotCollector(api)
                var watcher = watchers[0]
                for (number, test) in Self.cases.enumerated() {
                    try await Self.ask(test.query, cached)
                    try await world.advance(to: (number + 1) * 15)
                    try await watcher.settle(world, kind: .customAutoscalers)
                    let report = try await watcher.tick(world)
                    #expect(report.outcome == .kept, "\(test)")
                    let status = try #require(try await cached.object(.horizontalAutoscaler)["status"])
                    let condition = status["conditions"]?.arrayValue?.first { $0["type"] == "ScalingActive" }
                    #expect(condition?["status"] == "False" && condition?["reason"] == "FailedGetPrometheusMetric")
                    let message = condition?["message"]?.stringValue ?? ""
                    for word in test.words + [test.query] { #expect(message.contains(word), "\(test): \(message)") }
                }
                #expect(world.patches.withLock { $0 } == Self.cases.count, "statuses alone are written")
                #expect(try await world.replicas == 2)
                // And a right one scales: 90 in all, 30 for each pod.
                try await Self.ask("sum(queue_depth)", cached)
                try await world.advance(to: (Self.cases.count + 1) * 15)
                try await watcher.settle(world, kind: .customAutoscalers)
                #expect(try await watcher.tick(world).outcome == .scaled(from: 2, to: 3))
                #expect(try await world.replicas == 3)
            }
            await transport.shutDown()
        }
    }

    private static func ask(_ query: String, _ cached: CachedWorld) async throws {
        let metrics = metrics(query)
        try await cached.world.cluster.store.update(
            .customAutoscalers, namespace: cached.world.cluster.namespace, name: ByteBites.autoscalerName
        ) { object in
            var object = object
            object[path: ["spec", "metrics"]] = metrics
            return object
        }
    }
}
