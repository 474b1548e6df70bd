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

    private static let specs: [(fields: JSONValue, isAccepted: Bool)] = [
        (schedule([:]), true), (schedule(["timeZone": "America/Argentina/Buenos_Aires"]), true),
        (schedule(["minReplicas": 9]), false), (schedule(["minReplicas": 9, "maxReplicas": 9]), true),
        (schedule(["minReplicas": 9, "maxReplicas": 8]), false), (schedule(["minReplicas": .null]), false),
        (schedule(["minReplicas": 0]), false), (schedule(["name": .null]), false), (schedule(["cron": .null]), false),
        (schedule(["cron": ""]), false), (schedule(["duration": .null]), false), (schedule(["duration": "3 h"]), false),
        (["syncPeriodSeconds": 1], true), (["syncPeriodSeconds": 3600], true), (["syncPeriodSeconds": 0], false),
        (["syncPeriodSeconds": 3601], false), (schedule(["timeZone": "../etc/passwd"]), false),
        (schedule(["name": .string(String(repeating: "d", count: 64))]), false),
    ]

    @Test func acceptsWhatManifestsAccept() async throws {
        let schema = try CustomResourceDefinitionTests.schema()
        var open: [JSONValue] = []
        var refused: Set<String> = []
        for (index, test) in Self.specs.enumerated() {
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
        for (index, test) in Self.specs.enumerated() {
            #expect(refused.contains("\(index)") != test.isAccepted, "\(test.fields): \(verdicts["\(index)"] ?? [])")
        }
    }
}
