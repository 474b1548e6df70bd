internal import Autoscaling

/// Decodes nodes into any `Decodable` type, with errors that name the place and the field.
///
/// Values are taken strictly, as the API server takes JSON: a number is no text, a text no number, a number with a
/// fraction no whole number. A ``Quantity`` may be either.
package struct YAMLDecoder: Sendable {
    /// What null is where a value is needed.
    package enum NullValues: Sendable {
        /// A fault.
        case refused
        /// Empty, zero or false, as for the API server.
        case zero
    }

    package var nullValues: NullValues

    package init(nullValues: NullValues = .refused) {
        self.nullValues = nullValues
    }

    /// A value and the fields of the document that the type does not have.
    package struct Decoded<Value> {
        package var value: Value
        /// One error for each, with the nearest known field.
        package var unknownFields: [Diagnostic]
    }

    /// Decodes a node.
    ///
    /// - Parameter path: Where the node lies in its document.
    package func decode<Value: Decodable>(
        _ type: Value.Type, from node: YAMLNode, file: String, at path: FieldPath = FieldPath()
    ) throws(Diagnostic) -> Decoded<Value> {
        let record = DecodingRecord(file: file, nullValues: nullValues)
        do {
            let value = try NodeDecoder(node: node, path: path, record: record).decode(type)
            return Decoded(value: value, unknownFields: record.unknownFields(in: node, at: path))
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw Diagnostic(file: file, mark: node.mark, path: path.description, message: "\(error)")
        }
    }

    /// Decodes a text with exactly one document.
    ///
    /// - Throws: The first fault, an unknown field included.
    package func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], file: String
    ) throws(Diagnostic) -> Value {
        let documents = try YAMLParser.documents(of: bytes, file: file)
        guard let first = documents.first else { throw Diagnostic(file: file, mark: nil, message: "is empty") }
        guard documents.count == 1 else {
            throw Diagnostic(file: file, mark: documents[1].mark, message: "a second document, only one is read here")
        }
        let decoded = try decode(type, from: first, file: file)
        if let unknown = decoded.unknownFields.first { throw unknown }
        return decoded.value
    }
}

/// What was asked for during one decoding.
final class DecodingRecord {
    let file: String
    let nullValues: YAMLDecoder.NullValues
    /// The fields that were asked for, by where the mapping starts.
    private var asked: [Int: Set<String>] = [:]
    /// Mappings whose keys are data.
    private var open: Set<Int> = []

    init(file: String, nullValues: YAMLDecoder.NullValues) {
        self.file = file
        self.nullValues = nullValues
    }

    func ask(_ key: String, of node: YAMLNode) {
        if !open.contains(node.offset) { asked[node.offset, default: []].insert(key) }
    }

    func askAll(of node: YAMLNode) {
        open.insert(node.offset)
    }

    func unknownFields(in node: YAMLNode, at path: FieldPath) -> [Diagnostic] {
        switch node.content {
        case .scalar: return []
        case .sequence(let items):
            return items.enumerated().flatMap { unknownFields(in: $0.element, at: path.index($0.offset)) }
        case .mapping(let entries):
            let known = asked[node.offset]
            return entries.flatMap { entry -> [Diagnostic] in
                let field = path.child(entry.key)
                if let known, !open.contains(node.offset), !known.contains(entry.key) {
                    let message = "unknown field, \(DecodingRecord.advice(for: entry.key, among: known))"
                    return [Diagnostic(file: file, mark: entry.keyMark, path: field.description, message: message)]
                }
                return unknownFields(in: entry.value, at: field)
            }
        }
    }

    private static func advice(for key: String, among known: Set<String>) -> String {
        if let nearest = Spelling.nearest(to: key, among: Array(known)) { return "did you mean \(nearest)?" }
        return known.isEmpty ? "remove it" : "known here are \(known.sorted().joined(separator: ", "))"
    }
}
