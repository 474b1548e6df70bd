/// The name of a metric family: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
///
/// - Source: Prometheus documentation, "Metric names and labels"; client-side names keep to ASCII.
public struct MetricName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    /// `nil` unless the text is a valid name.
    public init?(_ text: String) {
        guard isName(text, allowingColon: true) else { return nil }
        self.description = text
    }

    /// A name written in the source. A wrong one is a mistake of the programmer and stops the process.
    public init(stringLiteral text: StaticString) {
        let text = text.description
        precondition(isName(text, allowingColon: true), "'\(text)' is not a metric name")
        self.description = text
    }
}

/// The name of a label: `[a-zA-Z_][a-zA-Z0-9_]*`, not beginning with `__`, which Prometheus keeps for itself.
///
/// `le` belongs to histograms and is refused too.
public struct LabelName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let description: String

    /// `nil` unless the text is a valid name.
    public init?(_ text: String) {
        guard Self.isValid(text) else { return nil }
        self.description = text
    }

    /// A name written in the source. A wrong one is a mistake of the programmer and stops the process.
    public init(stringLiteral text: StaticString) {
        let text = text.description
        precondition(Self.isValid(text), "'\(text)' is not a label name")
        self.description = text
    }

    private static func isValid(_ text: String) -> Bool {
        isName(text, allowingColon: false) && !text.hasPrefix("__") && text != "le"
    }
}

private func isName(_ text: String, allowingColon: Bool) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return text.utf8.allSatisfy { byte in
        let letter = byte | 0x20
        return (letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")) || isDigit(byte)
            || byte == UInt8(ascii: "_") || (allowingColon && byte == UInt8(ascii: ":"))
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
