import KubernetesTypes
import Manifests
import MiniCluster
import Testing

/// The schema of the custom resource and the manifests agree on what a HorizontalPodAutoscaler does not have.
@Suite(.timeLimit(.minutes(2))) struct ExtensionSchemaTests {
    private static func schedule(_ changes: [String: JSONValue]) -> JSONValue {
        var schedule: JSONValue = ["name": "dinner", "cron": "30 17 * * FRI", "duration": "3h30m", "minReplicas": 3]
        for (name, value) in changes { schedule[name] = value.isNull ? nil : value }
        return ["schedules": [schedule]]
    }

    private static func fields(_ text: String) throws -> JSONValue {
        let node = try #require(YAMLParser.documents(of: Array(text.utf8), file: "fields.yaml").first)
        return JSONValue(OrderedValue(node))
    }

    private static let specs: [(fields: JSONValue, isAccepted: Bool)] = [
        (schedule([:]), true), (schedule(["timeZone": "America/Argentina/Buenos_Aires"]), true),
        (schedule(["minReplicas": 9]), false), (schedule(["minReplicas": 9, "maxReplicas": 9]), true),
        (schedule(["minReplicas": 9, "maxReplicas": 8]), false), (schedule(["minReplicas": .null]), false),
        (schedule(["minReplicas": 0]), false), (schedule(["name": .null]), false), (schedule(["cron": .null]), false),
        (schedule(["cron": ""]), false), (schedule(["duration": .null]), false), (schedule(["duration": "3 h"]), false),
        (["syncPeriodSeconds": 1], true), (["syncPeriodSeconds": 3600], true), (["syncPeriodSeconds": 0], false),
        (["syncPeriodSeconds": 3601], false), (schedule(["timeZone": "../etc/passwd"]), false),
        (["prediction": [:]], true),
        (["prediction": ["metric": "cpu", "seasons": ["Day", "Week"], "history": 12, "query": "sum(x)"]], true),
        (["prediction": ["seasons": ["Hour"], "lookAheadSeconds": 30, "maxErrorPercent": 100]], true),
        (["prediction": ["seasons": ["Hour", "Day"]]], false), (["prediction": ["seasons": ["Day", "Day"]]], false),
        (["prediction": ["seasons": []]], false), (["prediction": ["seasons": ["Month"]]], false),
        (["prediction": ["history": 1]], false), (["prediction": ["history": 13]], false),
        (["prediction": ["lookAheadSeconds": 29]], false), (["prediction": ["lookAheadSeconds": 3601]], false),
        (["prediction": ["maxErrorPercent": 0]], false), (["prediction": ["maxErrorPercent": 101]], false),
        (["prediction": ["metric": ""]], false), (["prediction": ["metric": "queue"]], false),
        (["prediction": ["query": ""]], false),
        (schedule(["name": .string(String(repeating: "d", count: 64))]), false),
    ]

    @Test func acceptsWhatManifestsAccept() async throws {
        let schema = try CustomResourceDefinitionTests.schema()
        let specs = try Self.specs + WrittenFields.cases.map { (try Self.fields($0.fields), $0.isAccepted) }
        var open: [JSONValue] = []
        var refused: Set<String> = []
        for (index, test) in specs.enumerated() {
            var spec: JSONValue = [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "maxReplicas": 5,
            ]
            for (name, value) in test.fields.objectValue ?? [:] { spec[name] = value }
            let object: JSONValue = [
                "apiVersion": .string(HorizontalAutoscaler.apiVersion), "kind": .string(HorizontalAutoscaler.kind),
                "metadata": ["name": "web"], "spec": spec,
            ]
            var set = ManifestSet()
            set.add(Array(object.description.utf8), file: "hza.json")
            #expect(set.hasErrors != test.isAccepted, "\(test.fields): \(set.diagnostics)")
            let (completed, causes) = SchemaCheck.completed(["spec": spec], by: schema)
            if causes.isEmpty {
                open.append(["id": .string("\(index)"), "object": completed])
            } else {
                refused.insert("\(index)")
            }
        }
        let verdicts = try await CELRules.violations(of: open, schema: schema)
        for (id, violations) in verdicts where !violations.isEmpty { refused.insert(id) }
        for (index, test) in specs.enumerated() {
            #expect(refused.contains("\(index)") != test.isAccepted, "\(test.fields): \(verdicts["\(index)"] ?? [])")
        }
    }
}

