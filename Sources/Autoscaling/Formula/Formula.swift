/// A size as an expression over metrics, in place of the highest proposal.
///
///     let formula = try Formula("max(replicas(cpu), ceil(value(queue) / 30))")
///
/// It is read, typed and bounded once; working it out costs no more than its length, cannot loop, and cannot trap. There
/// are three types: a *Replicas* is a whole number of replicas, and is a *Number* where one is asked for; a *Boolean*
/// chooses. The whole is a Replicas. What is used of a metric that fails makes the formula fail.
///
/// - Source: `spec.formula` of a HorizontalAutoscaler; `docs/extensions.md` has the grammar.
public struct Formula: Sendable {
    /// As written.
    public let text: String
    let root: FormulaNode

    /// Most bytes of a text.
    public static let largestText = 1_024
    /// Most parts of one, each an operator, a call, a number or a name.
    static let mostParts = 256
    /// How deep its parts may be nested.
    static let deepest = 32

    /// Reads a formula.
    ///
    /// - Throws: ``FormulaError`` for anything that is none, or no Replicas.
    public init(_ text: String) throws(FormulaError) {
        self.text = text
        var parser = try FormulaParser(text)
        root = try parser.formula()
    }

    /// Checks that each metric it speaks of is one of a spec, and one only.
    ///
    /// - Throws: ``FormulaError`` for the first that is not.
    public func check(against metrics: [MetricSpec]) throws(FormulaError) {
        let names = metrics.compactMap(\.referenceName)
        for (name, offset) in root.references {
            let count = names.count { $0 == name }
            if count == 1 { continue }
            let message =
                count == 0
                ? "no metric is called '\(name)'; there is \(names.isEmpty ? "none with a name" : names.joined(separator: ", "))"
                : "'\(name)' is the name of \(count) metrics; give a Prometheus metric a name of its own"
            throw FormulaError(message, in: text, at: offset)
        }
    }

    /// The text of a part.
    func text(of node: FormulaNode) -> String {
        String(decoding: Array(text.utf8)[node.range], as: UTF8.self)
    }
}

extension Formula: Hashable, Codable {
    /// Of the same text.
    public static func == (left: Formula, right: Formula) -> Bool { left.text == right.text }

    /// By its text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Reads the text.
    ///
    /// - Throws: `DecodingError` where it is no formula.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(container.decode(String.self))
        } catch let error as FormulaError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "is no formula: \(error)")
        }
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// What is wrong with the text of a formula, and where.
public struct FormulaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Characters from the beginning, from 1.
    public var column: Int
    /// What is wrong, and what to do about it.
    public var message: String

    /// - Parameter offset: Bytes from the beginning.
    init(_ message: String, in text: String, at offset: Int) {
        self.message = message
        column = String(decoding: text.utf8.prefix(offset), as: UTF8.self).count + 1
    }

    /// `column 7: there is no function size`
    public var description: String { "column \(column): \(message)" }
}
