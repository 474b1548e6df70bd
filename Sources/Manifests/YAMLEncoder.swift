/// Writes values as YAML that every reader takes for what it was: the inverse of ``YAMLDecoder``.
///
/// Lists stand at the column of their field, as `kubectl` writes them; texts are quoted when any YAML reader could take
/// them for something else (`"on"`, `"1e3"`, `"~"`), and texts of several lines are blocks where that is exact.
package struct YAMLEncoder: Sendable {
    package init() {}

    /// One document, ending with a line feed, without `---`.
    package func encode(_ value: some Encodable) throws -> String {
        encode(try OrderedValue(encoding: value))
    }

    package func encode(_ value: OrderedValue) -> String {
        var writer = YAMLWriter()
        writer.write(document: value)
        return writer.text
    }

    /// Several documents, with `---` between them.
    package func encode(documents: [OrderedValue]) -> String {
        documents.map(encode).joined(separator: "---\n")
    }
}

private struct YAMLWriter {
    var text = ""

    mutating func write(document value: OrderedValue) {
        switch value {
        case .list(let items) where !items.isEmpty: write(items, indent: 0)
        case .fields(let fields) where !fields.isEmpty: write(fields, indent: 0)
        default: text += inline(value, indent: 0) + "\n"
        }
    }

    private mutating func write(_ fields: [OrderedValue.Field], indent: Int, isFirstInPlace: Bool = false) {
        for (index, field) in fields.enumerated() {
            if index > 0 || !isFirstInPlace { text += String(repeating: " ", count: indent) }
            text += YAMLText.key(field.name) + ":"
            switch field.value {
            case .fields(let inner) where !inner.isEmpty:
                text += "\n"
                write(inner, indent: indent + 2)
            case .list(let items) where !items.isEmpty:
                text += "\n"
                write(items, indent: indent)
            default: text += " " + inline(field.value, indent: indent + 2) + "\n"
            }
        }
    }

    private mutating func write(_ items: [OrderedValue], indent: Int, isFirstInPlace: Bool = false) {
        for (index, item) in items.enumerated() {
            if index > 0 || !isFirstInPlace { text += String(repeating: " ", count: indent) }
            text += "- "
            switch item {
            case .fields(let fields) where !fields.isEmpty: write(fields, indent: indent + 2, isFirstInPlace: true)
            case .list(let inner) where !inner.isEmpty: write(inner, indent: indent + 2, isFirstInPlace: true)
            default: text += inline(item, indent: indent + 2) + "\n"
            }
        }
    }

    /// A value that begins on the line of its key; the further lines of a block are indented.
    private func inline(_ value: OrderedValue, indent: Int) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .number(let value): YAMLText.number(value)
        case .text(let text): YAMLText.value(text, indent: indent)
        case .list: "[]"
        case .fields: "{}"
        }
    }
}
