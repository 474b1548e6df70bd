/// A single value as it was written. Only plain ones, without quotes, can be anything but text.
///
/// The YAML 1.2 core rules hold, and what the Kubernetes tools read differently (they follow YAML 1.1) is taken their
/// way: `on`, `yes` and their like are booleans. A number with a leading zero means different things to different
/// tools, so it is refused wherever it is used.
package struct YAMLScalar: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A number that is not a 64-bit integer, with the text it was written with.
        case number(Double)
        /// Digits with a leading zero, e.g. `0644`.
        case ambiguousNumber
        case text
    }

    package let text: String
    package let isPlain: Bool
    package let value: Value

    package init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
        value = isPlain ? YAMLScalar.resolve(text) : .text
    }

    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]
    private static let truths: Set<String> = [
        "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y",
    ]
    private static let falsehoods: Set<String> = [
        "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N",
    ]

    private static func resolve(_ text: String) -> Value {
        if nulls.contains(text) { return .null }
        if truths.contains(text) { return .bool(true) }
        if falsehoods.contains(text) { return .bool(false) }
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return .text }
        return resolveNumber(text)
    }

    private static func resolveNumber(_ text: String) -> Value {
        let isNegative = text.hasPrefix("-")
        let unsigned = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
        switch unsigned {
        case ".inf", ".Inf", ".INF": return .number(isNegative ? -.infinity : .infinity)
        case ".nan", ".NaN", ".NAN": return unsigned.count == text.count ? .number(.nan) : .text
        default: break
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where unsigned.hasPrefix(prefix) {
            let digits = unsigned.dropFirst(2)
            guard let first = digits.first, first != "-", first != "+" else { return .text }
            guard let value = Int64((isNegative ? "-" : "") + digits, radix: radix) else { return .text }
            return .integer(value)
        }
        guard isDecimal(unsigned) else { return .text }
        let digits = unsigned.prefix { $0.isNumber }
        if digits.count > 1, digits.first == "0" { return .ambiguousNumber }
        if digits.count == unsigned.count, let value = Int64(text) { return .integer(value) }
        return Double(text).map(Value.number) ?? .text
    }

    /// Digits with an optional point and exponent, and at least one digit before the exponent.
    private static func isDecimal(_ text: Substring) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Int {
            let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = rest.dropFirst(count)
            return count
        }
        var count = digits()
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            count += digits()
        }
        guard count > 0 else { return false }
        guard let exponent = rest.first else { return true }
        guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
        return digits() > 0 && rest.isEmpty
    }

    /// What it is, for a message about what it should be.
    package var kind: String {
        switch value {
        case .null: "null"
        case .bool: "the boolean \(text)"
        case .integer, .number: "the number \(text)"
        case .ambiguousNumber: "\(text), a number with a leading zero,"
        case .text: "a text"
        }
    }
}
