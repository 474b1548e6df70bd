internal import KubernetesTypes

/// A list of operations on a document (RFC 6902).
///
/// Like the server's, `replace` of a member that is not there adds it; everything else that cannot be done is refused.
enum JSONPatch {
    /// - Throws: ``StatusError/rejectedPatch``, or 400 when the patch is no list of operations.
    static func apply(_ patch: JSONValue, to document: JSONValue) throws -> JSONValue {
        guard let operations = patch.arrayValue else {
            throw StatusError.badRequest(
                "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        }
        var document = document
        for operation in operations { try apply(operation, to: &document) }
        return document
    }

    private static func apply(_ operation: JSONValue, to document: inout JSONValue) throws {
        let path = try pointer(operation["path"])
        switch operation["op"]?.stringValue {
        case "add":
            guard let value = operation["value"] else { throw StatusError.rejectedPatch }
            try edit(&document, path[...], .insert(value))
        case "replace":
            guard let value = operation["value"] else { throw StatusError.rejectedPatch }
            try edit(&document, path[...], .replace(value))
        case "remove": try edit(&document, path[...], .remove)
        case "move":
            let from = try pointer(operation["from"])
            guard let value = value(at: from, in: document) else { throw StatusError.rejectedPatch }
            try edit(&document, from[...], .remove)
            try edit(&document, path[...], .insert(value))
        case "copy":
            guard let value = value(at: try pointer(operation["from"]), in: document) else {
                throw StatusError.rejectedPatch
            }
            try edit(&document, path[...], .insert(value))
        case "test":
            guard value(at: path, in: document) ?? .null == operation["value"] ?? .null else {
                throw StatusError.rejectedPatch
            }
        default: throw StatusError.rejectedPatch
        }
    }

    private enum Edit {
        case insert(JSONValue)
        case replace(JSONValue)
        case remove
    }

    /// - Source: RFC 6901, section 4: `~1` is a slash, `~0` a tilde.
    private static func pointer(_ value: JSONValue?) throws -> [String] {
        guard let text = value?.stringValue, text.isEmpty || text.first == "/" else { throw StatusError.rejectedPatch }
        return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
                .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
        }
    }

    private static func value(at path: [String], in document: JSONValue) -> JSONValue? {
        path.reduce(Optional(document)) { value, part in
            if case .array? = value { return Int(part).flatMap { value?[$0] } }
            return value?[part]
        }
    }

    private static func edit(_ target: inout JSONValue, _ path: ArraySlice<String>, _ edit: Edit) throws {
        guard let part = path.first else {
            switch edit {
            case .insert(let value), .replace(let value): target = value
            case .remove: throw StatusError.rejectedPatch
            }
            return
        }
        switch target {
        case .object: try editMember(&target, part, path.dropFirst(), edit)
        case .array(let elements): target = .array(try edited(elements, part, path.dropFirst(), edit))
        default: throw StatusError.rejectedPatch
        }
    }

    private static func editMember(
        _ object: inout JSONValue, _ part: String, _ rest: ArraySlice<String>, _ edit: Edit
    ) throws {
        if !rest.isEmpty {
            guard var member = object[part] else { throw StatusError.rejectedPatch }
            try Self.edit(&member, rest, edit)
            object[part] = member
            return
        }
        switch edit {
        case .insert(let value), .replace(let value): object[part] = value
        case .remove:
            guard object[part] != nil else { throw StatusError.rejectedPatch }
            object[part] = nil
        }
    }

    private static func edited(
        _ elements: [JSONValue], _ part: String, _ rest: ArraySlice<String>, _ edit: Edit
    ) throws -> [JSONValue] {
        var elements = elements
        if part == "-", rest.isEmpty, case .insert(let value) = edit { return elements + [value] }
        guard let index = Int(part), index >= 0, index <= elements.count else { throw StatusError.rejectedPatch }
        if rest.isEmpty, case .insert(let value) = edit {
            elements.insert(value, at: index)
            return elements
        }
        guard index < elements.count else { throw StatusError.rejectedPatch }
        if rest.isEmpty, case .remove = edit {
            elements.remove(at: index)
        } else {
            try Self.edit(&elements[index], rest, edit)
        }
        return elements
    }
}
