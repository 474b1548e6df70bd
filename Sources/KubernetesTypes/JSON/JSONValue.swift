/// Any JSON value: for objects whose type is not known, and for patches.
///
/// Whole numbers that fit stay `Int64`, so that a `resourceVersion` or a count survives exactly; all other numbers are
/// `Double`. Members of an object have no order; they are written sorted by name, so that equal values give equal
/// bytes.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Finite when it was read; a number that is not finite is written as `null`.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads one JSON document.
    ///
    /// - Throws: `DecodingError`.
    public init(parsing bytes: [UInt8]) throws {
        self = try JSONReader.read(JSONValue.self, from: bytes)
    }

    /// Turns a typed value into its tree.
    ///
    /// - Throws: What the value's `encode(to:)` throws, and `EncodingError` for numbers that JSON does not have.
    public init(encoding value: some Encodable) throws {
        let target = JSONTarget()
        try target.encode(value, at: [])
        self = target.value
    }

    /// Reads the tree as a typed value.
    ///
    /// - Throws: `DecodingError`.
    public func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONReader.read(type, from: serialized())
    }
}

// MARK: Access

extension JSONValue {
    /// A member of an object; `nil` when this is no object or has no such member. Setting a member of a value that is
    /// no object makes it one; setting `nil` removes the member.
    public subscript(key: String) -> JSONValue? {
        get { objectValue?[key] }
        set {
            guard case .object(var members) = self else {
                if let newValue { self = .object([key: newValue]) }
                return
            }
            // Let go of the old storage first, or every change of a member would copy the whole object.
            self = .null
            members[key] = newValue
            self = .object(members)
        }
    }

    /// An element of an array; `nil` out of its bounds, or when this is no array.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The member at the end of a path of members: `value[path: ["metadata", "name"]]`. Setting makes the objects on
    /// the way.
    public subscript(path path: some Collection<String>) -> JSONValue? {
        get { path.reduce(Optional(self)) { $0?[$1] } }
        set {
            guard let first = path.first else {
                if let newValue { self = newValue }
                return
            }
            let rest = path.dropFirst()
            if rest.isEmpty {
                self[first] = newValue
            } else if newValue != nil || self[first] != nil {
                var member = self[first] ?? .object([:])
                member[path: Array(rest)] = newValue
                self[first] = member
            }
        }
    }

    public var isNull: Bool { self == .null }

    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A whole number; `nil` for one with a fraction, and for everything else.
    public var intValue: Int64? {
        switch self {
        case .int(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    public var objectValue: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }
}

// MARK: Merge patch

extension JSONValue {
    /// This value with a merge patch applied: members of the patch replace, `null` removes, objects go deeper, and
    /// arrays are replaced as a whole.
    ///
    /// - Source: RFC 7386, section 2.
    public func mergePatched(by patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = objectValue ?? [:]
        for (key, change) in changes {
            members[key] = change.isNull ? nil : (members[key] ?? .null).mergePatched(by: change)
        }
        return .object(members)
    }
}

// MARK: Codable

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        // The most frequent kinds first: each one that does not fit costs an error.
        if let members = try? [String: JSONValue](from: decoder) {
            self = .object(members)
            return
        }
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

// MARK: Literals

// Not `ExpressibleByNilLiteral`: `members[key] = nil` would then store a null instead of removing the member.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Of a name that comes twice the last value counts, as in a document.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
