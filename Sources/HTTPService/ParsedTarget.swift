/// What is wrong with a request target.
package enum TargetError: Error, Hashable, CustomStringConvertible {
    /// It does not begin with a slash.
    case notAPath(String)
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8 once decoded.
    case badEncoding(String)

    package var description: String {
        switch self {
        case .notAPath(let target): "the request target \"\(target)\" is not a path"
        case .badEncoding(let part): "invalid percent-encoding in \"\(part)\""
        }
    }
}

/// Path and query of a request target, decoded (RFC 3986, section 3.3 and 3.4).
struct ParsedTarget {
    var segments: [String]
    var query: [ServiceRequest.QueryItem]

    init(_ target: String) throws(TargetError) {
        guard target.utf8.first == UInt8(ascii: "/") else { throw .notAPath(target) }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.segments = []
        for part in parts[0].split(separator: "/") {
            segments.append(try Self.decoded(part))
        }
        self.query = parts.count > 1 ? try Self.formItems(parts[1]) : []
    }

    /// The pairs of a query or of an `application/x-www-form-urlencoded` body.
    static func formItems(_ text: Substring) throws(TargetError) -> [ServiceRequest.QueryItem] {
        var items: [ServiceRequest.QueryItem] = []
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            items.append(
                ServiceRequest.QueryItem(
                    name: try decoded(sides[0], plusIsSpace: true),
                    value: sides.count > 1 ? try decoded(sides[1], plusIsSpace: true) : ""))
        }
        return items
    }

    /// - Parameter plusIsSpace: In a query `+` is a space, in a path it is itself.
    private static func decoded(_ text: Substring, plusIsSpace: Bool = false) throws(TargetError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(hexadecimal), let low = iterator.next().flatMap(hexadecimal)
                else { throw .badEncoding(String(text)) }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        guard let string = String(validating: bytes, as: UTF8.self) else { throw .badEncoding(String(text)) }
        return string
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension ServiceRequest {
    /// The pairs of a form body (`application/x-www-form-urlencoded`); Prometheus clients POST long queries so.
    ///
    /// - Throws: ``TargetError/badEncoding(_:)``.
    package func formItems() throws(TargetError) -> [QueryItem] {
        guard let text = String(validating: body, as: UTF8.self) else { throw .badEncoding("body") }
        return try ParsedTarget.formItems(text[...])
    }
}
