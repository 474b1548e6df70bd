import CommandLine
import FoundationEssentials
import Glibc
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

    /// As a kubelet changes a mounted ConfigMap: a link is put in the place of another.
    @Test func runTakesWhatHasChangedAndKeepsTheLastGoodContent() async throws {
        try await PlanWorld.run { world in
            let manifest = try world.write("cores.yaml", Self.hpa(Self.cores))
            let config = world.folder + "/config.yaml"
            func mount(_ query: String, _ version: Int, _ more: String = "") throws {
                let folder = world.folder + "/\(version)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let text = "metricRules:\n- {type: External, name: used-cores, query: '\(query)'}\n"
                _ = try world.write("\(version)/config.yaml", text + more)
                let link = world.folder + "/link"
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder + "/config.yaml")
                #expect(rename(link, config) == 0)
            }
            // Two pods and 50m for each: 0.1 keeps the size, and 0.19 wants four.
            try mount("0.1 * sum(container_cpu_usage_seconds_total) / sum(container_cpu_usage_seconds_total)", 1)
            let checked = try await Call.inProcess(["validate", config])
            #expect(checked.output.hasSuffix("configuration: 1 rule\n1 file of configuration, 1 valid\n"))
            let errors = TextSink.keeping()
            let console = Console(output: .keeping(), errors: errors)
            let words = [
                "run", "-f", manifest, "--config", config, "--shadow", "--sync-period", "20ms", "--log-level", "debug",
                "--metrics-bind-address", "off",
            ]
            func told(_ text: String) async throws {
                for _ in 0..<3_000 where !errors.text.contains(text) { try await Task.sleep(for: .milliseconds(10)) }
                try #require(errors.text.contains(text), "\(errors.text.suffix(2_000))")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await Program().run(words + world.servers, console) }
                defer { group.cancelAll() }
                try await told("event=tick number=3 ")
                #expect(!errors.text.contains("would-scale"))
                try mount("sum({{nam}})", 2)
                try await told("{{nam}} is not known; there are")
                try await told("; the last good configuration stays in force")
                #expect(!errors.text.contains("event=configuration"))
                try mount("sum(rate(container_cpu_usage_seconds_total[2m]))", 3)
                try await told("event=configuration file=\(config)\n")
                try await told("event=recovered subject=controller")
                try await told("event=would-scale")
                #expect(errors.text.contains("from=2 to=4"), "\(errors.text.suffix(2_000))")
                #expect(errors.text.components(separatedBy: "is not known").count == 2, "told more than once")
                // What connections are made by counts from the next start, which is said.
                try mount("vector(1)", 4, "prometheus: {queryTimeout: 3s}\n")
                try await told(
                    "prometheus.endpoints or queryTimeout has changed, which counts when swiftlet is started again")
                #expect(errors.text.components(separatedBy: "event=configuration").count == 3)
            }
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
            text: "guards:\n  flapBudget: {reversals: 0, periodSeconds: 600}",
            fault: "2:27: guards.flapBudget.reversals: 0 is not from 1 to 64"),
        Case(
            text: "guards: {simultaneousChange: {share: 50}}",
            fault: "1:30: guards.simultaneousChange.holdSeconds: is missing, add it"),
        Case(
            text: "guards: {maxPodsPerMinute: 50}",
            fault: "1:10: guards.maxPodsPerMinute: unknown field, did you mean maxPodsAddedPerMinute?"),
        Case(
            text: "freeze: {direction: Sideways, until: '2026-03-13T20:00:00Z'}",
            fault: "1:21: freeze.direction: 'Sideways' is none of Up, Down, Both"),
        Case(
            text: "freeze: {until: tomorrow}",
            fault: "1:17: freeze.until: 'tomorrow' is no time such as 2026-03-13T20:00:00Z"),
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
        for command in ["plan", "run", "record"] {
            let own = command == "record" ? ["--from", "1h"] : ["--kubeconfig", folder + "/kubeconfig"]
            let call = try await Call.inProcess([command, "-f", manifest, "--config", config] + own)
            #expect(call.code == 1, "\(command)")
            #expect(call.errors.contains("--config: \(config):\(test.fault)\n"), "\(command): \(call.errors)")
        }
        // A misspelt section alone could be anything: validate takes it for a manifest, and it is none of these either.
        let check = try await Call.inProcess(["validate", config])
        #expect(check.code == 1)
        let isMeant = !test.text.hasPrefix("metricRule:")
        #expect(check.output.contains("\(config):\(test.fault)\n") == isMeant, "\(check.output)")
        try FileManager.default.removeItem(atPath: folder)
    }
}
