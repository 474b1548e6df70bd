/// Status and header fields of a response, before its body.
struct ResponseHead: Sendable, Hashable {
    var status: Int
    var headers: HTTPHeaders
}

/// Header lines in, a head out: one call a line, as libcurl's header callback gets them.
///
/// Heads of interim answers (1xx) are dropped, the next head takes their place; trailers are counted and dropped.
/// ```
/// HTTP/1.1 100 Continue     interim: forgotten at its empty line
///
/// HTTP/1.1 200 OK           the head
/// Content-Type: text/plain
///                           .complete
/// …body…
/// X-Checksum: 1             a trailer: dropped
/// ```
struct ResponseHeadParser {
    enum Step: Hashable {
        case more
        /// The final head's empty line has been read.
        case complete(ResponseHead)
        case malformed(String)
    }

    private enum Position { case statusLine, fields, body }

    private let maximumBytes: Int
    private var bytes = 0
    private var position = Position.statusLine
    private var head = ResponseHead(status: 0, headers: HTTPHeaders())

    /// - Parameter maximumBytes: Of all lines together, interim answers and trailers too, so that no peer can send
    ///   header lines for ever.
    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// Takes one line with its line end, or, as HTTP allows, with a bare LF.
    mutating func receive(line: UnsafeRawBufferPointer) -> Step {
        bytes += line.count
        guard bytes <= maximumBytes else {
            return .malformed("the response header is larger than \(maximumBytes) bytes")
        }
        var content = line[...]
        while let last = content.last, last == 0x0a || last == 0x0d { content.removeLast() }
        switch position {
        case .statusLine: return receiveStatusLine(String(decoding: content, as: UTF8.self))
        case .fields: return content.isEmpty ? endOfFields() : receiveField(content)
        case .body: return .more
        }
    }

    private mutating func receiveStatusLine(_ line: String) -> Step {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), parts[1].utf8.count == 3, let status = Int(parts[1]),
            (100...999).contains(status)
        else { return .malformed("the status line is not HTTP") }
        head = ResponseHead(status: status, headers: HTTPHeaders())
        position = .fields
        return .more
    }

    private mutating func endOfFields() -> Step {
        guard head.status >= 200 else {
            position = .statusLine
            return .more
        }
        position = .body
        return .complete(head)
    }

    private mutating func receiveField(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        if let first = line.first, first == 0x20 || first == 0x09 {
            head.headers.extendLastValue(Self.trimmed(line))
            return .more
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            return .malformed("a header line has no field name")
        }
        head.headers.append(String(decoding: line[..<colon], as: UTF8.self), Self.trimmed(line[(colon + 1)...]))
        return .more
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