/// Fields of a spec as YAML, and whether they are accepted.
private enum WrittenFields {
    static let queue = """
        {type: Prometheus, prometheus: {name: queue, query: up, target: {type: Value, value: 30}}}
        """
    static let share = """
        {type: Prometheus, prometheus: {name: share, query: up, target: {type: AverageValue, averageValue: 30}}}
        """
    static let orders = """
        {type: External, external: {metric: {name: orders}, target: {type: Value, value: 30}}}
        """
    static let cpu = """
        {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
        """

    static let cases: [(fields: String, isAccepted: Bool)] = [
        ("fallback: {steps: [{afterSeconds: 0, action: Hold}]}", true),
        (
            "fallback: {steps: [{afterSeconds: 6, action: Fixed, replicas: 2}, {afterSeconds: 0, action: LastGood}]}",
            true
        ),
        ("fallback: {steps: []}", false),
        ("fallback: {}", false),
        ("fallback: {steps: [{action: Hold}]}", false),
        ("fallback: {steps: [{afterSeconds: 5}]}", false),
        ("fallback: {steps: [{afterSeconds: -1, action: Hold}]}", false),
        ("fallback: {steps: [{afterSeconds: 604801, action: Hold}]}", false),
        ("fallback: {steps: [{afterSeconds: 5, action: Keep}]}", false),
        ("fallback: {steps: [{afterSeconds: 5, action: Hold, replicas: 3}]}", false),
        ("fallback: {steps: [{afterSeconds: 5, action: Fixed}]}", false),
        ("fallback: {steps: [{afterSeconds: 5, action: Fixed, replicas: 0}]}", false),
        ("fallback: {steps: [{afterSeconds: 5, action: Hold}, {afterSeconds: 5, action: LastGood}]}", false),
        ("metrics: [\(queue)]\nformula: replicas(queue) + 1", true),
        ("metrics: [\(queue)]\nformula: ''", false),
        ("metrics: [\(queue)]\nformula: \(String(repeating: "1+", count: 512))1", false),
        ("minReplicas: 0\nmetrics: [\(queue)]", true),
        ("minReplicas: 0\nmetrics: [\(cpu), \(orders)]", true),
        ("minReplicas: 0\nmetrics: [\(cpu)]", false),
        ("minReplicas: 0", false),
        ("minReplicas: -1\nmetrics: [\(queue)]", false),
        ("minReplicas: 0\nmetrics: [\(queue)]\nscaleToZero: {}", true),
        (
            "minReplicas: 0\nmetrics: [\(queue)]\n"
                + "scaleToZero: {cooldownSeconds: 0, activation: [{metric: queue, value: 5}]}", true
        ),
        ("metrics: [\(orders)]\nscaleToZero: {activation: [{metric: orders, value: 500m}]}", true),
        ("metrics: [\(queue)]\nscaleToZero: {activation: [{metric: orders, value: 5}]}", false),
        ("metrics: [\(cpu)]\nscaleToZero: {activation: [{metric: cpu, value: 5}]}", false),
        ("metrics: [\(queue)]\nscaleToZero: {activation: [{metric: queue, value: -5}]}", false),
        ("metrics: [\(queue)]\nscaleToZero: {activation: [{metric: queue}]}", false),
        ("metrics: [\(queue)]\nscaleToZero: {activation: [{value: 5}]}", false),
        ("metrics: [\(queue), \(queue)]\nscaleToZero: {activation: [{metric: queue, value: 5}]}", false),
        (
            "metrics: [\(queue)]\nscaleToZero: {activation: [{metric: queue, value: 5}, {metric: queue, value: 6}]}",
            false
        ),
        ("metrics: [\(cpu), \(orders)]\nprediction: {metric: cpu}", true),
        ("metrics: [\(cpu), \(cpu)]\nprediction: {metric: cpu}", false),
        ("metrics: [\(share), \(cpu)]\nprediction: {metric: share}", true),
        ("metrics: [\(share), \(share)]\nprediction: {metric: share}", false),
        ("metrics: [\(queue)]\nscaleToZero: {cooldownSeconds: -1}", false),
        ("metrics: [\(queue)]\nscaleToZero: {cooldownSeconds: 604801}", false),
    ]
}
