import Autoscaling
import PrometheusClient
import Testing

/// What is asked of Prometheus for a metric that has a name, as whole texts.
@Suite struct MetricQuestionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var source: MetricSource
        var namespaces = ["shop"]
        var value: String
        var time: String?
        var window = Duration.zero
    }

    typealias Requirement = LabelSelector.Requirement

    static func identifier(_ name: String, _ labels: [String: String] = [:], _ more: [Requirement] = [])
        -> MetricIdentifier
    {
        MetricIdentifier(name: name, selector: LabelSelector(matchLabels: labels, matchExpressions: more))
    }

    static func object(_ kind: String, _ name: String) -> CrossVersionObjectReference {
        CrossVersionObjectReference(apiVersion: "v1", kind: kind, name: name)
    }

    static let byDefault: [Case] = [
        Case(
            testDescription: "a gauge of pods", source: .pods(MetricIdentifier(name: "open_orders")),
            value: #"sum by (namespace, pod) (open_orders{namespace="shop"})"#,
            time: #"max by (namespace, pod) (timestamp(open_orders{namespace="shop"}))"#),
        Case(
            testDescription: "a counter of pods in two namespaces",
            source: .pods(identifier("http_requests_total", ["verb": "GET"])), namespaces: ["a.b", "shop"],
            value: #"sum by (namespace, pod) "#
                + #"(rate(http_requests_total{namespace=~"a\\.b|shop",verb="GET"}[120000ms]))"#,
            time: #"max by (namespace, pod) (timestamp(http_requests_total{namespace=~"a\\.b|shop",verb="GET"}))"#,
            window: .seconds(120)),
        Case(
            testDescription: "an Ingress",
            source: .object(MetricIdentifier(name: "requests_total"), describedObject: object("Ingress", "main")),
            value: #"sum (rate(requests_total{namespace="shop",ingress="main"}[120000ms]))"#,
            time: #"max (timestamp(requests_total{namespace="shop",ingress="main"}))"#, window: .seconds(120)),
        Case(
            testDescription: "a Node, which is in no namespace",
            source: .object(MetricIdentifier(name: "node_load1"), describedObject: object("Node", "n1")),
            value: #"sum (node_load1{node="n1"})"#, time: #"max (timestamp(node_load1{node="n1"}))"#),
        Case(
            testDescription: "outside the cluster", source: .external(MetricIdentifier(name: "queue_depth")),
            value: #"sum (queue_depth{namespace=~"shop|"})"#,
            time: #"max (timestamp(queue_depth{namespace=~"shop|"}))"#),
        Case(
            testDescription: "a selector with everything",
            source: .external(
                identifier(
                    "queue_depth", ["queue": "orders", "env": "live"],
                    [
                        Requirement(key: "region", operator: "In", values: ["eu.west", "us|east"]),
                        Requirement(key: "zone", operator: "In", values: ["a.b"]),
                        Requirement(key: "tier", operator: "NotIn", values: ["test", "dev"]),
                        Requirement(key: "vhost", operator: "Exists"),
                        Requirement(key: "draining", operator: "DoesNotExist"),
                    ])),
            value: #"sum (queue_depth{namespace=~"shop|",env="live",queue="orders","#
                + #"region=~"eu\\.west|us\\|east",zone="a.b",tier!~"test|dev",vhost!="",draining=""})"#,
            time: #"max (timestamp(queue_depth{namespace=~"shop|",env="live",queue="orders","#
                + #"region=~"eu\\.west|us\\|east",zone="a.b",tier!~"test|dev",vhost!="",draining=""}))"#),
        Case(
            testDescription: "a selector that names the namespace",
            source: .external(identifier("queue_depth", ["namespace": "rabbitmq"])),
            value: #"sum (queue_depth{namespace="rabbitmq"})"#,
            time: #"max (timestamp(queue_depth{namespace="rabbitmq"}))"#),
        Case(
            testDescription: "values that try to leave their quotes",
            source: .object(
                identifier("m", ["a": #"x"} or vector(1e9) or m{a=""#]),
                describedObject: object("Service", "web\"}) or up or (m{\\")),
            value: #"sum (m{namespace="shop",service="web\"}) or up or (m{\\","#
                + #"a="x\"} or vector(1e9) or m{a=\""})"#,
            time: #"max (timestamp(m{namespace="shop",service="web\"}) or up or (m{\\","#
                + #"a="x\"} or vector(1e9) or m{a=\""}))"#),
        Case(
            testDescription: "patterns that try to match everything",
            source: .external(
                identifier("m", [:], [Requirement(key: "a", operator: "In", values: [".*", #"")|up"#])])),
            value: #"sum (m{namespace=~"shop|",a=~"\\.\\*|\"\\)\\|up"})"#,
            time: #"max (timestamp(m{namespace=~"shop|",a=~"\\.\\*|\"\\)\\|up"}))"#),
    ]

    static let byRule: [Case] = [
        Case(
            testDescription: "what the star stands for", source: .pods(MetricIdentifier(name: "orders_per_second")),
            value: #"sum by (namespace, pod) (rate(orders_total{namespace="shop"}[300000ms]))"#,
            window: .seconds(300)),
        Case(
            testDescription: "a name that is no name of Prometheus", source: .external(identifier("queue-length")),
            value: #"sum(rabbitmq_queue_messages{namespace=~"shop|",vhost="/"})"#),
        Case(
            testDescription: "an object by name",
            source: .object(
                MetricIdentifier(name: "latency"), describedObject: object("Service", #"w"eb"#)),
            value: #"histogram_quantile(0.95, sum by (le) (rate(latency_bucket{svc="w\"eb",ns="shop"}[2m])))"#),
    ]

    static func rules() throws -> MetricRules {
        func rule(_ type: MetricRule.MetricType, _ name: String, _ query: String, _ window: Duration? = nil) throws
            -> MetricRule
        {
            MetricRule(
                type: type, name: try #require(MetricRule.NamePattern(name)), query: try MetricTemplate(query),
                window: window)
        }
        return MetricRules([
            try rule(
                .pods, "*_per_second", "sum by (namespace, pod) (rate({{captured}}_total{{{matchers}}}[{{window}}]))",
                .seconds(300)),
            try rule(.external, "queue-length", #"sum(rabbitmq_queue_messages{{{ matchers }},vhost="/"})"#),
            try rule(.external, "shown-*", "sum({{name}}{{{matchers}}})"),
            try rule(
                .object, "latency",
                "histogram_quantile(0.95, sum by (le) (rate({{name}}_bucket{svc={{object}},ns={{namespace}}}[2m])))"),
        ])
    }

    static func ask(_ rules: MetricRules, _ source: MetricSource, _ namespaces: [String]) throws(MetricQuestionFault)
        -> MetricQuestion
    {
        switch source {
        case .pods(let identifier): return try rules.pods(identifier, namespaces: namespaces)
        case .object(let identifier, let object):
            return try rules.object(identifier, object, namespace: namespaces[0])
        case .external(let identifier): return try rules.external(identifier, namespace: namespaces[0])
        default: throw .metric("not by name")
        }
    }

    @Test(arguments: byDefault) func aNameIsAQuestionWithoutAnyConfiguration(_ test: Case) throws {
        let asked = try Self.ask(MetricRules(), test.source, test.namespaces)
        #expect(asked == MetricQuestion(value: test.value, time: test.time, window: test.window))
    }

    @Test(arguments: byRule) func theFirstRuleForANameAsksInItsPlace(_ test: Case) throws {
        let asked = try Self.ask(try Self.rules(), test.source, test.namespaces)
        #expect(asked == MetricQuestion(value: test.value, time: test.time, window: test.window))
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var source: MetricSource
        var fault: MetricQuestionFault
        var testDescription: String { "\(fault)" }
    }

    @Test(arguments: [
        Fault(
            source: .external(identifier("queue_depth", ["app.kubernetes.io/name": "web"])),
            fault: .selector(
                "the selector's key \"app.kubernetes.io/name\" is no label name of Prometheus; write it as the series "
                    + "have it, with letters, digits and _ alone")),
        Fault(
            source: .external(identifier("m", [:], [Requirement(key: #"a"} or up{b"#, operator: "Exists")])),
            fault: .selector(
                #"the selector's key "a\"} or up{b" is no label name of Prometheus; write it as the series "#
                    + "have it, with letters, digits and _ alone")),
        Fault(
            source: .external(identifier("m", [:], [Requirement(key: "a", operator: "In")])),
            fault: .selector("the selector names no values for the key \"a\"")),
        Fault(
            source: .external(identifier("m", [:], [Requirement(key: "a", operator: "Like", values: ["b"])])),
            fault: .selector("\"Like\" is not a valid label selector operator")),
        Fault(
            source: .pods(MetricIdentifier(name: "up) or vector(1000")),
            fault: .metric(
                "\"up) or vector(1000\" is no metric name of Prometheus, and no rule of metricRules is for it; add one")
        ),
        Fault(
            source: .object(MetricIdentifier(name: "m"), describedObject: object("A-B", "x")),
            fault: .metric("the kind \"A-B\" cannot be a label of Prometheus, which it has to be")),
        Fault(
            source: .external(MetricIdentifier(name: "shown-up)or(x")),
            fault: .metric(
                "the rule for shown-* has {{name}} in its query, and \"shown-up)or(x\" cannot be part of a metric name "
                    + "of Prometheus; write the name of the series into the query")),
    ])
    func whatCannotBeAskedIsToldAndNothingIsAsked(_ test: Fault) throws {
        let rules = try Self.rules()
        #expect(throws: test.fault) { try Self.ask(rules, test.source, ["shop"]) }
    }

    @Test func aRuleWithItsOwnNamespaceIsAskedForOneAtATime() throws {
        let rules = MetricRules([
            MetricRule(
                type: .pods, name: try #require(MetricRule.NamePattern("*")),
                query: try MetricTemplate("sum by (pod) ({{name}}{ns={{namespace}}})"))
        ])
        #expect(!rules.joinsNamespaces(of: MetricIdentifier(name: "m")))
        #expect(MetricRules().joinsNamespaces(of: MetricIdentifier(name: "m")))
    }

    struct BadTemplate: Sendable, CustomTestStringConvertible {
        var text: String
        var offset: Int
        var words: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        BadTemplate(text: " ", offset: 0, words: "is empty, write a PromQL expression"),
        BadTemplate(text: "sum(a", offset: 3, words: "the bracket that opens here lacks its ')'"),
        BadTemplate(text: "a{b=\"c}", offset: 4, words: "the string that begins here has no end"),
        BadTemplate(text: "a{b=\"c\n\"}", offset: 4, words: "the string that begins here does not end in its line"),
        BadTemplate(text: "a{b='c\\\n'}", offset: 4, words: "the string that begins here does not end in its line"),
        BadTemplate(text: "a)", offset: 1, words: "this ')' closes nothing"),
        BadTemplate(text: "sum({{nam}})", offset: 4, words: "{{nam}} is not known"),
        BadTemplate(text: #"a{b=~"c\.d"}"#, offset: 7, words: "the escape that begins here is none of PromQL"),
        BadTemplate(text: #"a{b="\'"}"#, offset: 5, words: "the escape that begins here is none of PromQL"),
        BadTemplate(text: #"a{b='\xg0'}"#, offset: 5, words: "the escape that begins here is none of PromQL"),
        BadTemplate(text: #"a{b='\400'}"#, offset: 5, words: "the escape that begins here is none of PromQL"),
        BadTemplate(text: #"a{b='\ud800'}"#, offset: 5, words: "the escape that begins here is none of PromQL"),
        // An accent upon a quote leaves it one: here it ends the string.
        BadTemplate(
            text: "a{b=\"c\"\u{301}{{matchers}}\"}", offset: 20, words: "the string that begins here has no end"),
        BadTemplate(text: "sum({{name)", offset: 4, words: "the place that begins here lacks its '}}'"),
        BadTemplate(text: "sum({{matchers}})", offset: 4, words: "{{matchers}} belongs between the braces"),
        BadTemplate(text: "a{b=\"{{matchers}}\"}", offset: 5, words: "{{matchers}} belongs between the braces"),
        BadTemplate(text: "rate(a[5m]) * {{window}}", offset: 14, words: "{{window}} belongs between the brackets"),
        BadTemplate(text: "a{b=\"{{object}}\"}", offset: 5, words: "{{object}} brings its own quotes"),
        BadTemplate(text: "a{b=~ {{namespace}}}", offset: 6, words: "{{namespace}} is a text and no pattern"),
        BadTemplate(text: "a # {{name}}", offset: 2, words: "comments have no place"),
    ])
    func aTemplateThatCannotBeAQueryIsRefusedWhereItIsWrong(_ test: BadTemplate) {
        let fault = #expect(throws: MetricTemplate.Fault.self) { try MetricTemplate(test.text) }
        #expect(fault?.offset == test.offset)
        #expect(fault?.description.hasPrefix(test.words) == true, "\(fault?.description ?? "")")
    }
}
