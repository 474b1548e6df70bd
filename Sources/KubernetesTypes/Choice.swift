/// One of a set of names, or a name that this version does not know: an object written for a newer version must not keep
/// the others of its list from being read.
package enum Choice<Value: RawRepresentable & CaseIterable & Hashable & Sendable>: Hashable, Sendable, Codable
where Value.RawValue == String {
    case known(Value)
    case unknown(String)

    /// `nil` for a name that is not known.
    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = Value(rawValue: text).map(Choice.known) ?? .unknown(text)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .known(let value): try container.encode(value.rawValue)
        case .unknown(let text): try container.encode(text)
        }
    }
}
