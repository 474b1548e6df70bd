/// A value to be written, with fields in the order they were given.
package enum OrderedValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case text(String)
    case list([OrderedValue])
    case fields([Field])

    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: OrderedValue

        package init(name: String, value: OrderedValue) {
            self.name = name
            self.value = value
        }
    }

    /// Encodes any value; its fields come in the order of encoding, those of a dictionary in the order of their names.
    package init(encoding value: some Encodable) throws {
        let target = OrderedTarget()
        try OrderedEncoder(target: target, codingPath: []).encode(value)
        self = target.value
    }

    /// A node as it was read. Numbers keep their value, not their text.
    package init(_ node: YAMLNode) {
        switch node.content {
        case .sequence(let items): self = .list(items.map(OrderedValue.init))
        case .mapping(let entries):
            self = .fields(entries.map { Field(name: $0.key, value: OrderedValue($0.value)) })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: self = .null
            case .bool(let value): self = .bool(value)
            case .integer(let value): self = .integer(value)
            case .number(let value): self = UInt64(scalar.text).map(OrderedValue.unsigned) ?? .number(value)
            case .ambiguousNumber, .text: self = .text(scalar.text)
            }
        }
    }

    /// With quantities such as 0.05 as text: the schema of a custom resource takes whole numbers or text.
    package var quotingFractions: OrderedValue {
        switch self {
        case .number(let value): .text(YAMLText.number(value))
        case .list(let items): .list(items.map(\.quotingFractions))
        case .fields(let fields): .fields(fields.map { Field(name: $0.name, value: $0.value.quotingFractions) })
        case .null, .bool, .integer, .unsigned, .text: self
        }
    }
}
