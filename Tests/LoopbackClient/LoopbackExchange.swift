/// An answer as it came over the wire.
public struct LoopbackResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8] = []
    /// Sizes of the chunks, empty when the body had a length.
    public var chunks: [Int] = []

    public var text: String { String(decoding: body, as: UTF8.self) }

    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension LoopbackConnection {
    /// Sends a request and reads the whole answer; the connection stays open for the next.
    public func exchange(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> LoopbackResponse {
        try await request(method, target, headers: headers, body: body)
        var response = try await head()
        if method != "HEAD" { try await readBody(of: &response) }
        return response
    }

    /// Sends a request, and reads nothing.
    public func request(
        _ method: String, _ target: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        try await send(text + "\r\n" + (body ?? ""))
    }

    /// Reads status line and headers.
    public func head() async throws -> LoopbackResponse {
        let first = try await line()
        let parts = first.split(separator: " ")
        guard parts.count >= 2, let status = Int(parts[1]) else { throw Failure.malformed(first) }
        var response = LoopbackResponse(status: status, headers: [])
        while true {
            let text = try await line()
            if text.isEmpty { return response }
            guard let colon = text.firstIndex(of: ":") else { throw Failure.malformed(text) }
            response.headers.append(
                (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " })))
        }
    }

    /// The next chunk; empty for the last one.
    public func chunk() async throws -> [UInt8] {
        let size = try await line()
        guard let count = Int(size, radix: 16) else { throw Failure.malformed(size) }
        let bytes = try await take(count)
        _ = try await line()
        return bytes
    }

    private func readBody(of response: inout LoopbackResponse) async throws {
        if let length = response.header("Content-Length").flatMap(Int.init) {
            response.body = try await take(length)
        } else if response.header("Transfer-Encoding") == "chunked" {
            while true {
                let bytes = try await chunk()
                if bytes.isEmpty { return }
                response.chunks.append(bytes.count)
                response.body += bytes
            }
        }
    }
}
