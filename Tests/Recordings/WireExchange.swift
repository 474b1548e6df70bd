internal import FoundationEssentials

/// One recorded HTTP exchange of `Tests/Fixtures/wire`; the format is described in that folder's README.
public struct WireExchange: Sendable {
    public struct Message: Sendable {
        /// `GET /path HTTP/1.1` or `HTTP/1.1 200 OK`.
        public var startLine: String
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]
        /// Sizes of the chunks in order, empty when the body was not chunked.
        public var chunks: [Int]
        /// How the body ended: `content-length`, `last-chunk`, `eof-without-last-chunk`, `client-timeout`, `none`.
        public var end: String

        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        public var bodyText: String { String(decoding: body, as: UTF8.self) }
    }

    public var note: String
    public var request: Message
    public var response: Message

    public var method: String { String(request.startLine.prefix { $0 != " " }) }
    /// Path and query as recorded.
    public var target: String { String(request.startLine.split(separator: " ")[1]) }
    public var status: Int { Int(response.startLine.split(separator: " ")[1]) ?? 0 }

    public struct FormatError: Error, CustomStringConvertible {
        public var description: String
    }

    /// Reads every exchange of a file under `Tests/Fixtures/wire`, e.g. `prometheus/01-instant.http.txt`.
    public static func load(_ name: String) throws -> [WireExchange] {
        let data = try Data(contentsOf: URL(filePath: RepositoryPath.wire + "/" + name))
        var reader = Reader(bytes: [UInt8](data))
        return try reader.exchanges()
    }

    /// The exchange whose note contains `text`.
    public static func load(_ name: String, note text: String) throws -> WireExchange {
        let all = try load(name)
        guard let found = all.first(where: { $0.note.contains(text) }) else {
            throw FormatError(description: "\(name): no exchange noted '\(text)' among \(all.map(\.note))")
        }
        return found
    }

    private struct Reader {
        var bytes: [UInt8]
        var offset = 0

        mutating func line() -> String? {
            guard offset < bytes.count else { return nil }
            let end = bytes[offset...].firstIndex(of: 10) ?? bytes.count
            var text = bytes[offset..<end]
            if text.last == 13 { text = text.dropLast() }
            offset = end + 1
            return String(decoding: text, as: UTF8.self)
        }

        mutating func exchanges() throws -> [WireExchange] {
            var result: [WireExchange] = []
            while let line = line() {
                guard line.hasPrefix("=== ") else { continue }
                let request = try message("--- request")
                let response = try message("--- response")
                result.append(
                    WireExchange(note: String(line.dropFirst(4)), request: request, response: response))
            }
            return result
        }

        /// The marker's line; before it may lie the line end that a body without one is given, and its `--- end`.
        mutating func line(beginning marker: String) throws -> String {
            while let line = line() {
                if line.hasPrefix(marker) { return line }
                guard line.isEmpty || line.hasPrefix("--- end") else { break }
            }
            throw FormatError(description: "expected '\(marker)' before byte \(offset)")
        }

        mutating func message(_ marker: String) throws -> Message {
            let opening = try line(beginning: marker)
            var fields: [String: String] = [:]
            for part in opening.dropFirst(marker.count).split(separator: " ") {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { fields[String(pair[0])] = String(pair[1]) }
            }
            var message = Message(
                startLine: line() ?? "", headers: [], body: [], chunks: [], end: fields["end"] ?? "none")
            while let text = line(), !text.isEmpty {
                guard let colon = text.firstIndex(of: ":") else { continue }
                let value = text[text.index(after: colon)...].drop { $0 == " " }
                message.headers.append((String(text[..<colon]), String(value)))
            }
            message.chunks = (fields["chunks"] ?? "").split(separator: ",").compactMap { Int($0) }
            guard fields["body"] != "elided" else { return message }
            try readBody(of: &message, fields: fields)
            return message
        }

        /// The byte count is that of the decoded body, so base64 text is read to the next marker.
        mutating func readBody(of message: inout Message, fields: [String: String]) throws {
            let count = Int(fields["body-bytes"] ?? "0") ?? 0
            if fields["encoding"] == "base64" {
                var text = ""
                while offset < bytes.count, bytes[offset] != UInt8(ascii: "="), bytes[offset] != UInt8(ascii: "-") {
                    text += line() ?? ""
                }
                guard let data = Data(base64Encoded: text), data.count == count else {
                    throw FormatError(description: "base64 body of \(count) bytes is broken before byte \(offset)")
                }
                message.body = [UInt8](data)
            } else {
                guard offset + count <= bytes.count else {
                    throw FormatError(description: "body of \(count) bytes passes the end of the file")
                }
                message.body = Array(bytes[offset..<offset + count])
                offset += count
            }
        }
    }
}
