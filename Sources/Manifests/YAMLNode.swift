/// One value of a YAML or JSON document and the place where it stands.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order written; no key twice.
        case mapping([YAMLEntry])
    }

    package var content: Content
    package var mark: Mark
    /// Which character of the text it starts at. No two mappings of a document start at the same one.
    let offset: Int

    init(content: Content, mark: Mark, offset: Int) {
        self.content = content
        self.mark = mark
        self.offset = offset
    }

    /// True for `null`, `~` and nothing at all.
    package var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.value == .null } else { false }
    }

    /// The value of a key, when this is a mapping that has it.
    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The items, when this is a sequence.
    package var items: [YAMLNode]? {
        if case .sequence(let items) = content { items } else { nil }
    }

    /// The text of a scalar, quoted or not.
    package var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    /// The mark of what is nearest to a path: the value itself when it is a scalar, its key when it is more than that,
    /// and the nearest one above it that exists otherwise.
    package func mark(nearest path: FieldPath) -> Mark {
        var node = self
        var mark = self.mark
        for component in path.components {
            switch (component, node.content) {
            case (.field(let name), .mapping(let entries)):
                guard let entry = entries.first(where: { $0.key == name }) else { return mark }
                node = entry.value
                if case .scalar = node.content, !node.isNull { mark = node.mark } else { mark = entry.keyMark }
            case (.index(let index), .sequence(let items)) where items.indices.contains(index):
                node = items[index]
                mark = node.mark
            default: return mark
            }
        }
        return mark
    }
}

/// A key of a mapping and its value.
package struct YAMLEntry: Sendable {
    package var key: String
    package var keyMark: Mark
    package var value: YAMLNode
}
