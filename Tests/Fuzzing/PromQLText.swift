/// A query as Prometheus' lexer cuts it: an own reading, so that the writer is not checked by itself.
///
/// - Source: Prometheus, "Expression language: string literals"; the escapes are Go's.
struct PromQLText {
    private let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private enum Token: Equatable {
        case string([UInt8])
        case other(Unicode.Scalar)
    }

    struct Selector {
        var name: String
        var matchers: [(String, String, String)]
    }

    /// Whether every quote and bracket that opens is closed, in order.
    var isClosed: Bool {
        guard let tokens = try? tokens() else { return false }
        var open: [Unicode.Scalar] = []
        for case .other(let scalar) in tokens {
            switch scalar {
            case "(": open.append(")")
            case "[": open.append("]")
            case "{": open.append("}")
            case ")", "]", "}": if open.popLast() != scalar { return false }
            default: break
            }
        }
        return open.isEmpty
    }

    /// The only selector with braces.
    func selector() throws(BrokenProperty) -> Selector {
        let tokens = try tokens()
        let (begin, end) = (Token.other("{"), Token.other("}"))
        guard let start = tokens.firstIndex(of: begin), let stop = tokens.firstIndex(of: end), start < stop,
            tokens.count(where: { $0 == begin }) == tokens.count(where: { $0 == end })
        else { throw BrokenProperty("no braces") }
        // A counter that wants more samples is asked twice, by the same selector.
        for case .other(let scalar) in tokens[..<start]
        where !Self.isWord(scalar) && !" ()".unicodeScalars.contains(scalar) {
            throw BrokenProperty("\(scalar) before the selector")
        }
        var name = ""
        for case .other(let scalar) in tokens[..<start].reversed() {
            guard Self.isWord(scalar) else { break }
            name = String(scalar) + name
        }
        var matchers: [(String, String, String)] = []
        var label = ""
        var comparison = ""
        for token in tokens[(start + 1)..<stop] {
            switch token {
            case .other(","): (label, comparison) = ("", "")
            case .other(let scalar) where Self.isWord(scalar): label.unicodeScalars.append(scalar)
            case .other(let scalar): comparison.unicodeScalars.append(scalar)
            case .string(let value): matchers.append((label, comparison, String(decoding: value, as: UTF8.self)))
            }
        }
        return Selector(name: name, matchers: matchers)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) || scalar == "_"
            || scalar == ":"
    }

    private func tokens() throws(BrokenProperty) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            guard scalar == "\"" || scalar == "'" || scalar == "`" else {
                tokens.append(.other(scalar))
                continue
            }
            tokens.append(.string(try literal(ending: scalar, &index)))
        }
        return tokens
    }

    /// The digits of an escape.
    private func number<Number: FixedWidthInteger>(
        _ count: Int, _ radix: Int, _ index: inout Int
    ) throws(BrokenProperty) -> Number {
        let digits = String(String.UnicodeScalarView(scalars[index..<min(index + count, scalars.count)]))
        guard digits.utf8.count == count, digits.utf8.first != 0x2b, let number = Number(digits, radix: radix) else {
            throw BrokenProperty("an escape of \(digits)")
        }
        index += count
        return number
    }

    private func literal(ending quote: Unicode.Scalar, _ index: inout Int) throws(BrokenProperty) -> [UInt8] {
        var value: [UInt8] = []
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == quote { return value }
            guard scalar == "\\", quote != "`" else {
                guard scalar != "\n" || quote == "`" else { throw BrokenProperty("a line end in a literal") }
                value += Array(String(scalar).utf8)
                continue
            }
            guard index < scalars.count else { break }
            let escape = scalars[index]
            index += 1
            switch escape {
            case "a": value.append(0x07)
            case "b": value.append(0x08)
            case "f": value.append(0x0c)
            case "n": value.append(0x0a)
            case "r": value.append(0x0d)
            case "t": value.append(0x09)
            case "v": value.append(0x0b)
            case "\\", quote: value += Array(String(escape).utf8)
            case "x": value.append(try number(2, 16, &index))
            case "u", "U":
                let number: UInt32 = try number(escape == "u" ? 4 : 8, 16, &index)
                guard let scalar = Unicode.Scalar(number) else { throw BrokenProperty("no character \(number)") }
                value += Array(String(scalar).utf8)
            case "0"..."7":
                index -= 1
                value.append(try number(3, 8, &index))
            default: throw BrokenProperty("the escape \\\(escape)")
            }
        }
        throw BrokenProperty("a literal has no end")
    }
}
