/// Reads typed values from JSON, with the rules of `JSONDecoder`: of a name that comes twice the first counts, numbers are
/// whole that are so by value, and errors are those of decoding.
///
/// It takes under a third of the time of `JSONDecoder`: by the profile of the simulation, whose objects are small. Other than
/// that it takes UTF-8 alone, and a number that does not fit its field is an error with the path to it.
package enum JSONReader {
    /// - Throws: `DecodingError`; without a path for what is no JSON.
    package static func read<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try JSONNode(tape: try JSONTape(bytes), place: 0).decode(type)
    }
}

/// A token of a tape and its contents, as a decoder.
struct JSONNode: Decoder {
    let tape: JSONTape
    let place: Int

    var codingPath: [any CodingKey] { tape.path(to: place) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    var token: JSONTape.Token { tape.tokens[place] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard token.kind == .object else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(JSONMembers(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard token.kind == .array else { throw mismatch([Any].self) }
        return JSONElements(self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// Any value; trees and dictionaries of texts without a container for each of them.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == String.self, let value = try decode(String.self) as? Value { return value }
        if type == JSONValue.self {
            guard let tree = tape.tree(at: place) else { throw misfit }
            if let value = tree as? Value { return value }
        }
        if type == [String: String].self, token.kind == .object, let value = try texts() as? Value { return value }
        return try Value(from: self)
    }

    private func texts() throws -> [String: String] {
        var texts: [String: String] = [:]
        texts.reserveCapacity(Int(token.count))
        var name = place + 1
        while name < token.next {
            let value = JSONNode(tape: tape, place: name + 1)
            let (key, text) = (tape.text(tape.tokens[name]), try value.decode(String.self))
            if texts[key] == nil { texts[key] = text }
            name = Int(value.token.next)
        }
        return texts
    }

    // MARK: - Errors

    private static let names: [JSONTape.Kind: String] = [
        .null: "null", .true: "bool", .false: "bool", .number: "number", .plainString: "a string",
        .escapedString: "a string", .array: "an array", .object: "a dictionary",
    ]

    func mismatch(_ type: any Any.Type) -> DecodingError {
        let found = Self.names[token.kind] ?? ""
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "Expected to decode \(type) but found \(found) instead.")
        return token.kind == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    var misfit: DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: "a number that does not fit its field"))
    }
}

extension JSONNode: SingleValueDecodingContainer {
    func decodeNil() -> Bool { token.kind == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        switch token.kind {
        case .true: true
        case .false: false
        default: throw mismatch(type)
        }
    }

    func decode(_ type: String.Type) throws -> String {
        guard token.kind == .plainString || token.kind == .escapedString else { throw mismatch(type) }
        return tape.text(token)
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard token.kind == .number else { throw mismatch(type) }
        guard let value = tape.double(token) else { throw misfit }
        return value
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }

    private func integer<Number: FixedWidthInteger>() throws -> Number {
        guard token.kind == .number else { throw mismatch(Number.self) }
        guard let value: Number = tape.integer(token) else { throw misfit }
        return value
    }
}
