internal import KubernetesTypes

/// Who writes, as `managedFields` name it.
package struct FieldWriter: Hashable, Sendable {
    /// Empty for the simulation itself, which leaves no trace.
    package var manager: String
    /// E.g. `scale`; empty for the object itself.
    package var subresource: String

    package init(manager: String = "", subresource: String = "") {
        self.manager = manager
        self.subresource = subresource
    }
}

/// The one field whose writers are kept: the replicas of whatever can be scaled. The real server keeps those of every
/// field.
enum ManagedReplicas {
    /// Gives the field to whoever wrote it: others lose it, and an entry that is then empty goes.
    ///
    /// - Source: recorded from a real server, `managedFields` after writes of `scale` by several managers.
    static func note(_ writer: FieldWriter, in object: inout JSONValue, _ kind: ResourceKind, at time: String) {
        guard !writer.manager.isEmpty, let path = kind.scale?.specReplicas else { return }
        let others = (object[path: ["metadata", "managedFields"]]?.arrayValue ?? []).filter { entry in
            entry[path: ["fieldsV1"] + fieldNames(path)] == nil
        }
        var entry: JSONValue = [
            "manager": .string(writer.manager), "operation": "Update", "apiVersion": .string(kind.apiVersion),
            "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": [:],
        ]
        entry[path: ["fieldsV1"] + fieldNames(path)] = [:]
        if !writer.subresource.isEmpty { entry["subresource"] = .string(writer.subresource) }
        object[path: ["metadata", "managedFields"]] = .array(others + [entry])
    }

    private static func fieldNames(_ path: [String]) -> [String] { path.map { "f:" + $0 } }
}
