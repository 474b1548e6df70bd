/// How texts and numbers are written in YAML.
enum YAMLText {
    /// A key, always on one line.
    static func key(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    /// A value: plain, quoted, or a block whose lines have `indent` spaces before them.
    static func value(_ text: String, indent: Int) -> String {
        if isPlain(text) { return text }
        return block(text, indent: indent) ?? quoted(text)
    }

    /// A number that is read back as the same one.
    static func number(_ value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return "\(value)"
    }

    /// True when no reader can take the text for anything else.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, last != 0x20, last != 0x3A else { return false }
        guard YAMLScalar(text: text, isPlain: true).value == .text, !looksLikeNumberOrTime(text), text != "<<",
            text != "="
        else { return false }
        guard !"-?:,[]{}#&*!|>'\"%@` ".utf8.contains(first), !text.hasPrefix("---"), !text.hasPrefix("...") else {
            return false
        }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            // Plain ASCII only; everything else is safe in quotes.
            guard byte >= 0x20, byte < 0x7F else { return false }
            if byte == 0x20, previous == 0x3A { return false }
            if byte == UInt8(ascii: "#"), previous == 0x20 { return false }
            if "[]{},".utf8.contains(byte) { return false }
            previous = byte
        }
        return true
    }

    /// Sexagesimal numbers, dates and numbers with underscores are not texts for readers of YAML 1.1.
    private static func looksLikeNumberOrTime(_ text: String) -> Bool {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return false }
        return text.utf8.allSatisfy { "+-.:_0123456789eETtZz xXabcdfABCDFo".utf8.contains($0) }
    }

    /// A literal block, or `nil` where it would not give the text back exactly.
    private static func block(_ text: String, indent: Int) -> String? {
        guard text.utf8.contains(0x0A), let first = text.utf8.first, first != 0x20, first != 0x09, first != 0x0A else {
            return nil
        }
        guard text.unicodeScalars.allSatisfy({ $0 == "\n" || isPrintable($0) }) else { return nil }
        let trailing = text.utf8.reversed().prefix { $0 == 0x0A }.count
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // Lines of spaces only would be read as empty ones or as a deeper indent.
        guard lines.allSatisfy({ $0.isEmpty || $0.contains { $0 != " " } }) else { return nil }
        let header = trailing == 0 ? "|-" : trailing == 1 ? "|" : "|+"
        let pad = String(repeating: " ", count: max(indent, 2))
        let body = (trailing == 0 ? lines : lines.dropLast()).map { $0.isEmpty ? "" : pad + $0 }
        return ([header] + body).joined(separator: "\n")
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// In double quotes, where anything can be written.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\0": result += "\\0"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x100: result += "\\x" + hexadecimal(scalar.value, width: 2)
            case _ where scalar.value < 0x10000: result += "\\u" + hexadecimal(scalar.value, width: 4)
            default: result += "\\U" + hexadecimal(scalar.value, width: 8)
            }
        }
        return result + "\""
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
