internal import CYAML

/// What libyaml found next.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar, sequenceStart, sequenceEnd, mappingStart, mappingEnd, alias
    }

    var kind: Kind
    var mark: Mark
    /// In characters from the start of the text.
    var offset: Int
    /// The text of a scalar, without its quotes.
    var text = ""
    /// True for a scalar without quotes.
    var isPlain = false
    var hasAnchor = false
    var tag: String?
}

/// A fault that libyaml found.
struct YAMLSyntaxError: Error {
    var mark: Mark
    var message: String
}

/// The one user of libyaml: a parser over bytes in memory.
///
/// The bytes live in a buffer of this object, since libyaml keeps pointers to them.
final class YAMLEventStream {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var isFinished = false

    init(_ bytes: [UInt8]) {
        input = UnsafeMutableBufferPointer.allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        parser = UnsafeMutablePointer.allocate(capacity: 1)
        // Fails only without memory, and then every call below reports it.
        isFinished = yaml_parser_initialize(parser) == 0
        if !isFinished { yaml_parser_set_input_string(parser, input.baseAddress, bytes.count) }
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; after the last one the end of the stream again and again.
    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        let end = YAMLEvent(kind: .streamEnd, mark: Mark(line: 1, column: 1), offset: 0)
        guard !isFinished else { return end }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            isFinished = true
            throw syntaxError()
        }
        defer { yaml_event_delete(&event) }
        isFinished = event.type == YAML_STREAM_END_EVENT
        return converted(event)
    }

    private func converted(_ event: yaml_event_t) -> YAMLEvent {
        var result = YAMLEvent(kind: .streamStart, mark: Mark(event.start_mark), offset: event.start_mark.index)
        switch event.type {
        case YAML_STREAM_END_EVENT: result.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
        case YAML_ALIAS_EVENT: result.kind = .alias
        case YAML_SEQUENCE_START_EVENT:
            result.kind = .sequenceStart
            result.hasAnchor = event.data.sequence_start.anchor != nil
            result.tag = YAMLEventStream.text(event.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            result.kind = .mappingStart
            result.hasAnchor = event.data.mapping_start.anchor != nil
            result.tag = YAMLEventStream.text(event.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            result.kind = .scalar
            result.hasAnchor = scalar.anchor != nil
            result.tag = YAMLEventStream.text(scalar.tag)
            result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            result.text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        default: break
        }
        return result
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    /// An unfinished quote is reported where it begins, not at the end of the text.
    private func syntaxError() -> YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
        guard let context = state.context.map({ String(cString: $0) }) else {
            return YAMLSyntaxError(mark: Mark(state.problem_mark), message: problem)
        }
        let beginning = Mark(state.context_mark)
        if problem.contains("end of stream") {
            return YAMLSyntaxError(mark: beginning, message: "\(problem) \(context)")
        }
        let message = "\(problem) (\(context) at line \(beginning.line))"
        return YAMLSyntaxError(mark: Mark(state.problem_mark), message: message)
    }
}

extension Mark {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
