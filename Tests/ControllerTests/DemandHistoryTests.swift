import Autoscaling
import FoundationEssentials
import HTTPTransport
import Journal
import KubernetesTypes
import LoopbackClient
import MiniCluster
import PrometheusClient
import RealPrometheus
import Replay
import Testing

@testable import Controller

/// Histories out of a real Prometheus that has them, and a controller that scales by them.
@Suite(.timeLimit(.minutes(2))) struct DemandHistoryTests {
    // MARK: - What is asked

    struct Question: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind = "Deployment"
        var metric: MetricSpec
        var policy = PredictionPolicy()
        var expected: Result<String, HistoryQuestion.Fault>
    }

    static let cpu = MetricSpec(source: .resource(name: "cpu"), target: .utilization(70))

    static func cpuExpression(_ pods: String, window: String = "300000ms") -> String {
        "sum (rate(container_cpu_usage_seconds_total{container!=\"\",container!=\"POD\",namespace=\"shop\",pod=~\"\(pods)\"}"
            + "[\(window)]))"
    }

    static let questions: [Question] = [
        Question(
            testDescription: "cpu of a Deployment", metric: cpu,
            expected: .success(cpuExpression("web\\\\.v1-[a-z0-9]{1,10}-[a-z0-9]{5}"))),
        Question(
            testDescription: "cpu of a StatefulSet", kind: "StatefulSet", metric: cpu,
            expected: .success(cpuExpression("web\\\\.v1-[0-9]+"))),
        Question(
            testDescription: "cpu by the hour", kind: "ReplicaSet", metric: cpu,
            policy: PredictionPolicy(seasons: [.hour]),
            expected: .success(cpuExpression("web\\\\.v1-[a-z0-9]{5}", window: "120000ms"))),
        Question(
            testDescription: "a metric from outside",
            metric: MetricSpec(
                source: .external(MetricIdentifier(name: "queue_depth")), target: .averageValue(milli: 1_000)),
            expected: .success("sum (queue_depth{namespace=~\"shop|\"})")),
        Question(
            testDescription: "a query", metric: query("sum(orders)"), expected: .success("sum(orders)")),
        Question(
            testDescription: "a query whose nothing is zero", metric: query("sum(orders)", .zero),
            expected: .success("sum (sum(orders)) or vector(0)")),
        Question(
            testDescription: "a query of its own for the past", metric: cpu,
            policy: PredictionPolicy(query: "sum(cores:past)"), expected: .success("sum(cores:past)")),
        Question(
            testDescription: "a metric of the pods",
            metric: MetricSpec(
                source: .pods(MetricIdentifier(name: "orders")), target: .averageValue(milli: 1_000)),
            expected: .failure(.init(text: "write prediction.query, the total over the target's pods"))),
    ]

    static func query(_ text: String, _ whenEmpty: PrometheusQuery.WhenEmpty = .error) -> MetricSpec {
        MetricSpec(
            source: .prometheus(PrometheusQuery(query: text, whenEmpty: whenEmpty)), target: .averageValue(milli: 1_000)
        )
    }

    @Test(arguments: questions) func whatIsAskedForThePast(_ test: Question) {
        let autoscaler = Autoscaler(
            key: AutoscalerKey(namespace: "shop", name: "web"),
            spec: AutoscalerSpec(
                scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: test.kind, name: "web.v1"),
                minReplicas: 1, maxReplicas: 5, metrics: [test.metric],
                extensions: ScalingExtensions(prediction: test.policy)))
        let asked = Result { () throws(HistoryQuestion.Fault) in
            try HistoryQuestion(for: autoscaler, ControllerConfiguration())?.expression ?? ""
        }
        #expect(asked == test.expected)
    }

    // MARK: - A real Prometheus

    /// Eight days of two pods of the order service, and of pods of others: a tenth of a core each, and from 18:00 on four
    /// tenths, up to the moment at which the cluster of the tests begins.
    private static var openMetrics: String {
        let pods: [(name: String, share: Double)] = [
            ("\(ByteBites.deploymentName)-6f9d8c7b54-x2k9p", 1), ("\(ByteBites.deploymentName)-77bb5d9c4f-q8w7e", 1),
            ("\(ByteBites.deploymentName)-canary-0", 50), ("other-6f9d8c7b54-x2k9p", 50),
        ]
        let start = ByteBites.start.nanoseconds / 1_000_000_000
        var text = "# TYPE container_cpu_usage_seconds counter\n"
        for pod in pods {
            var counter = 0.0
            for second in stride(from: start - 8 * 86_400, through: start + 3_600, by: 120) {
                let isRush = second % 86_400 > 64_800
                text +=
                    "container_cpu_usage_seconds_total{namespace=\"bytebites\",pod=\"\(pod.name)\",container=\"app\"} "
                    + "\(counter) \(second)\n"
                counter += 120 * pod.share * (isRush ? 0.4 : 0.1)
            }
        }
        return text + "# EOF\n"
    }

    private static func withHistory(_ body: (PrometheusAPI) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/history-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(openMetrics.utf8).write(to: URL(filePath: folder + "/data.om"))
        let promtool = try #require(ChildProcess.find("promtool"))
        let made = try await ChildProcess.run(
            promtool, ["tsdb", "create-blocks-from", "openmetrics", folder + "/data.om", folder + "/data"])
        try #require(made.status == 0, "\(made.errors)")
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let outcome: Result<Void, any Error>
        do {
            try await PrometheusProcess.run(
                scraping: [], data: folder + "/data", arguments: ["--storage.tsdb.retention.time=100y"]
            ) { prometheus in
                let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
                try await body(api)
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await transport.shutDown()
        try outcome.get()
    }

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func aControllerIsReadyForARushThatPrometheusHasSeen() async throws {
        try await Self.withHistory { api in
            try await World.run { world in
                var autoscaler = world.autoscaler
                autoscaler.spec.extensions = ScalingExtensions(
                    prediction: PredictionPolicy(seasons: [.day], lookAheadSeconds: 240))
                let histories = DemandHistories(api)
                let reconciler = Reconciler(
                    view: ClusterObserver(client: world.client, concurrency: 4), client: world.client,
                    metrics: world.metrics, histories: histories)
                let folder = FileManager.default.temporaryDirectory.path
                let path = folder + "/forecasts-\(UUID().uuidString).jsonl"
                defer { try? FileManager.default.removeItem(atPath: path) }
                let header = TraceHeader(
                    writtenBy: "test", flags: ControllerConfiguration().flags, syncPeriod: .seconds(15))
                let journal = ControllerJournal(.init(path: path, header: header))
                var store = HistoryStore()
                var reports: [AutoscalerReport] = []
                for number in 0..<120 {
                    try await world.advance(to: number * 15)
                    let now = world.cluster.clock.now()
                    let round = try await reconciler.reconcile([autoscaler], store: &store, at: now)
                    reports += round.autoscalers
                    let report = TickReport(
                        number: number + 1, time: now, duration: .zero, autoscalers: round.autoscalers, warnings: [],
                        queryFailures: [], problems: [])
                    #expect(journal.record(report) == [])
                    await journal.drain()
                    // What a tick found missing is there for the next one.
                    await histories.refresh(at: now)
                }
                // The first tick waits for nothing.
                #expect(reports[0].observation.forecast == .missing("the history is being read from Prometheus"))
                let raised = try #require(
                    reports.first { report in
                        report.decision.prediction?.raises == true && report.decision.prediction?.replicas ?? 0 > 5
                    })
                let forecast = try #require(raised.decision.prediction?.forecast)
                // On the way from two pods at 0.1 cores to two at 0.4, before the clock says 18:00; those of others, which use
                // 5 cores at the least, are not counted.
                #expect((200...820).contains(forecast.milliTotal) && forecast.errorPercent < 10, "\(forecast)")
                let needed = (Double(forecast.milliTotal) / 70).rounded(.up)
                #expect(raised.decision.prediction?.replicas == Int32(needed))
                let six = ByteBites.start.advanced(bySeconds: 1_800)
                #expect(raised.decision.time < six && raised.decision.time >= six.advanced(bySeconds: -600))
                #expect(raised.decision.desiredReplicas > raised.decision.currentReplicas)
                #expect(raised.report.status.conditions.isTrue(.predictionActive))
                // What was foreseen is in the journal, so that it decides again as it did, with no Prometheus.
                let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
                let results = try TraceReplay().run(ByteSource(bytes: bytes, name: "journal.jsonl"))
                #expect(
                    results.first?.outcome.agreement
                        == Agreement(isSamePolicy: true, compared: reports.count, differing: 0))
            }
        }
    }

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func whatCannotBeReadIsNoForecastAndNoFailure() async throws {
        try await Self.withHistory { api in
            let now = ByteBites.start
            for (query, reason) in [
                ("container_cpu_usage_seconds_total", "the query yields 4 series where one number is needed"),
                ("sum(", "Prometheus cannot read the query"), ("sum(nothing)", "0 past days"),
            ] {
                var limits = DemandHistories.Limits()
                limits.concurrency = 3
                let histories = DemandHistories(api, limits: limits)
                let autoscaler = Autoscaler(
                    key: AutoscalerKey(namespace: "bytebites", name: "web"),
                    spec: AutoscalerSpec(
                        scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1,
                        maxReplicas: 5, metrics: [Self.cpu],
                        extensions: ScalingExtensions(
                            prediction: PredictionPolicy(seasons: [.day], query: query))))
                let wanted = [DemandHistories.Wanted(autoscaler: autoscaler, pods: PodSet())]
                _ = await histories.forecasts(for: wanted, ControllerConfiguration(), at: now)
                await histories.refresh(at: now)
                let reading = await histories.forecasts(for: wanted, ControllerConfiguration(), at: now)
                guard case .missing(let text)? = reading.first ?? nil else {
                    Issue.record("\(query): \(reading)")
                    continue
                }
                #expect(text.contains(reason), "\(text)")
            }
            // More than is kept at once is refused, and told.
            var limits = DemandHistories.Limits()
            limits.points = 100
            let histories = DemandHistories(api, limits: limits)
            var autoscaler = Autoscaler(
                key: AutoscalerKey(namespace: "bytebites", name: "web"),
                spec: AutoscalerSpec(
                    scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "web"), minReplicas: 1,
                    maxReplicas: 5, metrics: [Self.cpu]))
            autoscaler.spec.extensions = ScalingExtensions(prediction: PredictionPolicy())
            let readings = await histories.forecasts(
                for: [.init(autoscaler: autoscaler, pods: PodSet())], ControllerConfiguration(), at: now)
            #expect(readings == [.missing("more histories than are kept at once")])
        }
    }
}
