import Autoscaling
import KubernetesTypes

/// The fields that a type asks for when it is decoded, with their places: `spec.metrics[].type`.
final class FieldRecord {
    var fields: Set<String> = []
}

/// A decoder that has every field: an object where one is asked for, a list of one item, and no value.
struct FieldProbe: Decoder {
    struct NoValue: Error {}

    let path: String
    let record: FieldRecord
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields<Key>(probe: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Items(probe: self) }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NoValue() }

    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: FieldProbe
        var codingPath: [any CodingKey] { [] }
        // Keys that are data are not asked for one by one.
        var allKeys: [Key] { [] }

        private func child(_ key: Key) -> FieldProbe {
            let name = key.stringValue
            let path = probe.path.isEmpty ? name : "\(probe.path).\(name)"
            probe.record.fields.insert(path)
            return FieldProbe(path: path, record: probe.record)
        }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) throws -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let child = child(key)
            if let time = PreciseTime(.distantPast) as? Value { return time }
            return try Value(from: child)
        }

        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
            try? Value(from: child(key))
        }

        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
            _ = child(key)
            return nil
        }

        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
            _ = child(key)
            return nil
        }

        func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
            _ = child(key)
            return nil
        }

        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
            _ = child(key)
            return nil
        }

        // A value that must be there is given, so that the fields after it are asked for.
        func decode(_ type: String.Type, forKey key: Key) throws -> String {
            _ = child(key)
            return ""
        }

        func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
            _ = child(key)
            return 0
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Nested> { child(key).container(keyedBy: type) }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { child(key).unkeyedContainer() }
        func superDecoder() -> any Decoder { probe }
        func superDecoder(forKey key: Key) -> any Decoder { child(key) }
    }

    private struct Items: UnkeyedDecodingContainer {
        let probe: FieldProbe
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 1 }
        var currentIndex = 0
        var isAtEnd: Bool { currentIndex > 0 }

        private mutating func item() -> FieldProbe {
            currentIndex += 1
            return FieldProbe(path: probe.path + "[]", record: probe.record)
        }

        mutating func decodeNil() -> Bool { false }
        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: item()) }

        mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> {
            item().container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { item().unkeyedContainer() }
        mutating func superDecoder() -> any Decoder { item() }
    }
}
