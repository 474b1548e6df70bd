import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import MiniCluster
import PrometheusClient
import RealPrometheus
import Testing

@testable import Controller

/// The same questions to the real Prometheus: what it scraped itself, and what its own rules recorded.
@Suite(.timeLimit(.minutes(2))) struct RealMetricTests {
    /// Counters that grow with the time, whenever they are scraped.
    private static func page(since start: ContinuousClock.Instant) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return NamedMetricTests.samples(seconds).map { sample in
            let labels = sample.labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
            let value = sample.value.isNaN ? "NaN" : sample.value.isInfinite ? "+Inf" : "\(sample.value)"
            return "\(sample.metric){\(labels)} \(value)\n"
        }.joined()
    }

    private static let rules = """
        groups:
        - name: kitchen
          rules:
          - record: kitchen:queue_depth:sum
            expr: sum(queue_depth{namespace=""})

        """

    private static let own: [NamedMetricTests.Case] = [
        .init(
            testDescription: "a recording rule",
            metric: NamedMetricTests.external("kitchen:queue_depth:sum", nil, .averageValue(milli: 30_000)),
            expected: .replicas(3)),
        .init(
            testDescription: "an unknown function", metric: NamedMetricTests.query("total(queue_depth)"),
            expected: .failure(["unknown function with name \"total\"", "query 'total(queue_depth)'"])),
    ]

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func theRealPrometheusAnswersAsTheEmbeddedOne() async throws {
        let start = ContinuousClock.now
        let exporter = try HTTPServer { _ in
            .text(Self.page(since: start), contentType: "text/plain; version=0.0.4")
        }
        let target = PrometheusProcess.Target(job: "kitchen", address: "127.0.0.1:\(exporter.port)")
        let outcome: Result<Void, any Error>
        do {
            try await PrometheusProcess.run(
                scraping: [target], interval: .milliseconds(500), rules: Self.rules
            ) { prometheus in
                try await World.run { try await Self.check($0, prometheus) }
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await exporter.stop()
        try outcome.get()
    }

    private static func check(_ world: World, _ prometheus: PrometheusProcess) async throws {
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
        // Rates need samples over most of their window, and the rule one evaluation.
        let isThere = QueryRequest("count_over_time(published_total[1m]) >= 12 and on () kitchen:queue_depth:sum == 90")
        var isReady = false
        for _ in 0..<600 {
            if case .vector(let vector) = try await api.ask(isThere).result, !vector.isEmpty {
                isReady = true
                break
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(isReady)
        var real = world
        real.metrics = SnapshotCollector(api)
        try await world.addDeployment("kitchen")
        let configuration = ControllerConfiguration(
            cpuRateWindow: .seconds(4), sampleAgeLimit: .seconds(60), isShadow: true)
        for test in NamedMetricTests.cases + own {
            var store = HistoryStore()
            let autoscaler = NamedMetricTests.kitchen(real, [test.metric])
            let now = Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970)
            let reports = try await real.reconciler(configuration).reconcile([autoscaler], store: &store, at: now)
            NamedMetricTests.check(test, try #require(reports.autoscalers.first))
        }
        await transport.shutDown()
    }
}
