/// What a backslash and the bytes after it stand for.
struct JSONEscape {
    let scalar: Unicode.Scalar
    /// The place after it.
    let end: Int

    /// - Returns: `nil` when it is none; a surrogate that is not half of a pair has no UTF-8 form and is none.
    init?(_ bytes: [UInt8], at index: Int) {
        guard index + 1 < bytes.count else { return nil }
        if bytes[index + 1] == UInt8(ascii: "u") {
            guard let (scalar, end) = Self.numbered(bytes, at: index) else { return nil }
            (self.scalar, self.end) = (scalar, end)
            return
        }
        end = index + 2
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(bytes[index + 1])
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        default: return nil
        }
    }

    /// Of `\uXXXX`, or a surrogate pair of them.
    private static func numbered(_ bytes: [UInt8], at index: Int) -> (Unicode.Scalar, end: Int)? {
        guard let first = hexadecimal(bytes, at: index + 2) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, index + 6) }
        guard (0xD800...0xDBFF).contains(first), index + 7 < bytes.count,
            bytes[index + 6] == UInt8(ascii: "\\"), bytes[index + 7] == UInt8(ascii: "u"),
            let second = hexadecimal(bytes, at: index + 8), (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { return nil }
        return (scalar, index + 12)
    }

    private static func hexadecimal(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
