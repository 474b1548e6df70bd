internal import Autoscaling
package import KubernetesTypes

extension StructuralSchema {
    /// What a server would refuse about a completed object, in its words, sorted by field.
    func causes(of object: JSONValue) -> [FieldCause] {
        var causes = check(object, at: "", isRoot: true).sorted { $0.field < $1.field }
        if hasRules, causes.contains(where: { Self.blocking.contains($0.reason) }) {
            causes.append(
                .invalid(
                    "<nil>", .null,
                    "some validation rules were not checked because the object was invalid; correct the existing errors "
                        + "to complete validation"))
        }
        return causes
    }

    /// Faults after which the rules of an object are not asked any more.
    private static let blocking: Set<String> = [
        "FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany",
        "FieldValueTypeInvalid",
    ]

    private func check(_ value: JSONValue, at path: String, isRoot: Bool = false) -> [FieldCause] {
        guard hasType(value) else { return [mistyped(value, at: path)] }
        var causes: [FieldCause] = []
        if let options = json["enum"]?.arrayValue, !options.contains(value) {
            causes.append(
                FieldCause(
                    field: path, reason: "FieldValueNotSupported",
                    message: "Unsupported value: \(value): supported values: "
                        + options.map(\.description).joined(separator: ", ")))
        }
        switch value {
        case .string(let text): causes += check(text, at: path)
        case .int, .double: causes += checkRange(value, at: path)
        case .array(let elements): causes += check(elements, at: path)
        case .object(let members):
            for name in (json["required"]?.arrayValue ?? []).compactMap(\.stringValue) where members[name] == nil {
                causes.append(.required(path.isEmpty ? name : "\(path).\(name)", ""))
            }
            for (name, member) in members where !(isRoot && ["apiVersion", "kind", "metadata"].contains(name)) {
                guard let schema = self.member(name) else { continue }
                causes += schema.check(member, at: path.isEmpty ? name : "\(path).\(name)")
            }
        case .null, .bool: break
        }
        return causes
    }

    private func hasType(_ value: JSONValue) -> Bool {
        if value.isNull, json["nullable"] == true { return true }
        if isIntOrString { return value.stringValue != nil || value.intValue != nil }
        switch type {
        case "object": return value.objectValue != nil
        case "array": return value.arrayValue != nil
        case "string": return value.stringValue != nil
        case "integer": return value.intValue != nil
        case "number": return value.doubleValue != nil
        case "boolean": return value.boolValue != nil
        default: return true
        }
    }

    private func mistyped(_ value: JSONValue, at path: String) -> FieldCause {
        let found =
            switch value {
            case .null: "null"
            case .bool: "boolean"
            case .int: "integer"
            case .double: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        let wanted = isIntOrString ? "integer,string" : type ?? ""
        return FieldCause(
            field: path, reason: "FieldValueTypeInvalid",
            message: "Invalid value: \"\(found)\": \(path) in body must be of type \(wanted): \"\(found)\"")
    }

    private func check(_ text: String, at path: String) -> [FieldCause] {
        var causes: [FieldCause] = []
        if let most = json["maxLength"]?.intValue, text.unicodeScalars.count > most {
            causes.append(
                FieldCause(
                    field: path, reason: "FieldValueTooLong",
                    message: "Too long: may not be more than \(most) bytes"))
        }
        if let fewest = json["minLength"]?.intValue, text.unicodeScalars.count < fewest {
            causes.append(
                .invalid(path, .string(text), "\(path) in body should be at least \(fewest) chars long"))
        }
        if let pattern = json["pattern"]?.stringValue, let regex = try? Regex(pattern), !text.contains(regex) {
            causes.append(.invalid(path, .string(text), "\(path) in body should match '\(pattern)'"))
        }
        if json["format"] == "date-time", RFC3339.parse(text) == nil {
            causes.append(
                FieldCause(
                    field: path, reason: "FieldValueTypeInvalid",
                    message: "Invalid value: \"\(text)\": \(Self.withoutRoot(path)) in body must be of type date-time: "
                        + "\"\(text)\""))
        }
        return causes
    }

    /// Formats are checked by another part of the server, which does not see the top of the object.
    private static func withoutRoot(_ path: String) -> Substring {
        path.drop { $0 != "." }.dropFirst()
    }

    private func checkRange(_ value: JSONValue, at path: String) -> [FieldCause] {
        guard let number = value.doubleValue else { return [] }
        if let least = json["minimum"], number < least.doubleValue ?? number {
            return [.invalid(path, value, "\(path) in body should be greater than or equal to \(least)")]
        }
        if let most = json["maximum"], number > most.doubleValue ?? number {
            return [.invalid(path, value, "\(path) in body should be less than or equal to \(most)")]
        }
        return []
    }

    private func check(_ elements: [JSONValue], at path: String) -> [FieldCause] {
        var causes: [FieldCause] = []
        let count = Int64(elements.count)
        if let most = json["maxItems"]?.intValue, count > most {
            causes.append(
                FieldCause(
                    field: path, reason: "FieldValueTooMany",
                    message: "Too many: \(count): must have at most \(most) items"))
        }
        if let fewest = json["minItems"]?.intValue, count < fewest {
            causes.append(
                .invalid(path, .int(count), "\(path) in body should have at least \(fewest) items"))
        }
        if json["x-kubernetes-list-type"] == "set" {
            for (index, element) in elements.enumerated() where elements[..<index].contains(element) {
                causes.append(
                    FieldCause(
                        field: "\(path)[\(index)]", reason: "FieldValueDuplicate",
                        message: "Duplicate value: \(element)"))
            }
        }
        guard let items else { return causes }
        return causes
            + elements.enumerated().flatMap { items.check($0.element, at: "\(path)[\($0.offset)]") }
    }
}

/// A schema tried on an object without a cluster around it.
package enum SchemaCheck {
    /// The object as it would be stored, and what would be refused about it: `spec.maxReplicas: Required value`.
    package static func completed(_ object: JSONValue, by schema: JSONValue) -> (object: JSONValue, causes: [String]) {
        let schema = StructuralSchema(schema)
        var object = object
        schema.complete(&object)
        return (object, schema.causes(of: object).map { "\($0.field): \($0.message)" })
    }
}
