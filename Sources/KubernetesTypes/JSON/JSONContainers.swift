/// The members of an object.
struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let object: JSONNode
    /// The places of the values by name, where there are so many that looking through them all would take long.
    private let places: [String: Int]?

    private static var many: Int { 16 }

    init(_ object: JSONNode) {
        self.object = object
        guard object.token.count > Self.many else {
            places = nil
            return
        }
        var places: [String: Int] = [:]
        places.reserveCapacity(Int(object.token.count))
        Self.each(of: object) { name, value in
            let text = object.tape.text(name)
            if places[text] == nil { places[text] = value }
            return true
        }
        self.places = places
    }

    private static func each(of object: JSONNode, _ body: (JSONTape.Token, Int) -> Bool) {
        var name = object.place + 1
        let end = Int(object.token.next)
        while name < end, body(object.tape.tokens[name], name + 1) { name = Int(object.tape.tokens[name + 1].next) }
    }

    var codingPath: [any CodingKey] { object.codingPath }

    var allKeys: [Key] {
        var names: [String] = []
        if let places {
            names = Array(places.keys)
        } else {
            Self.each(of: object) { name, _ in
                let text = object.tape.text(name)
                if !names.contains(text) { names.append(text) }
                return true
            }
        }
        return names.compactMap { Key(stringValue: $0) }
    }

    /// The value of a member; `nil` when there is none.
    private func find(_ key: Key) -> JSONNode? {
        let text = key.stringValue
        if let places { return places[text].map { JSONNode(tape: object.tape, place: $0) } }
        var found: JSONNode?
        Self.each(of: object) { name, value in
            guard object.tape.matches(name, text) else { return true }
            found = JSONNode(tape: object.tape, place: value)
            return false
        }
        return found
    }

    private func value(_ key: Key) throws -> JSONNode {
        if let value = find(key) { return value }
        throw DecodingError.keyNotFound(
            key, .init(codingPath: codingPath, debugDescription: "No value associated with key \(key.stringValue)."))
    }

    /// The value of a member that may be absent or null.
    private func present(_ key: Key) -> JSONNode? {
        guard let value = find(key), !value.decodeNil() else { return nil }
        return value
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) throws -> Bool { try value(key).decodeNil() }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).decode(type) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).decode(type) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).decode(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).decode(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).decode(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).decode(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).decode(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).decode(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).decode(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).decode(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).decode(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).decode(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).decode(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).decode(type) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try value(key).decode(type)
    }

    // The most frequent ones with one look instead of three.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try present(key)?.decode(type) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try present(key)?.decode(type) }
    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try present(key)?.decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try value(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try value(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { object }
    func superDecoder(forKey key: Key) throws -> any Decoder { try value(key) }
}

/// The elements of an array, one after the other.
struct JSONElements: UnkeyedDecodingContainer {
    private let array: JSONNode
    private var place: Int
    private(set) var currentIndex = 0

    init(_ array: JSONNode) {
        self.array = array
        place = array.place + 1
    }

    var codingPath: [any CodingKey] { array.codingPath }
    var count: Int? { Int(array.token.count) }
    var isAtEnd: Bool { currentIndex == Int(array.token.count) }

    private func current<Value>(_ type: Value.Type) throws -> JSONNode {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: codingPath, debugDescription: "the array is at its end"))
        }
        return JSONNode(tape: array.tape, place: place)
    }

    private mutating func pass(_ node: JSONNode) {
        place = Int(node.token.next)
        currentIndex += 1
    }

    mutating func decodeNil() throws -> Bool {
        let node = try current(Never?.self)
        guard node.decodeNil() else { return false }
        pass(node)
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let node = try current(type)
        let value = try node.decode(type)
        pass(node)
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let node = try current(type)
        let container = try node.container(keyedBy: type)
        pass(node)
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let node = try current([Any].self)
        let container = try node.unkeyedContainer()
        pass(node)
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let node = try current((any Decoder).self)
        pass(node)
        return node
    }
}
