/// A part that most values do not have: one word where it is absent and one reference where it is there, so that copying a
/// value does not pay for what it lacks.
///
/// A value as any other: equal, hashed and coded as the optional that it stands for.
@propertyWrapper
public enum Rare<Value> {
    /// It is absent.
    case none
    /// It is there, apart from the value that it belongs to.
    indirect case some(Value)

    /// A part, or none.
    public init(wrappedValue: Value?) {
        self = wrappedValue.map(Rare.some) ?? .none
    }

    /// Whether it is there: costs less than a look at it.
    public var projectedValue: Bool {
        if case .some = self { return true }
        return false
    }

    /// The part as an optional.
    public var wrappedValue: Value? {
        get {
            if case .some(let value) = self { return value }
            return nil
        }
        set { self = newValue.map(Rare.some) ?? .none }
    }
}

extension Rare: Sendable where Value: Sendable {}
extension Rare: Equatable where Value: Equatable {}
extension Rare: Hashable where Value: Hashable {}

extension Rare: Codable where Value: Codable {
    /// Reads the part where there is one.
    public init(from decoder: any Decoder) throws {
        self.init(wrappedValue: try Value?(from: decoder))
    }

    /// Writes the part, or null.
    public func encode(to encoder: any Encoder) throws {
        try wrappedValue.encode(to: encoder)
    }
}

// What synthesized coding calls for a wrapped property: a part that is absent leaves no key, as with an optional.

extension KeyedDecodingContainer {
    /// Reads the part where there is one.
    package func decode<Value: Codable>(_ type: Rare<Value>.Type, forKey key: Key) throws -> Rare<Value> {
        Rare(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
    }
}

extension KeyedEncodingContainer {
    /// Writes the part where there is one.
    package mutating func encode<Value: Codable>(_ part: Rare<Value>, forKey key: Key) throws {
        try encodeIfPresent(part.wrappedValue, forKey: key)
    }
}
