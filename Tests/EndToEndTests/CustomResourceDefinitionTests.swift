import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import Manifests
import MiniCluster
import Recordings
import Testing

/// The schema of the custom resource against the types that read it, and against what Kubernetes says of the same specs.
@Suite struct CustomResourceDefinitionTests {
    static func schema() throws -> JSONValue {
        let path = RepositoryPath.root + "/manifests/crd/horizontalautoscalers.yaml"
        let nodes = try YAMLParser.documents(of: [UInt8](Data(contentsOf: URL(filePath: path))), file: path)
        let definition = JSONValue(OrderedValue(try #require(nodes.first)))
        return try #require(
            definition[path: ["spec", "versions"]]?[0]?[path: ["schema", "openAPIV3Schema"]])
    }

    /// Every place of a schema, such as `spec.metrics[].type`, but those of maps whose keys are data.
    private func places(of schema: JSONValue, at path: String = "") -> Set<String> {
        var places: Set<String> = path.isEmpty ? [] : [path]
        for (name, member) in schema["properties"]?.objectValue ?? [:] {
            if path.isEmpty, ["apiVersion", "kind", "metadata"].contains(name) { continue }
            places.formUnion(self.places(of: member, at: path.isEmpty ? name : "\(path).\(name)"))
        }
        if let items = schema["items"] { places.formUnion(self.places(of: items, at: path + "[]")) }
        return places
    }

    @Test func theSchemaHasTheFieldsOfTheTypesAndNoOthers() throws {
        let record = FieldRecord()
        _ = try? HorizontalAutoscaler(from: FieldProbe(path: "", record: record))
        let known = record.fields.filter { !["apiVersion", "kind", "metadata"].contains($0.prefix { $0 != "." }) }
        let inSchema = places(of: try Self.schema()).filter { !$0.hasSuffix("[]") }
        #expect(inSchema.subtracting(known).sorted() == [])
        #expect(known.subtracting(inSchema).sorted() == [])
        #expect(inSchema.count > 100)
    }

    /// Without bounds an API server takes the worst case for the cost of a rule.
    @Test func everyListAndTextIsBounded() throws {
        func unbounded(_ schema: JSONValue, _ path: String) -> [String] {
            var found: [String] = []
            switch schema["type"]?.stringValue {
            case "array" where schema["maxItems"] == nil: found.append(path)
            case "string" where schema["maxLength"] == nil && schema["enum"] == nil: found.append(path)
            case "object" where schema["additionalProperties"] != nil && schema["maxProperties"] == nil:
                found.append(path)
            default: break
            }
            for (name, member) in schema["properties"]?.objectValue ?? [:] {
                found += unbounded(member, "\(path).\(name)")
            }
            if let items = schema["items"] { found += unbounded(items, path + "[]") }
            if let values = schema["additionalProperties"] { found += unbounded(values, path + ".*") }
            return found
        }
        let schema = try Self.schema()
        for part in ["spec", "status"] {
            #expect(unbounded(try #require(schema[path: ["properties", part]]), part) == [])
        }
    }

    /// What the schema does not take and an HPA does, and why.
    static let stricter: Set<String> = [
        "val-252"  // a quantity as a number with a fraction, which a structural schema has no type for
    ]
    /// What an HPA does not take and the schema does, and why.
    static let laxer: Set<String> = [
        "val-019",  // 5.0, which is a whole number to a schema
        "val-010", "val-011", "val-012",  // no replicas at all, which needs a feature gate there and none here
    ]

    /// Needs an evaluator of CEL for what the schema alone lets pass: `.ci/cel-evaluator` installs it.
    @Test(.timeLimit(.minutes(2))) func acceptsWhatKubernetesAcceptsOfAnHPA() async throws {
        let schema = try Self.schema()
        let cases = try JSONValue(parsing: [UInt8](ConformanceFolder.data("validation.json"))).arrayValue ?? []
        let recorded = cases.filter { $0[path: ["manifest", "apiVersion"]] == "autoscaling/v2" }
        var open: [JSONValue] = []
        var refused: Set<String> = []
        for test in recorded {
            var object: JSONValue = [:]
            object["spec"] = test[path: ["manifest", "spec"]]
            let (completed, causes) = SchemaCheck.completed(object, by: schema)
            if causes.isEmpty {
                open.append(["id": test["id"] ?? "", "object": completed])
            } else {
                refused.insert(test.text("id"))
            }
        }
        let verdicts = try await CELRules.violations(of: open, schema: schema)
        for (id, violations) in verdicts where !violations.isEmpty { refused.insert(id) }
        for test in recorded {
            let id = test.text("id")
            // A custom resource's metadata is checked by the server itself.
            let errors = (test["errors"]?.arrayValue ?? []).filter { $0.text("field").hasPrefix("spec") }
            let isAccepted = test["decodeError"]?.stringValue == nil && errors.isEmpty
            let note: Comment = "\(id): \(test.text("note")), \(verdicts[id] ?? [])"
            if Self.stricter.contains(id) {
                #expect(isAccepted && refused.contains(id), note)
            } else if Self.laxer.contains(id) {
                #expect(!isAccepted && !refused.contains(id), note)
            } else {
                #expect(isAccepted == !refused.contains(id), note)
            }
            // The rules speak as the API server does.
            guard let violations = verdicts[id], let first = violations.first else { continue }
            #expect(errors.contains { first == "\($0.text("field")): \($0.text("detail"))" }, note)
        }
        #expect(recorded.count > 200)
    }

    private static let queries: [(metric: JSONValue, isAccepted: Bool)] = {
        func metric(_ source: JSONValue, _ target: JSONValue) -> JSONValue {
            var source = source
            source["target"] = target
            return ["type": "Prometheus", "prometheus": source]
        }
        let query: JSONValue = ["query": "sum(queue)"]
        return [
            (metric(query, ["type": "Value", "value": "30"]), true),
            (
                metric(
                    ["query": "up", "name": "up", "whenEmpty": "Zero"], ["type": "AverageValue", "averageValue": 3]),
                true
            ),
            (metric(["query": "up", "whenEmpty": "Nought"], ["type": "Value", "value": "30"]), false),
            (metric(["query": ""], ["type": "Value", "value": "30"]), false),
            (metric(query, ["type": "Value"]), false),
            (metric(query, ["type": "Utilization", "averageUtilization": 50]), false),
            (metric(query, ["type": "Value", "value": "30", "averageValue": "3"]), false),
            (metric(query, ["type": "Value", "value": "30", "averageUtilization": 50]), false),
            (["type": "Prometheus"], false),
            (["type": "Resource", "prometheus": ["query": "up", "target": ["type": "Value", "value": "30"]]], false),
        ]
    }()

    /// The schema and the manifests agree on metrics that Kubernetes does not have.
    @Test(.timeLimit(.minutes(2))) func acceptsOfQueriesWhatManifestsAccept() async throws {
        let schema = try Self.schema()
        var open: [JSONValue] = []
        var refused: Set<String> = []
        for (index, test) in Self.queries.enumerated() {
            let spec: JSONValue = [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], "maxReplicas": 3,
                "metrics": [test.metric],
            ]
            let object: JSONValue = [
                "apiVersion": .string(HorizontalAutoscaler.apiVersion), "kind": .string(HorizontalAutoscaler.kind),
                "metadata": ["name": "web"], "spec": spec,
            ]
            var set = ManifestSet()
            set.add(Array(object.description.utf8), file: "hza.json")
            #expect(set.hasErrors != test.isAccepted, "\(test.metric): \(set.diagnostics)")
            let (completed, causes) = SchemaCheck.completed(["spec": spec], by: schema)
            if causes.isEmpty {
                open.append(["id": .string("\(index)"), "object": completed])
            } else {
                refused.insert("\(index)")
            }
        }
        let verdicts = try await CELRules.violations(of: open, schema: schema)
        for (id, violations) in verdicts where !violations.isEmpty { refused.insert(id) }
        for (index, test) in Self.queries.enumerated() {
            #expect(refused.contains("\(index)") != test.isAccepted, "\(test.metric): \(verdicts["\(index)"] ?? [])")
        }
    }
}
