import Autoscaling
import KubernetesTypes
import Manifests
import Testing

/// Metrics of type Prometheus, which only a HorizontalAutoscaler has.
@Suite struct PrometheusMetricTests {
    static func manifest(_ metric: String, custom: Bool = true) -> String {
        """
        apiVersion: \(custom ? "swiftlet.dev/v1alpha1" : "autoscaling/v2")
        kind: \(custom ? "HorizontalAutoscaler" : "HorizontalPodAutoscaler")
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 10
          metrics:
          - \(metric)

        """
    }

    static func read(_ text: String) -> ManifestSet {
        var set = ManifestSet()
        set.add(Array(text.utf8), file: "hza.yaml")
        return set
    }

    @Test func aQueryAndItsTargetAreRead() throws {
        let set = Self.read(
            Self.manifest(
                "{type: Prometheus, prometheus: {name: queue, query: 'sum(queue)', whenEmpty: Zero, "
                    + "target: {type: AverageValue, averageValue: 30}}}"))
        #expect(set.diagnostics.isEmpty)
        let spec = AutoscalerSpec(try #require(set.autoscalers.first?.autoscaler.spec))
        #expect(
            spec.metrics == [
                MetricSpec(
                    source: .prometheus(PrometheusQuery(name: "queue", query: "sum(queue)", whenEmpty: .zero)),
                    target: .averageValue(milli: 30_000))
            ])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var metric: String
        var custom = true
        var errors: [String]
        var testDescription: String { metric }
    }

    private static let onlyThere =
        "Forbidden: only a HorizontalAutoscaler (swiftlet.dev/v1alpha1) has metrics of type Prometheus; make it one "
        + "with 'swiftlet convert --to hza'"

    @Test(arguments: [
        Case(
            metric: "{type: Prometheus, prometheus: {query: up, target: {type: Value, value: 1}}}", custom: false,
            errors: ["hza.yaml:8:12: spec.metrics[0].type: \(onlyThere)"]),
        Case(
            metric: "{type: Resource, prometheus: {query: up, target: {type: Value, value: 1}}}", custom: false,
            errors: ["hza.yaml:8:22: spec.metrics[0].prometheus: \(onlyThere)"]),
        Case(
            metric: "{type: Prometheus}",
            errors: [
                "hza.yaml:8:5: spec.metrics[0].prometheus: Required value: must populate information for the given "
                    + "metric source"
            ]),
        Case(
            metric: "{type: Prometheus, prometheus: {query: ' ', whenEmpty: Nought, target: {type: Value}}}",
            errors: [
                "hza.yaml:8:44: spec.metrics[0].prometheus.query: Required value: must be a PromQL expression",
                "hza.yaml:8:68: spec.metrics[0].prometheus.target.value: Required value: must be set for the type Value",
                "hza.yaml:8:60: spec.metrics[0].prometheus.whenEmpty: Unsupported value: \"Nought\": supported values: "
                    + "\"Error\", \"Zero\"",
            ]),
        Case(
            metric: "{type: Prometheus, prometheus: {query: up, target: {type: Utilization, averageUtilization: 5}}}",
            errors: [
                "hza.yaml:8:63: spec.metrics[0].prometheus.target.type: Unsupported value: \"Utilization\": supported "
                    + "values: \"AverageValue\", \"Value\""
            ]),
        Case(
            metric: "{type: Prometheus, prometheus: {query: up, target: {type: Value, value: 1, averageValue: 1}}}",
            errors: [
                "hza.yaml:8:94: spec.metrics[0].prometheus.target.averageValue: Forbidden: may be set for the type "
                    + "AverageValue only"
            ]),
        Case(
            metric: "{type: Promtheus}",
            errors: [
                "hza.yaml:8:12: spec.metrics[0].type: Unsupported value: \"Promtheus\": supported values: "
                    + "\"ContainerResource\", \"External\", \"Object\", \"Pods\", \"Prometheus\", \"Resource\""
            ]),
    ])
    func whatIsWrongIsSaidWhereItStands(_ test: Case) {
        let set = Self.read(Self.manifest(test.metric, custom: test.custom))
        var seen: Set<String> = []
        #expect(set.diagnostics.map(\.description).filter { seen.insert($0).inserted } == test.errors)
        #expect(set.autoscalers.allSatisfy { !$0.isValid })
    }
}
