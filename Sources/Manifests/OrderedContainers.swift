/// Fields on their way into a target.
struct OrderedFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let target: OrderedTarget
    let codingPath: [any CodingKey]

    private func field(_ key: Key) -> OrderedTarget { target.field(key.stringValue) }

    private func encoder(_ key: any CodingKey) -> OrderedEncoder {
        OrderedEncoder(target: target.field(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { field(key).set(.null) }
    func encode(_ value: Bool, forKey key: Key) { field(key).set(.bool(value)) }
    func encode(_ value: String, forKey key: Key) { field(key).set(.text(value)) }
    func encode(_ value: Double, forKey key: Key) { field(key).set(.number(value)) }
    func encode(_ value: Float, forKey key: Key) { field(key).set(.number(Double(value))) }
    func encode(_ value: Int, forKey key: Key) { field(key).set(.integer(Int64(value))) }
    func encode(_ value: Int8, forKey key: Key) { field(key).set(.integer(Int64(value))) }
    func encode(_ value: Int16, forKey key: Key) { field(key).set(.integer(Int64(value))) }
    func encode(_ value: Int32, forKey key: Key) { field(key).set(.integer(Int64(value))) }
    func encode(_ value: Int64, forKey key: Key) { field(key).set(.integer(Int64(value))) }
    func encode(_ value: UInt, forKey key: Key) { field(key).set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt8, forKey key: Key) { field(key).set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt16, forKey key: Key) { field(key).set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt32, forKey key: Key) { field(key).set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt64, forKey key: Key) { field(key).set(.unsigned(UInt64(value))) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try encoder(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { OrderedEncoder(target: target.field("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

/// Items on their way into a target.
struct OrderedItems: UnkeyedEncodingContainer {
    let target: OrderedTarget
    let codingPath: [any CodingKey]

    var count: Int { target.count }

    private func encoder() -> OrderedEncoder { OrderedEncoder(target: target.item(), codingPath: codingPath) }

    func encodeNil() { target.item().set(.null) }
    func encode(_ value: Bool) { target.item().set(.bool(value)) }
    func encode(_ value: String) { target.item().set(.text(value)) }
    func encode(_ value: Double) { target.item().set(.number(value)) }
    func encode(_ value: Float) { target.item().set(.number(Double(value))) }
    func encode(_ value: Int) { target.item().set(.integer(Int64(value))) }
    func encode(_ value: Int8) { target.item().set(.integer(Int64(value))) }
    func encode(_ value: Int16) { target.item().set(.integer(Int64(value))) }
    func encode(_ value: Int32) { target.item().set(.integer(Int64(value))) }
    func encode(_ value: Int64) { target.item().set(.integer(Int64(value))) }
    func encode(_ value: UInt) { target.item().set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt8) { target.item().set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt16) { target.item().set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt32) { target.item().set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt64) { target.item().set(.unsigned(UInt64(value))) }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }
}

/// A value on its own on its way into a target.
struct OrderedSingle: SingleValueEncodingContainer {
    let target: OrderedTarget
    let codingPath: [any CodingKey]

    func encodeNil() { target.set(.null) }
    func encode(_ value: Bool) { target.set(.bool(value)) }
    func encode(_ value: String) { target.set(.text(value)) }
    func encode(_ value: Double) { target.set(.number(value)) }
    func encode(_ value: Float) { target.set(.number(Double(value))) }
    func encode(_ value: Int) { target.set(.integer(Int64(value))) }
    func encode(_ value: Int8) { target.set(.integer(Int64(value))) }
    func encode(_ value: Int16) { target.set(.integer(Int64(value))) }
    func encode(_ value: Int32) { target.set(.integer(Int64(value))) }
    func encode(_ value: Int64) { target.set(.integer(Int64(value))) }
    func encode(_ value: UInt) { target.set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt8) { target.set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt16) { target.set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt32) { target.set(.unsigned(UInt64(value))) }
    func encode(_ value: UInt64) { target.set(.unsigned(UInt64(value))) }

    func encode<Value: Encodable>(_ value: Value) throws {
        try OrderedEncoder(target: target, codingPath: codingPath).encode(value)
    }
}
