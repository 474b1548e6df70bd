/// Reads the text form of a label selector.
///
///     app=web, tier in (front,back), !canary, version > 3
///
/// The words `in` and `notin` are operators after a key and plain words elsewhere.
///
/// - Source: `labels/selector.go` v1.36, for what is accepted and for every message.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case end, identifier, comma, open, close, not
        case comparison(LabelRequirement.Operator)
        case membership(LabelRequirement.Operator)
    }

    private struct Item {
        var token: Token
        var text: String
    }

    private var items: [Item] = []
    private var position = 0

    init(_ text: String) {
        var lexer = Lexer(bytes: Array(text.utf8))
        repeat { items.append(lexer.next()) } while items.last?.token != .end
    }

    mutating func requirements() throws(LabelSelectorError) -> [LabelRequirement] {
        var result: [LabelRequirement] = []
        while true {
            let item = lookAhead
            switch item.token {
            case .identifier, .not: break
            case .end: return result
            default:
                throw LabelSelectorError("found '\(item.text)', expected: !, identifier, or 'end of string'")
            }
            do {
                result.append(try requirement())
            } catch {
                throw LabelSelectorError("unable to parse requirement: \(error)")
            }
            let separator = consume()
            if separator.token == .end { return result }
            guard separator.token == .comma else {
                throw LabelSelectorError("found '\(separator.text)', expected: ',' or 'end of string'")
            }
            let following = lookAhead
            guard following.token == .identifier || following.token == .not else {
                throw LabelSelectorError("found '\(following.text)', expected: identifier after ','")
            }
        }
    }

    /// The next item, with `in` and `notin` as plain words.
    private var lookAhead: Item {
        var item = items[min(position, items.count - 1)]
        if case .membership = item.token { item.token = .identifier }
        return item
    }

    private mutating func consume() -> Item {
        let item = lookAhead
        position += 1
        return item
    }

    private mutating func requirement() throws(LabelSelectorError) -> LabelRequirement {
        var item = consume()
        let isNegated = item.token == .not
        if isNegated { item = consume() }
        guard item.token == .identifier else {
            throw LabelSelectorError("found '\(item.text)', expected: identifier")
        }
        let key = item.text
        let complaints = NameRules.labelKey(key)
        guard complaints.isEmpty else {
            throw LabelSelectorError(LabelRequirement.invalid("<nil>", key, complaints))
        }
        if isNegated { return try LabelRequirement(key: key, operator: .doesNotExist, values: []) }
        let next = lookAhead.token
        if next == .end || next == .comma { return try LabelRequirement(key: key, operator: .exists, values: []) }
        let comparison = try binaryOperator()
        let values = comparison == .in || comparison == .notIn ? try valueSet() : [try singleValue()]
        return try LabelRequirement(key: key, operator: comparison, values: values)
    }

    private mutating func binaryOperator() throws(LabelSelectorError) -> LabelRequirement.Operator {
        let item = items[min(position, items.count - 1)]
        position += 1
        switch item.token {
        case .comparison(let found), .membership(let found): return found
        default: throw LabelSelectorError("found '\(item.text)', expected: in, notin, =, ==, !=, gt, lt")
        }
    }

    private mutating func singleValue() throws(LabelSelectorError) -> String {
        let next = lookAhead
        if next.token == .end || next.token == .comma { return "" }
        position += 1
        guard next.token == .identifier else {
            throw LabelSelectorError("found '\(next.text)', expected: identifier")
        }
        return next.text
    }

    /// The values in brackets, sorted and each once; `()` is the empty value.
    private mutating func valueSet() throws(LabelSelectorError) -> [String] {
        let opening = consume()
        guard opening.token == .open else { throw LabelSelectorError("found '\(opening.text)' expected: '('") }
        let first = lookAhead
        switch first.token {
        case .close:
            position += 1
            return [""]
        case .identifier, .comma:
            let values = try valueList()
            guard consume().token == .close else { throw LabelSelectorError("found '\(first.text)', expected: ')'") }
            return values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        default:
            throw LabelSelectorError("found '\(first.text)', expected: ',', ')' or identifier")
        }
    }

    private mutating func valueList() throws(LabelSelectorError) -> Set<String> {
        var values: Set<String> = []
        while true {
            let item = consume()
            switch item.token {
            case .identifier:
                values.insert(item.text)
                let next = lookAhead
                if next.token == .close { return values }
                guard next.token == .comma else {
                    throw LabelSelectorError("found '\(next.text)', expected: ',' or ')'")
                }
            case .comma:
                // An empty place before the first, between two, or after the last comma is the empty value.
                if values.isEmpty { values.insert("") }
                let next = lookAhead.token
                if next == .close || next == .comma { values.insert("") }
                if next == .close { return values }
            default:
                throw LabelSelectorError("found '\(item.text)', expected: ',', or identifier")
            }
        }
    }

    private struct Lexer {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        private static let symbols: [String: Token] = [
            ")": .close, ",": .comma, "!": .not, "(": .open, "==": .comparison(.doubleEquals),
            "=": .comparison(.equals), ">": .comparison(.greaterThan), "<": .comparison(.lessThan),
            "!=": .comparison(.notEquals),
        ]
        private static let words: [String: Token] = ["in": .membership(.in), "notin": .membership(.notIn)]

        /// A zero byte ends the text or the word it stands in.
        mutating func next() -> Item {
            while position < bytes.count, Lexer.isSpace(bytes[position]) { position += 1 }
            guard position < bytes.count, bytes[position] != 0 else { return Item(token: .end, text: "") }
            let start = position
            position += 1
            if Lexer.isSymbol(bytes[start]) {
                if position < bytes.count, let pair = item(from: start, to: position + 1, in: Lexer.symbols) {
                    position += 1
                    return pair
                }
                return item(from: start, to: position, in: Lexer.symbols) ?? Item(token: .end, text: "")
            }
            while position < bytes.count, bytes[position] != 0, !Lexer.isSymbol(bytes[position]),
                !Lexer.isSpace(bytes[position])
            { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            if position < bytes.count, bytes[position] == 0 { position += 1 }
            return Item(token: Lexer.words[word] ?? .identifier, text: word)
        }

        private func item(from start: Int, to end: Int, in table: [String: Token]) -> Item? {
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            return table[text].map { Item(token: $0, text: text) }
        }

        private static func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
        }

        private static func isSymbol(_ byte: UInt8) -> Bool {
            "=!(),><".utf8.contains(byte)
        }
    }
}
