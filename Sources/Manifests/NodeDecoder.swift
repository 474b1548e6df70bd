internal import Autoscaling

/// A decoder of one node.
struct NodeDecoder: Decoder {
    let node: YAMLNode
    let path: FieldPath
    let record: DecodingRecord

    var codingPath: [any CodingKey] { path.components.map(PathKey.init) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes a whole value, and gives the errors of its own type a place.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == Quantity.self, let quantity = try quantity() as? Value { return quantity }
        do {
            return try Value(from: self)
        } catch let error as DecodingError {
            throw located(error)
        }
    }

    func fault(_ message: String) -> Diagnostic {
        Diagnostic(file: record.file, mark: node.mark, path: path.description, message: message)
    }

    private func located(_ error: DecodingError) -> Diagnostic {
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            // The path of the error begins with that of this node.
            let below = context.codingPath.dropFirst(path.components.count).map { key in
                key.intValue.map(FieldPath.Component.index) ?? .field(key.stringValue)
            }
            let place = FieldPath(path.components + below)
            return Diagnostic(
                file: record.file, mark: node.mark(nearest: FieldPath(below)), path: place.description,
                message: context.debugDescription)
        @unknown default: return fault("\(error)")
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        if case .mapping(let entries) = node.content {
            return KeyedDecodingContainer(KeyedNodes(decoder: self, entries: entries))
        }
        guard node.isNull, record.nullValues == .zero else { throw fault("must be a mapping, not \(kind)") }
        return KeyedDecodingContainer(KeyedNodes(decoder: self, entries: []))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        if case .sequence(let items) = node.content { return UnkeyedNodes(decoder: self, items: items) }
        guard node.isNull, record.nullValues == .zero else { throw fault("must be a list, not \(kind)") }
        return UnkeyedNodes(decoder: self, items: [])
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { SingleNode(decoder: self) }

    private var kind: String {
        switch node.content {
        case .scalar(let scalar): scalar.kind
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension NodeDecoder {
    private func isZero(_ scalar: YAMLScalar) -> Bool { scalar.value == .null && record.nullValues == .zero }

    private func scalar(for expected: String) throws(Diagnostic) -> YAMLScalar {
        guard case .scalar(let scalar) = node.content else { throw fault("must be \(expected), not \(kind)") }
        return scalar
    }

    func string() throws(Diagnostic) -> String {
        let scalar = try scalar(for: "a text")
        if isZero(scalar) { return "" }
        guard scalar.value == .text else {
            let advice = scalar.value == .null ? "write \"\" for an empty one" : "write it in quotes"
            throw fault("must be a text, not \(scalar.kind); \(advice)")
        }
        return scalar.text
    }

    func bool() throws(Diagnostic) -> Bool {
        let scalar = try scalar(for: "true or false")
        if isZero(scalar) { return false }
        guard case .bool(let value) = scalar.value else { throw fault("must be true or false, not \(scalar.kind)") }
        return value
    }

    func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(Diagnostic) -> Integer {
        let scalar = try scalar(for: "a whole number")
        if isZero(scalar) { return 0 }
        let range = "from \(Integer.min) to \(Integer.max)"
        switch scalar.value {
        case .integer(let value):
            if let exact = Integer(exactly: value) { return exact }
            throw fault("\(scalar.text) is out of range, write a number \(range)")
        case .number:
            if let exact = Integer(scalar.text) { return exact }
            throw fault("must be a whole number \(range), not \(scalar.text)")
        case .ambiguousNumber:
            throw fault("\(scalar.text) has a leading zero, which some tools read as octal; write it without")
        case .text where Integer(scalar.text) != nil: throw fault("must be a whole number, remove the quotes")
        default: throw fault("must be a whole number, not \(scalar.kind)")
        }
    }

    func double() throws(Diagnostic) -> Double {
        let scalar = try scalar(for: "a number")
        if isZero(scalar) { return 0 }
        switch scalar.value {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        case .ambiguousNumber:
            throw fault("\(scalar.text) has a leading zero, which some tools read as octal; write it without")
        default: throw fault("must be a number, not \(scalar.kind)")
        }
    }

    private func quantity() throws(Diagnostic) -> Quantity {
        let scalar = try scalar(for: "a quantity such as 250m, 1.5 or 2Gi")
        let text: String
        switch scalar.value {
        case .null: return .zero
        case .integer(let value): text = String(value)
        case .text, .number: text = scalar.text
        case .bool, .ambiguousNumber:
            throw fault("must be a quantity such as 250m, 1.5 or 2Gi, not \(scalar.kind)")
        }
        do {
            return try Quantity(trimming: text)
        } catch {
            throw fault("\(error); write for example 250m, 1.5 or 2Gi")
        }
    }
}

/// A step of a path as the decoding protocols want it.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ component: FieldPath.Component) {
        switch component {
        case .field(let name):
            stringValue = name
            intValue = nil
        case .index(let index):
            stringValue = "\(index)"
            intValue = index
        }
    }

    init(stringValue: String) {
        self.init(.field(stringValue))
    }

    init(intValue: Int) {
        self.init(.index(intValue))
    }
}
