/// Splits a template into its pieces, and refuses one that could not become PromQL whatever fills its places.
struct MetricTemplateReader {
    private typealias Placeholder = MetricTemplate.Placeholder
    private typealias Fault = MetricTemplate.Fault

    private let text: String
    /// As PromQL's lexer sees them: a quote with an accent upon it is a quote.
    private let characters: [Unicode.Scalar]
    private var position = 0
    private var pieces: [MetricTemplate.Piece] = []
    private var pending = ""
    /// The brackets that are open, with where each began.
    private var brackets: [(closing: Unicode.Scalar, offset: Int)] = []
    /// The quote of the string literal that is open, and where it began.
    private var quote: (mark: Unicode.Scalar, offset: Int)?

    init(_ text: String) {
        self.text = text
        characters = Array(text.unicodeScalars)
    }

    mutating func read() throws(MetricTemplate.Fault) -> [MetricTemplate.Piece] {
        guard text.utf8.count <= MetricTemplate.maximumBytes else {
            throw Fault(offset: 0, description: "is longer than \(MetricTemplate.maximumBytes) bytes")
        }
        guard characters.contains(where: { !$0.properties.isWhitespace }) else {
            throw Fault(offset: 0, description: "is empty, write a PromQL expression")
        }
        while position < characters.count {
            if let placeholder = try placeholder() {
                try check(placeholder.kind, at: placeholder.offset)
                flush()
                pieces.append(.placeholder(placeholder.kind))
            } else {
                try pass()
            }
        }
        if let quote { throw Fault(offset: quote.offset, description: "the string that begins here has no end") }
        if let open = brackets.last {
            throw Fault(offset: open.offset, description: "the bracket that opens here lacks its '\(open.closing)'")
        }
        flush()
        return pieces
    }

    private mutating func flush() {
        if !pending.isEmpty { pieces.append(.text(pending)) }
        pending = ""
    }

    /// `{{word}}` where one begins; of three braces the first is PromQL's own.
    private mutating func placeholder() throws(MetricTemplate.Fault) -> (kind: MetricTemplate.Placeholder, offset: Int)?
    {
        let start = position
        guard character(0) == "{", character(1) == "{", character(2) != "{" else { return nil }
        var end = start + 2
        while end < characters.count, characters[end] != "}", characters[end] != "{" { end += 1 }
        guard end + 1 < characters.count, characters[end] == "}", characters[end + 1] == "}" else {
            throw Fault(offset: start, description: "the place that begins here lacks its '}}'")
        }
        var word = ""
        word.unicodeScalars += characters[(start + 2)..<end].lazy.filter { !$0.properties.isWhitespace }
        guard let kind = Placeholder(rawValue: word) else {
            let known = Placeholder.allCases.map { "{{\($0.rawValue)}}" }.joined(separator: ", ")
            throw Fault(offset: start, description: "{{\(word)}} is not known; there are \(known)")
        }
        position = end + 2
        return (kind, start)
    }

    private func character(_ ahead: Int) -> Unicode.Scalar? {
        position + ahead < characters.count ? characters[position + ahead] : nil
    }

    /// Whether what fills the place is one piece of PromQL there.
    private func check(_ kind: MetricTemplate.Placeholder, at offset: Int) throws(MetricTemplate.Fault) {
        let word = "{{\(kind.rawValue)}}"
        let enclosing = brackets.last?.closing
        switch kind {
        case .name, .captured: return
        case .matchers where quote != nil || enclosing != "}":
            throw Fault(offset: offset, description: "\(word) belongs between the braces of a selector")
        case .window where quote != nil || enclosing != "]":
            throw Fault(offset: offset, description: "\(word) belongs between the brackets of a range")
        case .namespace where quote != nil, .object where quote != nil:
            throw Fault(offset: offset, description: "\(word) brings its own quotes, write it without")
        case .namespace, .object:
            let before = characters[..<offset].last { !$0.properties.isWhitespace }
            if before == "~" {
                throw Fault(offset: offset, description: "\(word) is a text and no pattern, compare with = or !=")
            }
        case .matchers, .window: return
        }
    }

    /// One character of PromQL.
    private mutating func pass() throws(MetricTemplate.Fault) {
        let current = characters[position]
        take(1)
        if let open = quote {
            if current == open.mark {
                quote = nil
            } else if open.mark != "`" {
                let isCutOff = current == "\n" || (current == "\\" && character(0) == "\n")
                if isCutOff {
                    throw Fault(
                        offset: open.offset, description: "the string that begins here does not end in its line")
                }
                if current == "\\" { try passEscape(in: open.mark) }
            }
            return
        }
        switch current {
        case "\"", "'", "`": quote = (current, position - 1)
        case "(": brackets.append((")", position - 1))
        case "[": brackets.append(("]", position - 1))
        case "{": brackets.append(("}", position - 1))
        case ")", "]", "}":
            guard brackets.popLast()?.closing == current else {
                throw Fault(offset: position - 1, description: "this '\(current)' closes nothing")
            }
        case "#":
            throw Fault(offset: position - 1, description: "comments have no place in a template, write them outside")
        default: break
        }
    }

    private mutating func take(_ count: Int) {
        pending.unicodeScalars += characters[position..<position + count]
        position += count
    }

    /// What follows a backslash in a string. Prometheus refuses any other escape, and with it the whole query.
    ///
    /// - Source: Prometheus, `util/strutil/quote.go`; the escapes are Go's.
    private mutating func passEscape(in mark: Unicode.Scalar) throws(MetricTemplate.Fault) {
        // The end of the text is said to be one.
        guard let escape = character(0) else { return }
        let (digits, radix): (Int, Int)
        switch escape {
        case "a", "b", "f", "n", "r", "t", "v", "\\", mark: return take(1)
        case "x": (digits, radix) = (2, 16)
        case "u": (digits, radix) = (4, 16)
        case "U": (digits, radix) = (8, 16)
        case "0"..."7": (digits, radix) = (3, 8)
        default: throw badEscape()
        }
        // The digits of an octal number begin at once.
        let start = position + (radix == 16 ? 1 : 0)
        guard start + digits <= characters.count else { throw badEscape() }
        var text = ""
        text.unicodeScalars += characters[start..<start + digits]
        guard text.allSatisfy(\.isHexDigit), let number = UInt32(text, radix: radix), number <= 255 || digits > 3,
            digits < 4 || Unicode.Scalar(number) != nil
        else { throw badEscape() }
        take(start + digits - position)
    }

    private func badEscape() -> Fault {
        Fault(
            offset: position - 1,
            description: "the escape that begins here is none of PromQL, write \\\\ for a backslash")
    }
}
