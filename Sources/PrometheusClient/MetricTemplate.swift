/// PromQL with places for what is known only at the moment of asking.
///
///     let template = try MetricTemplate("sum(rate({{name}}{{{matchers}}}[{{window}}]))")
///
/// What fills a place cannot end it: matchers, namespaces and objects come quoted, names are checked.
public struct MetricTemplate: Sendable, Hashable, CustomStringConvertible {
    /// What stands between double braces.
    public enum Placeholder: String, Sendable, Hashable, CaseIterable {
        /// The metric's name, as the autoscaler has it.
        case name
        /// What the `*` of the rule's pattern stands for.
        case captured
        /// The matchers of the namespace, the object and the selector, separated by commas and never empty.
        case matchers
        /// A duration for a range.
        case window
        /// The autoscaler's namespace as a string literal, with its quotes.
        case namespace
        /// The described object's name as a string literal, with its quotes.
        case object
    }

    /// Why a text is no template.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// Where, in Unicode scalars from 0.
        public var offset: Int
        /// What is wrong and what to write.
        public var description: String
    }

    enum Piece: Sendable, Hashable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// The longest text, in bytes: a query that no one can read any more.
    public static let maximumBytes = 8 << 10

    /// As it was written.
    public let description: String
    let pieces: [Piece]

    /// Checks what can be checked without Prometheus: places, brackets and quotes.
    public init(_ text: String) throws(Fault) {
        var reader = MetricTemplateReader(text)
        pieces = try reader.read()
        description = text
    }

    /// Whether a place for this is in it.
    public func has(_ placeholder: Placeholder) -> Bool { pieces.contains(.placeholder(placeholder)) }

    /// The text with every place filled.
    func filled(_ value: (Placeholder) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .placeholder(let placeholder): value(placeholder)
            }
        }.joined()
    }
}
