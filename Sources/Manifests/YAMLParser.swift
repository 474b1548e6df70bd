internal import CYAML

/// Reads YAML, and JSON as the part of YAML that it is, into nodes.
///
/// Anchors, aliases, tags and repeated keys are refused: manifests need none of them, and without them a small text
/// cannot stand for a large one.
package struct YAMLParser {
    /// Largest text that is read, in bytes. An API server takes objects of at most 3 MiB.
    package static let largestText = 64 << 20
    /// How deep values may lie in one another.
    package static let deepestNesting = 100

    private let file: String
    private let events: YAMLEventStream

    private init(_ bytes: [UInt8], file: String) {
        self.file = file
        events = YAMLEventStream(bytes)
    }

    /// The documents of a text, without those that are empty.
    ///
    /// - Throws: The first fault in the text, with its place.
    package static func documents(of bytes: [UInt8], file: String) throws(Diagnostic) -> [YAMLNode] {
        guard bytes.count <= largestText else {
            throw Diagnostic(file: file, mark: nil, message: "is larger than \(largestText >> 20) MiB, split it")
        }
        let parser = YAMLParser(JSONEscapes.joinSurrogates(bytes), file: file)
        var documents: [YAMLNode] = []
        while true {
            let event = try parser.next()
            switch event.kind {
            case .streamEnd: return documents
            case .documentStart:
                let root = try parser.node(try parser.next(), depth: 0)
                if !root.isNull { documents.append(root) }
            default: continue
            }
        }
    }

    private func next() throws(Diagnostic) -> YAMLEvent {
        let event: YAMLEvent
        do {
            event = try events.next()
        } catch {
            throw Diagnostic(file: file, mark: error.mark, message: error.message)
        }
        if event.kind == .alias || event.hasAnchor {
            throw refusal(event, "anchors and aliases (& and *) are not read, write the value out")
        }
        if let tag = event.tag { throw refusal(event, "tags are not read, remove \(tag)") }
        return event
    }

    private func refusal(_ event: YAMLEvent, _ message: String) -> Diagnostic {
        Diagnostic(file: file, mark: event.mark, message: message)
    }

    private func node(_ event: YAMLEvent, depth: Int) throws(Diagnostic) -> YAMLNode {
        guard depth <= YAMLParser.deepestNesting else {
            throw refusal(event, "is nested more than \(YAMLParser.deepestNesting) levels deep")
        }
        let content: YAMLNode.Content
        switch event.kind {
        case .sequenceStart:
            var items: [YAMLNode] = []
            var item = try next()
            while item.kind != .sequenceEnd {
                items.append(try node(item, depth: depth + 1))
                item = try next()
            }
            content = .sequence(items)
        case .mappingStart: content = .mapping(try entries(depth: depth))
        default: content = .scalar(YAMLScalar(text: event.text, isPlain: event.isPlain))
        }
        return YAMLNode(content: content, mark: event.mark, offset: event.offset)
    }

    private func entries(depth: Int) throws(Diagnostic) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var marks: [String: Mark] = [:]
        var event = try next()
        while event.kind != .mappingEnd {
            let key = try key(event)
            if let first = marks.updateValue(event.mark, forKey: key) {
                throw refusal(event, "the key \(key) stands here twice, first at \(first)")
            }
            let value = try node(try next(), depth: depth + 1)
            entries.append(YAMLEntry(key: key, keyMark: event.mark, value: value))
            event = try next()
        }
        return entries
    }

    private func key(_ event: YAMLEvent) throws(Diagnostic) -> String {
        guard event.kind == .scalar else { throw refusal(event, "a key must be a text, not a list or a mapping") }
        let scalar = YAMLScalar(text: event.text, isPlain: event.isPlain)
        switch scalar.value {
        case .null, .bool: throw refusal(event, "the key is \(scalar.kind) in YAML, write it in quotes")
        default: break
        }
        if scalar.isPlain, scalar.text == "<<" {
            throw refusal(event, "merge keys (<<) are not read, write the fields out")
        }
        return scalar.text
    }
}
