/// Where one value is put while it is encoded; objects and arrays are filled in steps.
final class JSONTarget {
    private enum State {
        case value(JSONValue)
        case members([String: JSONTarget])
        case elements([JSONTarget])
    }

    private var state = State.value(.object([:]))

    var value: JSONValue {
        switch state {
        case .value(let value): value
        case .members(let members): .object(members.mapValues(\.value))
        case .elements(let elements): .array(elements.map(\.value))
        }
    }

    var count: Int {
        if case .elements(let elements) = state { elements.count } else { 0 }
    }

    func set(_ value: JSONValue) { state = .value(value) }

    func beginMembers() {
        if case .members = state { return }
        state = .members([:])
    }

    func beginElements() {
        if case .elements = state { return }
        state = .elements([])
    }

    func member(_ name: String) -> JSONTarget {
        guard case .members(var members) = state else { return JSONTarget() }
        // An object that was begun before goes on.
        if let target = members[name] { return target }
        let target = JSONTarget()
        // Frees the members for a change in place.
        state = .value(.null)
        members[name] = target
        state = .members(members)
        return target
    }

    func element() -> JSONTarget {
        let target = JSONTarget()
        guard case .elements(var elements) = state else { return target }
        state = .value(.null)
        elements.append(target)
        state = .elements(elements)
        return target
    }

    // MARK: - Values

    func encode<Value: Encodable>(_ value: Value, at path: [any CodingKey]) throws {
        switch value {
        case let text as String: set(.string(text))
        case let tree as JSONValue: set(tree)
        default: try value.encode(to: JSONTreeEncoder(target: self, codingPath: path))
        }
    }

    /// A number that is whole is written without a fraction, as `JSONEncoder` does.
    func encode(_ value: Double, at path: [any CodingKey]) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: path, debugDescription: "JSON has no \(value)"))
        }
        set(Int64(exactly: value).map { .int($0) } ?? .double(value))
    }

    func encode(whole value: some FixedWidthInteger) {
        set(Int64(exactly: value).map { .int($0) } ?? .double(Double(value)))
    }
}

/// Encodes into a target.
struct JSONTreeEncoder: Encoder, SingleValueEncodingContainer {
    let target: JSONTarget
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        target.beginMembers()
        return KeyedEncodingContainer(JSONTargetMembers(target: target, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        target.beginElements()
        return JSONTargetElements(target: target, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { target.set(.null) }
    func encode(_ value: Bool) { target.set(.bool(value)) }
    func encode(_ value: String) { target.set(.string(value)) }
    func encode(_ value: Double) throws { try target.encode(value, at: codingPath) }
    func encode(_ value: Float) throws { try target.encode(Double(value), at: codingPath) }
    func encode(_ value: Int) { target.encode(whole: value) }
    func encode(_ value: Int8) { target.encode(whole: value) }
    func encode(_ value: Int16) { target.encode(whole: value) }
    func encode(_ value: Int32) { target.encode(whole: value) }
    func encode(_ value: Int64) { target.encode(whole: value) }
    func encode(_ value: UInt) { target.encode(whole: value) }
    func encode(_ value: UInt8) { target.encode(whole: value) }
    func encode(_ value: UInt16) { target.encode(whole: value) }
    func encode(_ value: UInt32) { target.encode(whole: value) }
    func encode(_ value: UInt64) { target.encode(whole: value) }
    func encode(_ value: some Encodable) throws { try target.encode(value, at: codingPath) }
}
