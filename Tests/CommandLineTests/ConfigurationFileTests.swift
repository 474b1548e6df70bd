import FoundationEssentials
import Testing

/// `--config`, and what annotations say in its place, through `plan` and `run`.
@Suite(.timeLimit(.minutes(1))) struct ConfigurationFileTests {
    static func hpa(_ metric: String, annotations: String = "{}") -> String {
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: order-service-hpa
          annotations: \(annotations)
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: order-service-deployment}
          minReplicas: 2
          maxReplicas: 10
          metrics: [\(metric)]

        """
    }

    static let cores =
        "{type: External, external: {metric: {name: used-cores}, target: {type: AverageValue, averageValue: 50m}}}"

    /// 2 pods at 95m are 0.19 cores: over 50m each, 3.8, rounded up to 4.
    @Test func aRuleAsksForANameThatPrometheusDoesNotHave() async throws {
        try await PlanWorld.run { world in
            let manifest = try world.write("cores.yaml", Self.hpa(Self.cores))
            let config = try world.write(
                "config.yaml",
                """
                metricRules:
                - type: External
                  name: used-*
                  query: sum(rate(container_cpu_usage_seconds_total{{{matchers}}}[{{window}}]))
                  window: 90s

                """)
            let without = try await Call.inProcess(["plan", "-f", manifest] + world.servers)
            #expect(without.code == 1)
            let said = without.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(said.contains("\"used-cores\" is no metric name of Prometheus"), "\(said)")
            let call = try await Call.inProcess(["plan", "-f", manifest, "--config", config] + world.servers)
            #expect(call.code == 0)
            #expect(call.output.contains("2 → 4"), "\(call.output)")
        }
    }

    @Test(arguments: [
        (
            "{metric-config.external.used-cores.prometheus/query: 'sum(rate(container_cpu_usage_seconds_total[2m]))'}",
            "2 → 4"
        ),
        (
            "{metric-config.external.used-cores.prometheus/query: up, "
                + "metric-config.external.used-cores.prometheus/prometheus-server: 'http://elsewhere'}",
            "the annotation metric-config.external.used-cores.prometheus/prometheus-server is not understood; of these "
                + "only metric-config.external.used-cores.prometheus/query is"
        ),
        (
            "{metric-config.external.used-cores.more.prometheus/query: up, other: x}",
            "\"used-cores\" is no metric name of Prometheus"
        ),
    ])
    func annotationsBringQueries(annotations: String, words: String) async throws {
        try await PlanWorld.run { world in
            let manifest = try world.write("cores.yaml", Self.hpa(Self.cores, annotations: annotations))
            let call = try await Call.inProcess(["plan", "-f", manifest] + world.servers)
            let said = call.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(said.contains(words), "\(said)")
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var fault: String
        var testDescription: String { fault }
    }

    @Test(arguments: [
        Case(text: "metricRule: []", fault: "1:1: metricRule: unknown field, did you mean metricRules?"),
        Case(
            text: "metricRules:\n- {type: Pod, name: a, query: up}",
            fault: "2:10: metricRules[0].type: 'Pod' is none of Pods, Object, External"),
        Case(
            text: "metricRules:\n- {type: Pods, name: a*b*, query: up}",
            fault: "2:22: metricRules[0].name: 'a*b*' is no name of a metric with at most one *"),
        Case(
            text: "metricRules:\n- type: Pods\n  name: a\n  query: 'sum({{nam}})'",
            fault:
                "4:10: metricRules[0].query: at character 5: {{nam}} is not known; there are {{name}}, {{captured}}, "
                + "{{matchers}}, {{window}}, {{namespace}}, {{object}}"),
        Case(
            text: "metricRules:\n- {type: Pods, name: a, query: '{{captured}}_total'}",
            fault: "2:32: metricRules[0].query: {{captured}} is what the * of the name stands for, and a has none"),
        Case(
            text: "metricRules:\n- {type: Pods, name: a, query: 'a{b={{object}}}'}",
            fault:
                "2:32: metricRules[0].query: {{object}} is the object of an Object metric, and this is a rule for Pods"),
        Case(
            text: "metricRules:\n- {type: Pods, name: a, query: a, window: 5}",
            fault: "2:43: metricRules[0].window: must be a text, not the number 5; write it in quotes"),
        Case(
            text: "metricRules:\n- {type: Pods, name: a, query: a, window: 0s}",
            fault: "2:43: metricRules[0].window: '0s' is no duration over 0s such as 2m"),
    ])
    func whatIsWrongIsSaidWhereItStandsBeforeAnythingIsAsked(_ test: Case) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/config-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (config, manifest) = (folder + "/config.yaml", folder + "/hpa.yaml")
        try Data(test.text.utf8).write(to: URL(filePath: config))
        try Data(Self.hpa(Self.cores).utf8).write(to: URL(filePath: manifest))
        let kubeconfig =
            "{apiVersion: v1, kind: Config, current-context: a, users: [], contexts: [{name: a, context: {cluster: a}}], "
            + "clusters: [{name: a, cluster: {server: 'http://127.0.0.1:1'}}]}"
        try Data(kubeconfig.utf8).write(to: URL(filePath: folder + "/kubeconfig"))
        for command in ["plan", "run"] {
            let call = try await Call.inProcess([
                command, "-f", manifest, "--config", config, "--kubeconfig", folder + "/kubeconfig",
            ])
            #expect(call.code == 1, "\(command)")
            #expect(call.errors.contains("\(config):\(test.fault)\n"), "\(call.errors)")
        }
        try FileManager.default.removeItem(atPath: folder)
    }
}
