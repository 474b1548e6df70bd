import FoundationEssentials
import KubernetesTypes
import LoopbackClient
import Recordings
import Testing

/// The rules of a schema, evaluated by an implementation of CEL that is not ours.
enum CELRules {
    /// What the rules say of each object, by its id: `spec.maxReplicas: must be …`.
    static func violations(of objects: [JSONValue], schema: JSONValue) async throws -> [String: [String]] {
        let python = RepositoryPath.root + "/.build/cel/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            try Test.cancel("no evaluator of CEL, '.ci/cel-evaluator' installs one: this test checked nothing")
        }
        let file = FileManager.default.temporaryDirectory.path + "/cel-\(UUID().uuidString).json"
        let input: JSONValue = ["schema": schema, "objects": .array(objects)]
        try Data(input.serialized()).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let script = RepositoryPath.root + "/Tests/EndToEndTests/evaluate-rules.py"
        let result = try await ChildProcess.run(python, [script, file])
        try #require(result.status == 0, "\(result.errors)")
        let verdicts = try JSONValue(parsing: Array(result.output.utf8)).objectValue ?? [:]
        return verdicts.mapValues { ($0.arrayValue ?? []).compactMap(\.stringValue) }
    }
}
