/// Texts as Go prints them, for messages that must read as Kubernetes' own.
package enum GoText {
    /// A string in double quotes, as `%q` prints it.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars { result += escaped(scalar) }
        return result + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\u{07}": return "\\a"
        case "\u{08}": return "\\b"
        case "\u{0C}": return "\\f"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{0B}": return "\\v"
        case _ where isPrintable(scalar): return String(scalar)
        case _ where scalar.value < 0x80: return "\\x" + hexadecimal(scalar.value, width: 2)
        case _ where scalar.value < 0x10000: return "\\u" + hexadecimal(scalar.value, width: 4)
        default: return "\\U" + hexadecimal(scalar.value, width: 8)
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    /// A list of strings as `encoding/json` writes it.
    package static func json(_ list: [String]) -> String {
        "[" + list.map(jsonString).joined(separator: ",") + "]"
    }

    private static func jsonString(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "<", ">", "&", "\u{2028}", "\u{2029}": result += "\\u" + hexadecimal(scalar.value, width: 4)
            case _ where scalar.value < 0x20: result += "\\u" + hexadecimal(scalar.value, width: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
