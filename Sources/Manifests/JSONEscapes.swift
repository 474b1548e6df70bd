/// The one thing that JSON allows and libyaml does not: characters outside the basic plane as two escapes.
enum JSONEscapes {
    /// Replaces `\ud83d\ude00` by the escape `\U0001f600` that YAML has, in texts that begin like JSON.
    static func joinSurrogates(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            bytes.contains(UInt8(ascii: "\\"))
        else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if let high = escape(bytes, at: index), (0xD800..<0xDC00).contains(high),
                let low = escape(bytes, at: index + 6), (0xDC00..<0xE000).contains(low)
            {
                let scalar = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                let digits = String(scalar, radix: 16)
                result += "\\U".utf8
                result += String(repeating: "0", count: 8 - digits.count).utf8
                result += digits.utf8
                index += 12
            } else {
                result += bytes[index..<min(index + 2, bytes.count)]
                index += 2
            }
        }
        return result
    }

    /// The number of an escape `\uXXXX`.
    private static func escape(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
