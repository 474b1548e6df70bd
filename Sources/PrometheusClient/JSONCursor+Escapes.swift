extension JSONCursor {
    /// Passes a backslash and what it escapes; the cursor stands on the backslash.
    ///
    /// A surrogate that is not half of a pair has no UTF-8 form and is refused, as `JSONDecoder` refuses it.
    mutating func passEscape() throws(AnswerFormatError) {
        guard offset + 1 < bytes.count else { throw AnswerFormatError(.truncated, at: bytes.count) }
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 2
        case UInt8(ascii: "u"):
            _ = try scalar(at: &offset)
        default:
            throw AnswerFormatError(.invalidEscape, at: offset)
        }
    }

    /// The text of a string token.
    func text(_ token: StringToken) -> String {
        guard token.hasEscapes else { return String(decoding: bytes[token.start..<token.end], as: UTF8.self) }
        return String(decoding: unescaped(token), as: UTF8.self)
    }

    /// The bytes of a string token with its escapes undone.
    func unescaped(_ token: StringToken) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(token.end - token.start)
        var index = token.start
        while index < token.end {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                index += 1
                continue
            }
            let escaped = bytes[index + 1]
            switch escaped {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                // The token was checked when it was passed: this cannot fail.
                if let scalar = try? scalar(at: &index) {
                    result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
                continue
            default: result.append(escaped)
            }
            index += 2
        }
        return result
    }

    /// Whether a token says `text`.
    func matches(_ token: StringToken, _ text: [UInt8]) -> Bool {
        if token.hasEscapes { return unescaped(token) == text }
        guard token.end - token.start == text.count else { return false }
        for index in 0..<text.count where bytes[token.start + index] != text[index] { return false }
        return true
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair of them; `place` moves from the backslash past it.
    private func scalar(at place: inout Int) throws(AnswerFormatError) -> Unicode.Scalar {
        let start = place
        let first = try hexadecimal(at: start)
        place += 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first) else { throw AnswerFormatError(.invalidEscape, at: start) }
        guard place + 1 < bytes.count else { throw AnswerFormatError(.truncated, at: bytes.count) }
        guard bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            throw AnswerFormatError(.invalidEscape, at: start)
        }
        let second = try hexadecimal(at: place)
        place += 6
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw AnswerFormatError(.invalidEscape, at: start) }
        return scalar
    }

    /// The four hexadecimal digits of the escape that starts at `start`.
    private func hexadecimal(at start: Int) throws(AnswerFormatError) -> UInt16 {
        guard start + 6 <= bytes.count else { throw AnswerFormatError(.truncated, at: bytes.count) }
        var value: UInt16 = 0
        for index in start + 2..<start + 6 {
            let digit: UInt8
            switch bytes[index] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = byte - UInt8(ascii: "0")
            case let byte where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default:
                throw AnswerFormatError(.invalidEscape, at: start)
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
