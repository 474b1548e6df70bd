internal import KubernetesTypes

/// The schema of a custom resource: which members an object keeps, what is filled in, what is refused.
///
/// - Source: structural schemas of `apiextensions.k8s.io/v1`; `x-kubernetes-validations` are not evaluated.
package struct StructuralSchema: Hashable, Sendable {
    let json: JSONValue

    init(_ json: JSONValue) {
        self.json = json
    }

    var properties: [String: JSONValue] { json["properties"]?.objectValue ?? [:] }
    var items: StructuralSchema? { json["items"].map(StructuralSchema.init) }
    var isIntOrString: Bool { json["x-kubernetes-int-or-string"] == true }
    var type: String? { json["type"]?.stringValue }

    /// Whether rules in CEL stand anywhere in it.
    var hasRules: Bool {
        json["x-kubernetes-validations"] != nil || properties.values.contains { StructuralSchema($0).hasRules }
            || items?.hasRules == true || additional?.hasRules == true
    }

    /// What members without a name of their own must be.
    private var additional: StructuralSchema? {
        json["additionalProperties"]?.objectValue == nil ? nil : json["additionalProperties"].map(StructuralSchema.init)
    }

    func member(_ name: String) -> StructuralSchema? {
        properties[name].map(StructuralSchema.init) ?? additional
    }

    private var keepsUnknown: Bool {
        json["x-kubernetes-preserve-unknown-fields"] == true || json["additionalProperties"] == true
    }

    /// The members of every object, whatever the schema says.
    private static let common: Set<String> = ["apiVersion", "kind", "metadata"]

    /// Where members stand that the schema does not know: `spec.bogus`.
    func unknownFields(in object: JSONValue) -> [String] {
        unknown(in: object, at: "", isRoot: true).sorted()
    }

    private func unknown(in value: JSONValue, at path: String, isRoot: Bool = false) -> [String] {
        switch value {
        case .array(let elements):
            guard let items else { return [] }
            return elements.enumerated().flatMap { items.unknown(in: $0.element, at: "\(path)[\($0.offset)]") }
        case .object(let members):
            return members.flatMap { name, value -> [String] in
                if isRoot, Self.common.contains(name) { return [] }
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let schema = member(name) else { return keepsUnknown ? [] : [place] }
                return schema.unknown(in: value, at: place)
            }
        default: return []
        }
    }

    /// Takes out what the schema does not know and nulls where none may stand, and fills in defaults.
    func complete(_ object: inout JSONValue) {
        complete(&object, isRoot: true)
    }

    private func complete(_ value: inout JSONValue, isRoot: Bool) {
        switch value {
        case .array(let elements):
            guard let items else { return }
            value = .array(
                elements.map { element in
                    var element = element
                    items.complete(&element, isRoot: false)
                    return element
                })
        case .object(var members):
            for (name, member) in members where !(isRoot && Self.common.contains(name)) {
                guard let schema = self.member(name) else {
                    if !keepsUnknown { members[name] = nil }
                    continue
                }
                if member.isNull, schema.json["nullable"] != true { members[name] = nil }
            }
            for (name, schema) in properties where members[name] == nil {
                members[name] = schema["default"]
            }
            for (name, member) in members where !(isRoot && Self.common.contains(name)) {
                guard let schema = self.member(name) else { continue }
                var completed = member
                schema.complete(&completed, isRoot: false)
                members[name] = completed
            }
            value = .object(members)
        default: break
        }
    }
}
