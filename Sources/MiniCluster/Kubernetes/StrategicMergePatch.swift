internal import KubernetesTypes

/// A merge patch that knows which lists are sets of named things.
///
/// The real server takes the merge keys from the types; here they are given by the name of the list, which is enough
/// for the kinds of the table. Understood are the directives `$patch` (`delete`, `replace`), `$setElementOrder/…`,
/// `$deleteFromPrimitiveList/…` and `$retainKeys`.
///
/// - Source: `k8s.io/apimachinery/pkg/util/strategicpatch`.
enum StrategicMergePatch {
    /// Lists whose elements are found by one member, and which.
    private static let mergeKeys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "volumes": ["name"],
        "env": ["name"], "imagePullSecrets": ["name"], "volumeMounts": ["mountPath"],
        "ports": ["containerPort", "port"], "conditions": ["type"], "ownerReferences": ["uid"],
        "hostAliases": ["ip"], "addresses": ["type"], "topologySpreadConstraints": ["topologyKey"],
    ]
    /// Lists of texts that are sets.
    private static let sets: Set<String> = ["finalizers"]

    static func apply(_ patch: JSONValue, to original: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        if changes["$patch"] == "replace" { return .object(changes.filter { $0.key != "$patch" }) }
        var members = original.objectValue ?? [:]
        if let retained = changes["$retainKeys"]?.arrayValue {
            members = members.filter { retained.contains(.string($0.key)) }
        }
        for (key, change) in changes where !key.hasPrefix("$") {
            members[key] =
                change.isNull ? nil : merged(change, into: members[key], list: key, order: order(key, changes))
        }
        for (key, values) in changes where key.hasPrefix("$deleteFromPrimitiveList/") {
            let list = String(key.dropFirst("$deleteFromPrimitiveList/".count))
            guard let present = members[list]?.arrayValue else { continue }
            members[list] = .array(present.filter { !(values.arrayValue ?? []).contains($0) })
        }
        return .object(members)
    }

    private static func order(_ key: String, _ changes: [String: JSONValue]) -> [JSONValue] {
        changes["$setElementOrder/\(key)"]?.arrayValue ?? []
    }

    private static func merged(
        _ change: JSONValue, into original: JSONValue?, list: String, order: [JSONValue]
    ) -> JSONValue {
        switch change {
        case .object: return apply(change, to: original ?? .null)
        case .array(let elements):
            if sets.contains(list) {
                let present = original?.arrayValue ?? []
                return .array(present + elements.filter { !present.contains($0) })
            }
            let keys = mergeKeys[list] ?? []
            guard let key = keys.first(where: { key in elements.contains { $0[key] != nil } }) else { return change }
            return .array(mergedList(elements, into: original?.arrayValue ?? [], by: key, order: order))
        default: return change
        }
    }

    private static func mergedList(
        _ changes: [JSONValue], into original: [JSONValue], by key: String, order: [JSONValue]
    ) -> [JSONValue] {
        if changes.contains(["$patch": "replace"]) { return changes.filter { $0["$patch"] == nil } }
        var result = original
        for change in changes {
            let index = result.firstIndex { $0[key] == change[key] }
            if change["$patch"] == "delete" {
                if let index { result.remove(at: index) }
            } else if let index {
                result[index] = apply(change, to: result[index])
            } else {
                result.append(apply(change, to: .null))
            }
        }
        guard !order.isEmpty else { return result }
        let names = order.map { $0[key] }
        return names.compactMap { name in result.first { $0[key] == name } }
            + result.filter { element in !names.contains { $0 == element[key] } }
    }
}
