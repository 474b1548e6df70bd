import Autoscaling
import HTTPService
import HTTPTransport
import Locking
import MiniCluster
import PrometheusClient
import RealPrometheus
import Testing

@testable import Controller

/// Decisions from metrics that have a name, over both APIs.
@Suite(.timeLimit(.minutes(2))) struct NamedMetricTests {
    enum Expected: Sendable {
        case replicas(Int32)
        /// Parts of the text of the failure.
        case failure([String])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var metric: MetricSpec
        var expected: Expected
    }

    static func external(_ name: String, _ labels: [String: String]? = nil, _ target: MetricTarget) -> MetricSpec {
        MetricSpec(
            source: .external(MetricIdentifier(name: name, selector: labels.map { LabelSelector(matchLabels: $0) })),
            target: target)
    }

    static func object(_ name: String, _ kind: String, _ object: String, _ target: MetricTarget) -> MetricSpec {
        MetricSpec(
            source: .object(
                MetricIdentifier(name: name),
                describedObject: CrossVersionObjectReference(apiVersion: "v1", kind: kind, name: object)),
            target: target)
    }

    static func pods(_ name: String, milli: Int64) -> MetricSpec {
        MetricSpec(source: .pods(MetricIdentifier(name: name)), target: .averageValue(milli: milli))
    }

    static func query(
        _ text: String, _ target: MetricTarget = .averageValue(milli: 30_000),
        whenEmpty: PrometheusQuery.WhenEmpty = .error
    ) -> MetricSpec {
        MetricSpec(source: .prometheus(PrometheusQuery(query: text, whenEmpty: whenEmpty)), target: target)
    }

    /// What a world exposes after some seconds: two pods of kitchen, two queues, an Ingress, and what is no number.
    static func samples(_ time: Double) -> [ExposedSample] {
        let pods = [("kitchen-0", 3.0), ("kitchen-1", 5.0)]
        return pods.flatMap { pod, speed in
            let labels = ["namespace": "bytebites", "pod": pod]
            return [
                ExposedSample("dishes_total", labels.merging(["table": "1"]) { $1 }, time * speed * 0.475),
                ExposedSample("dishes_total", labels.merging(["table": "2"]) { $1 }, time * speed * 0.475),
                ExposedSample("open_orders", labels, speed), ExposedSample("broken", labels, .nan),
            ]
        } + [
            ExposedSample("queue_depth", ["queue": "orders"], 70), ExposedSample("queue_depth", ["queue": "mail"], 20),
            ExposedSample("queue_depth", ["queue": "orders", "namespace": "elsewhere"], 5_000),
            ExposedSample("published_total", [:], time * 11.4),
            ExposedSample("hits", ["namespace": "bytebites", "ingress": "main"], 60),
            ExposedSample("hits", ["namespace": "elsewhere", "ingress": "main"], 999),
            ExposedSample("no_number", [:], .nan), ExposedSample("endless", [:], .infinity),
        ]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a gauge outside, over the pods",
            metric: external("queue_depth", nil, .averageValue(milli: 30_000)), expected: .replicas(3)),
        Case(
            testDescription: "a gauge outside, one series of it",
            metric: external("queue_depth", ["queue": "orders"], .value(milli: 10_000)), expected: .replicas(14)),
        Case(
            testDescription: "a counter outside, 11.4 a second",
            metric: external("published_total", nil, .averageValue(milli: 2_000)), expected: .replicas(6)),
        Case(
            testDescription: "a counter of pods, 3.8 a second each on average",
            metric: pods("dishes_total", milli: 2_000), expected: .replicas(4)),
        Case(testDescription: "a gauge of pods", metric: pods("open_orders", milli: 1_000), expected: .replicas(8)),
        Case(
            testDescription: "an Ingress of the namespace",
            metric: object("hits", "Ingress", "main", .value(milli: 20_000)), expected: .replicas(6)),
        Case(
            testDescription: "a query, over the pods", metric: query(#"sum(queue_depth{namespace=""})"#),
            expected: .replicas(3)),
        Case(
            testDescription: "a query, in all: twice the target on two pods",
            metric: query(#"sum(queue_depth{namespace=""}) / 3"#, .value(milli: 15_000)), expected: .replicas(4)),
        Case(testDescription: "a query of a scalar", metric: query("2 * 45"), expected: .replicas(3)),
        Case(
            testDescription: "a query of nothing that means zero",
            metric: query("queue_depth{queue=\"gone\"}", whenEmpty: .zero), expected: .replicas(0)),
        Case(
            testDescription: "a query of nothing", metric: query("queue_depth{queue=\"gone\"}"),
            expected: .failure([
                "unable to get metric queue_depth{queue=\"gone\"}: the query yields nothing",
                "query 'queue_depth{queue=\"gone\"}'", "whenEmpty: Zero",
            ])),
        Case(
            testDescription: "a query of several series", metric: query("dishes_total", whenEmpty: .zero),
            expected: .failure([
                "the query yields 4 series where one number is needed (dishes_total{", "table=\"1\"", " and 1 more)",
                "query 'dishes_total'",
            ])),
        Case(
            testDescription: "a query of NaN that is not zero", metric: query("no_number", whenEmpty: .zero),
            expected: .failure(["the query yields NaN, which is nothing to scale on; query 'no_number'"])),
        Case(
            testDescription: "a query of a range", metric: query("queue_depth[1m]"),
            expected: .failure(["matrix", "query 'queue_depth[1m]'"])),
        Case(
            testDescription: "a wrong query", metric: query("sum(queue_depth", whenEmpty: .zero),
            expected: .failure(["Prometheus cannot read the query (HTTP 400, bad_data)", "query 'sum(queue_depth'"])),
        Case(
            testDescription: "a label that matches nothing",
            metric: external("queue_depth", ["queue": "gone"], .value(milli: 1_000)),
            expected: .failure([
                "unable to get external metric bytebites/queue_depth/", "the query yields nothing",
                #"query 'sum (queue_depth{namespace=~"bytebites|",queue="gone"})'"#,
            ])),
        Case(
            testDescription: "an unknown metric",
            metric: object("nothing", "Service", "web", .value(milli: 1_000)),
            expected: .failure([
                "unable to get metric nothing: Service on bytebites web/the query yields nothing",
                #"query 'sum (nothing{namespace="bytebites",service="web"})'"#,
            ])),
        Case(
            testDescription: "pods without a series", metric: pods("nothing", milli: 1_000),
            expected: .failure([
                "unable to get metric nothing: no metrics returned from custom metrics API",
                "Prometheus has no series of the 2 pods",
                #"query 'sum by (namespace, pod) (nothing{namespace="bytebites"})'"#,
            ])),
        Case(
            testDescription: "NaN", metric: external("no_number", nil, .value(milli: 1_000)),
            expected: .failure(["the query yields NaN", "query 'sum (no_number{"])),
        Case(
            testDescription: "infinity", metric: external("endless", nil, .value(milli: 1_000)),
            expected: .failure(["the query yields +Inf", "query 'sum (endless{"])),
        Case(
            testDescription: "NaN of pods", metric: pods("broken", milli: 1_000),
            expected: .failure(["2 pods have NaN or infinity for a value"])),
        Case(
            testDescription: "a key that is no label",
            metric: external("queue_depth", ["app.kubernetes.io/name": "x"], .value(milli: 1_000)),
            expected: .failure(["the selector's key \"app.kubernetes.io/name\" is no label name"])),
    ]

    static func scrape(_ world: World, until last: Int) async {
        for second in stride(from: 0, through: last, by: 15) {
            await world.cluster.prometheus.scrape(
                ScrapeTarget(job: "kitchen", instance: "a"), samples(Double(second)),
                at: ByteBites.start.advanced(bySeconds: Int64(second)))
        }
    }

    static func kitchen(_ world: World, _ metrics: [MetricSpec]) -> Autoscaler {
        var autoscaler = world.autoscaler("kitchen")
        autoscaler.spec.metrics = metrics
        autoscaler.spec.maxReplicas = 20
        return autoscaler
    }

    static func check(_ test: Case, _ report: AutoscalerReport) {
        switch (test.expected, report.decision.metrics.first?.outcome) {
        case (.replicas(let expected), .proposal(let proposal)): #expect(proposal.replicas == expected)
        case (.failure(let words), .failed(let failure)):
            let text = failure.calculatorText(of: test.metric, namespace: report.autoscaler.key.namespace)
            for word in words { #expect(text.contains(word), "\(text)") }
            #expect(report.outcome == .kept)
        case (_, let outcome): Issue.record("\(test): \(String(describing: outcome))")
        }
    }

    @Test func everyMetricIsReadOrSaysWhyNotAndHindersNoOther() async throws {
        try await World.run { world in
            try await world.addDeployment("kitchen")
            try await world.advance(to: 180)
            await Self.scrape(world, until: 180)
            for test in Self.cases {
                var store = HistoryStore()
                let report = try #require(
                    try await world.tick(
                        &store, [Self.kitchen(world, [test.metric])], configuration: .init(isShadow: true)
                    )
                    .first)
                Self.check(test, report)
            }
        }
    }

    @Test func aSampleThatIsTooOldIsMissing() async throws {
        try await World.run { world in
            try await world.addDeployment("kitchen")
            await Self.scrape(world, until: 15)
            // Prometheus still shows what was scraped 265 s ago; the controller trusts 240 s.
            try await world.advance(to: 280)
            for metric in [
                Self.external("queue_depth", nil, .value(milli: 1_000)), Self.pods("open_orders", milli: 1_000),
            ] {
                var store = HistoryStore()
                let report = try #require(try await world.tick(&store, [Self.kitchen(world, [metric])]).first)
                #expect(report.outcome == .kept)
                #expect(report.report.error?.contains("older than 240 s") == true, "\(report.report.error ?? "")")
            }
        }
    }

    @Test func aQueryThatFailsIsTheProblemOfThoseWhoNeedIt() async throws {
        try await World.run { world in
            try await world.addDeployment("kitchen")
            try await world.advance(to: 180)
            await Self.scrape(world, until: 180)
            var configuration = ControllerConfiguration(isShadow: true)
            configuration.metricRules.rules = [
                MetricRule(
                    type: .external, name: try #require(MetricRule.NamePattern("bad")),
                    query: try MetricTemplate("sum(queue_depth[1m])"))
            ]
            var (bad, good) = (Self.kitchen(world, [Self.external("bad", nil, .value(milli: 1_000))]), world.autoscaler)
            bad.key.name = "bad"
            good.spec.metrics = [Self.external("queue_depth", nil, .averageValue(milli: 30_000))]
            var store = HistoryStore()
            let reports = try await world.tick(&store, [bad, good], configuration: configuration)
            #expect(reports.count == 2)
            let error = try #require(reports[0].report.error)
            #expect(error.contains("Prometheus cannot read the query (HTTP 400, bad_data)"), "\(error)")
            #expect(error.contains("query 'sum(queue_depth[1m])'"), "\(error)")
            #expect(reports[1].outcome == .withheld(from: 2, to: 3))
        }
    }

    @Test func whatSeveralAutoscalersNeedIsAskedOnce() throws {
        func autoscaler(_ namespace: String, _ name: String, _ metrics: [MetricSpec]) -> Autoscaler {
            Autoscaler(
                key: AutoscalerKey(namespace: namespace, name: name),
                spec: AutoscalerSpec(
                    scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: name),
                    minReplicas: 1, maxReplicas: 5, metrics: metrics))
        }
        let (orders, queue) = (Self.pods("orders", milli: 1), Self.external("queue", nil, .value(milli: 1)))
        let all = [
            autoscaler("a", "one", [orders, queue]), autoscaler("a", "two", [orders, queue]),
            autoscaler("b", "one", [orders]),
        ]
        #expect(
            MetricQuestions(for: all, rules: MetricRules()).expressions == [
                #"max (timestamp(queue{namespace=~"a|"}))"#,
                #"max by (namespace, pod) (timestamp(orders{namespace=~"a|b"}))"#, #"sum (queue{namespace=~"a|"})"#,
                #"sum by (namespace, pod) (orders{namespace=~"a|b"})"#,
            ])
        var rules = MetricRules()
        rules.rules = [
            MetricRule(
                type: .pods, name: try #require(MetricRule.NamePattern("orders")),
                query: try MetricTemplate("sum by (pod) ({{name}}{ns={{namespace}}})"))
        ]
        #expect(
            MetricQuestions(for: all, rules: rules).expressions.filter { $0.contains("orders") } == [
                #"sum by (pod) (orders{ns="a"})"#, #"sum by (pod) (orders{ns="b"})"#,
            ])
    }
}
