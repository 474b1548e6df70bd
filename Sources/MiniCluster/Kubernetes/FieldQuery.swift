package import KubernetesTypes

/// A selector over fields: `metadata.name=web,status.phase!=Running`.
package struct FieldQuery: Hashable, Sendable {
    private struct Requirement: Hashable, Sendable {
        var path: [String]
        var value: String
        var isEqual: Bool
    }

    private var requirements: [Requirement] = []

    /// Matches everything.
    package static let everything = FieldQuery()

    package var isEmpty: Bool { requirements.isEmpty }

    private init() {}

    /// - Throws: ``StatusError`` 400 for a field that this kind cannot be selected by.
    package init(parsing text: String, kind: ResourceKind) throws {
        for part in text.split(separator: ",") {
            guard let equals = part.firstIndex(of: "=") else {
                throw StatusError.badRequest(
                    "invalid selector: '\(text)'; can't understand '\(part)'")
            }
            var field = part[..<equals]
            var value = part[part.index(after: equals)...]
            let isEqual = field.last != "!"
            if !isEqual { field.removeLast() }
            if value.first == "=" { value.removeFirst() }
            guard Self.isSupported(String(field), kind) else {
                throw StatusError.badRequest("field label not supported: \(field)")
            }
            requirements.append(
                Requirement(path: field.split(separator: ".").map(String.init), value: String(value), isEqual: isEqual))
        }
    }

    /// - Source: the field label conversion functions of each API group.
    private static func isSupported(_ field: String, _ kind: ResourceKind) -> Bool {
        if field == "metadata.name" || field == "metadata.namespace" && kind.isNamespaced { return true }
        let others: Set<String> =
            switch kind.storage {
            case ResourceKind.pods.storage:
                ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "status.phase", "status.podIP"]
            case ResourceKind.events.storage:
                [
                    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
                    "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
                    "reportingComponent", "source", "type", "regarding.kind", "regarding.name", "regarding.namespace",
                    "regarding.uid",
                ]
            case ResourceKind.replicaSets.storage: ["status.replicas"]
            case ResourceKind.namespaces.storage: ["status.phase"]
            default: []
            }
        return others.contains(field)
    }

    /// - Parameter object: In its stored version. A field that is not there is the empty text.
    package func matches(_ object: JSONValue) -> Bool {
        requirements.allSatisfy { requirement in
            let path =
                requirement.path.first == "regarding"
                ? ["involvedObject"] + requirement.path.dropFirst() : requirement.path
            let found =
                switch object[path: path] {
                case .string(let text)?: text
                case .int(let number)?: String(number)
                default: ""
                }
            return (found == requirement.value) == requirement.isEqual
        }
    }
}
