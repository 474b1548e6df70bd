/// Cuts the text of a formula into tokens.
struct FormulaLexer {
    enum Token: Hashable {
        /// Digits, perhaps with a point and more digits.
        case number(Double, isWhole: Bool)
        case name(String)
        /// In quotes.
        case quoted(String)
        case symbol(String)
        case end
    }

    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    /// - Throws: ``FormulaError`` for a text that is too long.
    init(_ text: String) throws(FormulaError) {
        self.text = text
        bytes = Array(text.utf8)
        if bytes.count > Formula.largestText {
            throw FormulaError(
                "is longer than \(Formula.largestText) bytes; make parts of it metrics of their own", in: text,
                at: Formula.largestText)
        }
    }

    func error(_ message: String, at offset: Int) -> FormulaError { FormulaError(message, in: text, at: offset) }

    /// The next token and where it begins and ends.
    mutating func next() throws(FormulaError) -> (token: Token, range: Range<Int>) {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        let start = position
        guard position < bytes.count else { return (.end, start..<start) }
        let token = try read()
        return (token, start..<position)
    }

    private mutating func read() throws(FormulaError) -> Token {
        switch bytes[position] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return try quoted()
        case let byte where Self.beginsName(byte): return .name(take(while: Self.continuesName))
        default: return try symbol()
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func beginsName(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func continuesName(_ byte: UInt8) -> Bool { beginsName(byte) || isDigit(byte) }

    private mutating func take(while belongs: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func number() throws(FormulaError) -> Token {
        let start = position
        var digits = take(while: Self.isDigit)
        var isWhole = true
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "."), Self.isDigit(bytes[position + 1]) {
            position += 1
            isWhole = false
            digits += "." + take(while: Self.isDigit)
        }
        if position < bytes.count, Self.beginsName(bytes[position]) {
            throw error("a number ends where a name begins; there are no units, write 0.25 for 250m", at: position)
        }
        guard let value = Double(digits), value.isFinite else { throw error("the number is too large", at: start) }
        return .number(value, isWhole: isWhole)
    }

    private mutating func quoted() throws(FormulaError) -> Token {
        let (start, quote) = (position, bytes[position])
        position += 1
        let name = take { $0 != quote }
        guard position < bytes.count else { throw error("the quote is not closed", at: start) }
        position += 1
        return .quoted(name)
    }

    private static let symbols = [
        "<=", ">=", "==", "!=", "&&", "||", "<", ">", "+", "-", "*", "/", "(", ")", ",", "?", ":", "!",
    ]

    private mutating func symbol() throws(FormulaError) -> Token {
        let rest = bytes[position...]
        guard let symbol = Self.symbols.first(where: { rest.starts(with: $0.utf8) }) else {
            let shown = String(decoding: rest, as: UTF8.self).first.map(String.init) ?? ""
            throw error("'\(shown)' has no place in a formula", at: position)
        }
        position += symbol.utf8.count
        return .symbol(symbol)
    }
}
