/// The members of an object that is encoded.
struct JSONTargetMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let target: JSONTarget
    let codingPath: [any CodingKey]

    private func member(_ key: Key) -> JSONTarget { target.member(key.stringValue) }
    private func path(_ key: Key) -> [any CodingKey] { codingPath + [key] }

    func encodeNil(forKey key: Key) { member(key).set(.null) }
    func encode(_ value: Bool, forKey key: Key) { member(key).set(.bool(value)) }
    func encode(_ value: String, forKey key: Key) { member(key).set(.string(value)) }
    func encode(_ value: Double, forKey key: Key) throws { try member(key).encode(value, at: path(key)) }
    func encode(_ value: Float, forKey key: Key) throws { try member(key).encode(Double(value), at: path(key)) }
    func encode(_ value: Int, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: Int8, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: Int16, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: Int32, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: Int64, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: UInt, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: UInt8, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: UInt16, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: UInt32, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: UInt64, forKey key: Key) { member(key).encode(whole: value) }
    func encode(_ value: some Encodable, forKey key: Key) throws { try member(key).encode(value, at: path(key)) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        JSONTreeEncoder(target: member(key), codingPath: path(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONTreeEncoder(target: member(key), codingPath: path(key)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { JSONTreeEncoder(target: target, codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder {
        JSONTreeEncoder(target: member(key), codingPath: path(key))
    }
}

/// The elements of an array that is encoded.
struct JSONTargetElements: UnkeyedEncodingContainer {
    let target: JSONTarget
    let codingPath: [any CodingKey]
    var count: Int { target.count }

    private func element() -> JSONTreeEncoder {
        let path = codingPath + [JSONKey(intValue: count)]
        return JSONTreeEncoder(target: target.element(), codingPath: path)
    }

    func encodeNil() { element().encodeNil() }
    func encode(_ value: some Encodable) throws {
        let element = element()
        try element.target.encode(value, at: element.codingPath)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        element().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { element().unkeyedContainer() }
    func superEncoder() -> any Encoder { element() }
}
