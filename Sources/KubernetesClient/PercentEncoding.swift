/// Percent-encoding of what goes into a URL.
///
/// Everything but the unreserved characters is encoded, so the result is safe in a path segment and in a query value
/// alike; in particular `+`, `&`, `/` and `%` never keep a meaning of their own.
///
/// - Source: RFC 3986, sections 2.1 and 2.3.
enum PercentEncoding {
    /// Each byte of the UTF-8 that is not unreserved becomes `%XX`.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 0xF)]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a text can be one segment of a path. `..` is taken out of URLs on the way, with the segment before it.
    ///
    /// - Source: apimachinery `IsValidPathSegmentName`.
    static func isPathSegment(_ text: String) -> Bool {
        !text.isEmpty && text != "." && text != ".." && !text.contains("/") && !text.contains("%")
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}

/// The query of a URL, in the order in which it was built.
struct QueryString: Sendable, Hashable {
    private(set) var text = ""

    /// Adds a parameter; `nil` adds nothing.
    mutating func append(_ name: String, _ value: String?) {
        guard let value else { return }
        text += (text.isEmpty ? "?" : "&") + PercentEncoding.encode(name) + "=" + PercentEncoding.encode(value)
    }
}
