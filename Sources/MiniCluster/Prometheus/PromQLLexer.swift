/// Cuts a query into tokens.
struct PromQLLexer {
    /// A token and the byte at which it begins.
    struct Token: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            case number(Double)
            /// In milliseconds.
            case duration(Int64)
            case string(String)
            case identifier(String)
            /// Operators and punctuation, as written.
            case symbol(String)
            case end
        }

        var kind: Kind
        var offset: Int
    }

    private let query: String
    private let bytes: [UInt8]
    private var offset = 0

    /// All tokens of a query, the last of them `end`.
    static func tokens(of query: String) throws(PromQLError) -> [Token] {
        var lexer = PromQLLexer(query)
        var tokens: [Token] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private init(_ query: String) {
        self.query = query
        bytes = Array(query.utf8)
    }

    private mutating func next() throws(PromQLError) -> Token {
        while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
        let start = offset
        guard offset < bytes.count else { return Token(kind: .end, offset: start) }
        let byte = bytes[offset]
        if Self.isDigit(byte) || byte == UInt8(ascii: ".") {
            return Token(kind: try numberOrDuration(), offset: start)
        }
        if Self.isNameStart(byte) || byte == UInt8(ascii: ":") {
            while offset < bytes.count, Self.isName(bytes[offset]) { offset += 1 }
            return Token(kind: .identifier(text(from: start)), offset: start)
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
            return Token(kind: .string(try string(quote: byte)), offset: start)
        }
        return Token(kind: .symbol(try symbol()), offset: start)
    }

    private mutating func symbol() throws(PromQLError) -> String {
        for length in [2, 1] where offset + length <= bytes.count {
            let text = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
            let known =
                length == 2
                ? ["==", "!=", ">=", "<=", "=~", "!~"]
                : ["(", ")", "{", "}", "[", "]", ",", "+", "-", "*", "/", "%", "<", ">", "="]
            if known.contains(text) {
                offset += length
                return text
            }
        }
        let shown = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).prefix(1)
        throw failure(PromQLError.notSupported("the character '\(shown)'"), at: offset)
    }

    private mutating func numberOrDuration() throws(PromQLError) -> Token.Kind {
        let start = offset
        while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
        if offset > start, offset < bytes.count, "smhdwy".utf8.contains(bytes[offset]) {
            offset = start
            guard let milliseconds = Self.duration(bytes, from: &offset), !Self.isName(bytes, at: offset) else {
                throw failure("bad duration syntax", at: start)
            }
            return .duration(milliseconds)
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[offset]) { offset += 1 }
            while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
        }
        let text = text(from: start)
        guard let value = Double(text.hasPrefix(".") ? "0" + text : text), !Self.isName(bytes, at: offset) else {
            throw failure("bad number or duration syntax: \"\(text)\"", at: start)
        }
        return .number(value)
    }

    /// Reads `1h30m` and moves past it; `nil` when it is no duration or larger than a century.
    static func duration(_ bytes: [UInt8], from offset: inout Int) -> Int64? {
        var total: Int64 = 0
        var isEmpty = true
        while offset < bytes.count, isDigit(bytes[offset]) {
            var value: Int64 = 0
            while offset < bytes.count, isDigit(bytes[offset]) {
                value = min(value * 10 + Int64(bytes[offset] - UInt8(ascii: "0")), 1 << 42)
                offset += 1
            }
            guard offset < bytes.count else { return nil }
            var unit: Int64
            switch bytes[offset] {
            case UInt8(ascii: "s"): unit = 1000
            case UInt8(ascii: "m"): unit = 60_000
            case UInt8(ascii: "h"): unit = 3_600_000
            case UInt8(ascii: "d"): unit = 86_400_000
            case UInt8(ascii: "w"): unit = 604_800_000
            case UInt8(ascii: "y"): unit = 31_536_000_000
            default: return nil
            }
            offset += 1
            if unit == 60_000, offset < bytes.count, bytes[offset] == UInt8(ascii: "s") {
                unit = 1
                offset += 1
            }
            let (product, overflow) = value.multipliedReportingOverflow(by: unit)
            guard !overflow, product <= 3_153_600_000_000, total <= 3_153_600_000_000 else { return nil }
            total += product
            isEmpty = false
        }
        return isEmpty ? nil : total
    }

    private mutating func string(quote: UInt8) throws(PromQLError) -> String {
        let start = offset
        offset += 1
        var result: [UInt8] = []
        while offset < bytes.count, bytes[offset] != quote {
            if bytes[offset] == UInt8(ascii: "\\"), quote != UInt8(ascii: "`") {
                result.append(try escape())
            } else {
                guard bytes[offset] != UInt8(ascii: "\n") || quote == UInt8(ascii: "`") else { break }
                result.append(bytes[offset])
                offset += 1
            }
        }
        guard offset < bytes.count, bytes[offset] == quote else {
            throw failure("unterminated quoted string", at: start)
        }
        offset += 1
        guard let text = String(validating: result, as: UTF8.self) else {
            throw failure("a string that is not UTF-8", at: start)
        }
        return text
    }

    private mutating func escape() throws(PromQLError) -> UInt8 {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "a"): 0x07,
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B, UInt8(ascii: "\\"): 0x5C,
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "'"): 0x27,
        ]
        let start = offset
        guard offset + 1 < bytes.count else { throw failure("unterminated quoted string", at: start) }
        let escaped = bytes[offset + 1]
        offset += 2
        if let byte = simple[escaped] { return byte }
        guard escaped == UInt8(ascii: "x"), offset + 2 <= bytes.count,
            let byte = UInt8(String(decoding: bytes[offset..<offset + 2], as: UTF8.self), radix: 16)
        else {
            throw failure(PromQLError.notSupported("the escape \\\(Character(Unicode.Scalar(escaped)))"), at: start)
        }
        offset += 2
        return byte
    }

    // MARK: - Pieces

    private func text(from start: Int) -> String {
        String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private func failure(_ text: String, at offset: Int) -> PromQLError {
        .parse(text, at: offset, of: query)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isNameStart(byte) || isDigit(byte) || byte == UInt8(ascii: ":")
    }

    private static func isName(_ bytes: [UInt8], at offset: Int) -> Bool {
        offset < bytes.count && (isName(bytes[offset]) || bytes[offset] == UInt8(ascii: "."))
    }
}
