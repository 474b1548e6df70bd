/// Label names with their values, rendered once: `namespace="shop",name="web"`, without the braces.
///
/// Two sets are equal when they were given the same values for the same names in the same order.
public struct LabelSet: Sendable, Hashable {
    /// No labels at all.
    public static let none = LabelSet([])

    package let rendered: [UInt8]

    /// - Parameter pairs: In the order in which they are written.
    public init(_ pairs: [(name: LabelName, value: String)]) {
        var writer = ExpositionWriter()
        for (index, pair) in pairs.enumerated() {
            if index > 0 { writer.append(",") }
            writer.append(pair.name.description)
            writer.append("=\"")
            writer.appendEscaped(pair.value, quotes: true)
            writer.append("\"")
        }
        self.rendered = writer.bytes
    }

    private init(rendered: [UInt8]) {
        self.rendered = rendered
    }

    /// The set with one more pair at its end: what many sets have in common is rendered once.
    public func adding(_ name: LabelName, _ value: String) -> LabelSet {
        let pair = LabelSet([(name, value)]).rendered
        return LabelSet(rendered: rendered.isEmpty ? pair : rendered + [UInt8(ascii: ",")] + pair)
    }
}
