/// Pieces of PromQL text that no value from outside can break out of.
public enum PromQL {
    /// A string literal: double quotes, with escapes for quotes, backslashes and control characters.
    ///
    /// - Source: PromQL, "String literals"; the escapes are Go's.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A regular expression that matches `text` itself and nothing else.
    ///
    /// - Source: RE2 syntax; the characters are those of Go's `regexp.QuoteMeta`.
    public static func literalPattern(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// The rate of the series of a selector that have enough samples within the window.
    ///
    /// - Parameter minimumSamples: Prometheus asks for 2 by itself.
    static func rate(of selector: String, over window: Duration, minimumSamples: Int) -> String {
        let range = "\(selector)[\(QueryRequest.milliseconds(window))]"
        guard minimumSamples > ResourceQuery.leastSamples else { return "rate(\(range))" }
        return "rate(\(range)) and count_over_time(\(range)) >= \(minimumSamples)"
    }

    /// Whether `text` may stand as a metric name: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static func isMetricName(_ text: String) -> Bool {
        isName(text, allowsColon: true)
    }

    /// Whether `text` may stand as a label name: `[a-zA-Z_][a-zA-Z0-9_]*`.
    public static func isLabelName(_ text: String) -> Bool {
        isName(text, allowsColon: false)
    }

    private static func isName(_ text: String, allowsColon: Bool) -> Bool {
        var isFirst = true
        for byte in text.utf8 {
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isLetter || (isDigit && !isFirst) || (allowsColon && byte == UInt8(ascii: ":")) else { return false }
            isFirst = false
        }
        return !isFirst
    }
}

/// One condition of a selector, e.g. `namespace=~"shop|kitchen"`. Only well-formed ones can be made.
public struct LabelMatcher: Sendable, Hashable, CustomStringConvertible {
    /// How a label's value is compared.
    public enum Operator: String, Sendable, Hashable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case doesNotMatch = "!~"
    }

    public let name: String
    public let comparison: Operator
    /// The text or the pattern, not yet quoted.
    public let value: String

    /// `nil` when `name` is no label name.
    public init?(_ name: String, _ comparison: Operator, _ value: String) {
        guard PromQL.isLabelName(name) else { return nil }
        self.name = name
        self.comparison = comparison
        self.value = value
    }

    /// A matcher for any of some literal values: `=` for one, an alternation of quoted literals for more.
    ///
    /// `nil` when `name` is no label name or there are no values: a matcher for nothing has no text that is safe to
    /// leave out.
    public init?(_ name: String, oneOf values: [String]) {
        guard let first = values.first else { return nil }
        if values.count == 1 {
            self.init(name, .equal, first)
        } else {
            self.init(name, .matches, values.map(PromQL.literalPattern).joined(separator: "|"))
        }
    }

    public var description: String { name + comparison.rawValue + PromQL.quoted(value) }
}
