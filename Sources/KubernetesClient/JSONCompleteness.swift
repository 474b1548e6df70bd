/// Whether bytes that could not be decoded are JSON that was cut off, or something else.
///
/// A connection that a proxy closes early can look like a whole response; asking again helps then, while it does not
/// help against an HTML page.
enum JSONCompleteness: Sendable, Hashable {
    /// Begins as an object or array and ends inside it.
    case cutOff
    /// Every bracket is closed.
    case closed
    /// Begins as something else, or is empty.
    case notJSON

    init(_ bytes: [UInt8]) {
        let first = bytes.first { $0 > 0x20 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            self = .notJSON
            return
        }
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        self = depth > 0 || inString ? .cutOff : .closed
    }
}
