/// A place in a JSON text that moves forward over whole tokens, checking each byte once.
///
/// It knows the grammar of RFC 8259 and nothing of Prometheus. Strings are handed out as places in the bytes, so that
/// what nobody asked for costs no allocation.
struct JSONCursor {
    /// Deepest nesting followed. An answer of Prometheus needs 8 (a histogram's buckets in a matrix).
    static let maximumDepth = 64

    /// A string token: the bytes between its quotes, already checked.
    struct StringToken {
        var start: Int
        var end: Int
        var hasEscapes: Bool
    }

    let bytes: [UInt8]
    var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next byte that is not white space; the cursor stands on it.
    @inline(__always)
    mutating func peek() throws(AnswerFormatError) -> UInt8 {
        if offset < bytes.count {
            let byte = bytes[offset]
            if byte > 0x20 { return byte }
        }
        return try passWhiteSpace()
    }

    private mutating func passWhiteSpace() throws(AnswerFormatError) -> UInt8 {
        while offset < bytes.count {
            let byte = bytes[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            offset += 1
        }
        throw AnswerFormatError(.truncated, at: offset)
    }

    /// Passes one punctuation byte.
    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(AnswerFormatError) {
        let found = try peek()
        guard found == byte else { throw unexpected(found, byte) }
        offset += 1
    }

    private func unexpected(_ found: UInt8, _ byte: UInt8) -> AnswerFormatError {
        AnswerFormatError(.unexpectedByte(found, expected: "'\(Character(Unicode.Scalar(byte)))'"), at: offset)
    }

    /// Moves to the next member or element, over the comma; false when `closing` was passed instead.
    @inline(__always)
    mutating func next(before closing: UInt8, isFirst: inout Bool) throws(AnswerFormatError) -> Bool {
        let found = try peek()
        if isFirst {
            isFirst = false
            guard found == closing else { return true }
            offset += 1
            return false
        }
        offset += 1
        if found == closing { return false }
        guard found == UInt8(ascii: ",") else {
            throw AnswerFormatError(.unexpectedByte(found, expected: "',' or the end"), at: offset - 1)
        }
        return true
    }

    /// Passes a string and its quotes.
    mutating func string() throws(AnswerFormatError) -> StringToken {
        try expect(UInt8(ascii: "\""))
        var token = StringToken(start: offset, end: offset, hasEscapes: false)
        while true {
            passPlain()
            guard offset < bytes.count else { throw AnswerFormatError(.truncated, at: offset) }
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                token.end = offset
                offset += 1
                return token
            }
            if byte == UInt8(ascii: "\\") {
                token.hasEscapes = true
                try passEscape()
            } else if byte >= 0x80 {
                try passMultibyte(byte)
            } else {
                throw AnswerFormatError(.controlCharacter, at: offset)
            }
        }
    }

    /// Passes the bytes of a string that stand for themselves: ASCII but for control characters, quotes and backslashes.
    @inline(__always)
    private mutating func passPlain() {
        // In a register: nearly every byte of an answer passes here.
        var index = offset
        let end = bytes.count
        while index < end {
            let byte = bytes[index]
            guard byte &- 0x20 < 0x60, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            index += 1
        }
        offset = index
    }

    /// Passes one UTF-8 sequence of two to four bytes.
    ///
    /// - Source: Unicode 15, table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF.
    private mutating func passMultibyte(_ lead: UInt8) throws(AnswerFormatError) {
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: throw AnswerFormatError(.invalidUTF8, at: offset)
        }
        guard offset + length <= bytes.count else { throw AnswerFormatError(.truncated, at: bytes.count) }
        guard second.contains(bytes[offset + 1]) else { throw AnswerFormatError(.invalidUTF8, at: offset) }
        for index in 2..<max(length, 2) where bytes[offset + index] & 0xC0 != 0x80 {
            throw AnswerFormatError(.invalidUTF8, at: offset)
        }
        offset += length
    }

    /// Passes any value, checking all of it.
    mutating func skipValue(depth: Int = 0) throws(AnswerFormatError) {
        guard depth < Self.maximumDepth else { throw AnswerFormatError(.tooDeep, at: offset) }
        let byte = try peek()
        switch byte {
        case UInt8(ascii: "\""):
            _ = try string()
        case UInt8(ascii: "{"):
            offset += 1
            var isFirst = true
            while try next(before: UInt8(ascii: "}"), isFirst: &isFirst) {
                _ = try string()
                try expect(UInt8(ascii: ":"))
                try skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            offset += 1
            var isFirst = true
            while try next(before: UInt8(ascii: "]"), isFirst: &isFirst) {
                try skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try number()
        }
    }

    /// Passes `true`, `false` or `null`.
    mutating func literal(_ text: StaticString) throws(AnswerFormatError) {
        for byte in text.description.utf8 {
            guard offset < bytes.count else { throw AnswerFormatError(.truncated, at: offset) }
            guard bytes[offset] == byte else {
                throw AnswerFormatError(.unexpectedByte(bytes[offset], expected: "\(text)"), at: offset)
            }
            offset += 1
        }
    }

    /// Whether nothing but white space is left.
    mutating func isAtEnd() -> Bool {
        (try? peek()) == nil
    }
}
