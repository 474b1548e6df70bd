import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

/// Answers requests with recorded exchanges, in order, and checks that each request asks for what was recorded.
///
/// What the client adds on purpose is allowed: its field manager on writes, a page size on lists, bookmarks and a time
/// of its own on watches.
struct ReplayTransport: HTTPSending {
    static let server = "https://cluster.test:6443"
    static let token = "planted-token-0123456789"

    struct Unexpected: Error, CustomStringConvertible {
        var description: String
    }

    private let remaining: Locked<[WireExchange]>

    init(_ exchanges: [WireExchange]) {
        self.remaining = Locked(exchanges)
    }

    /// Exchanges of one file by the beginnings of their notes.
    init(_ file: String, _ notes: String...) throws {
        let all = try WireExchange.load(file)
        self.init(
            try notes.map { note in
                try #require(all.first { $0.note.hasPrefix(note) }, "\(file) has no exchange '\(note)'")
            })
    }

    var isUsedUp: Bool { remaining.withLock { $0.isEmpty } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let next = remaining.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else { throw Unexpected(description: "no exchange is left for \(request.url)") }
        try check(request, against: next)
        return HTTPResponse(next.response)
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        let next = remaining.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else { throw Unexpected(description: "no exchange is left for \(request.url)") }
        try check(request, against: next)
        let head = HTTPResponse(next.response)
        return HTTPResponseStream(status: head.status, headers: head.headers, body: next.response.stream)
    }

    private func check(_ request: HTTPRequest, against recorded: WireExchange) throws {
        #expect(request.method.rawValue == recorded.method)
        #expect(request.url.hasPrefix(Self.server + "/"))
        let asked = try Target(String(request.url.dropFirst(Self.server.count)))
        let expected = try Target(recorded.target)
        #expect(asked.path == expected.path)
        let recordedQuery = expected.query.filter { !$0.hasPrefix("timeoutSeconds=") }
        let additions = asked.query.subtracting(recordedQuery).filter { !$0.hasPrefix("timeoutSeconds=") }
        #expect(recordedQuery.isSubset(of: asked.query), "\(recorded.note): \(asked.query)")
        #expect(additions.isSubset(of: ["fieldManager=swiftlet", "limit=500", "allowWatchBookmarks=true"]))
        #expect(asked.query.contains("watch=1") == asked.query.contains { $0.hasPrefix("timeoutSeconds=") })
        for name in ["Accept", "Content-Type", "Impersonate-User"] {
            #expect(request.headers[name] == recorded.request.header(name), "\(recorded.note): \(name)")
        }
        #expect(request.headers["Authorization"] == "Bearer " + Self.token)
        let body = try request.body.map { try JSONValue(parsing: $0) }
        let recordedBody = recorded.request.body.isEmpty ? nil : try JSONValue(parsing: recorded.request.body)
        #expect(body == recordedBody, "\(recorded.note)")
    }

    /// A request target, decoded, so that two ways to encode the same thing are equal.
    private struct Target {
        var path: String
        var query: Set<String>

        init(_ target: String) throws {
            let parts = target.split(separator: "?", maxSplits: 1)
            self.path = try #require(Self.decoded(parts[0]))
            let query = parts.count > 1 ? parts[1].split(separator: "&") : []
            self.query = Set(try query.map { try #require(Self.decoded($0)) })
        }

        private static func decoded(_ text: Substring) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
                bytes.append(code)
                rest = rest.dropFirst(2)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

extension HTTPResponse {
    init(_ recorded: WireExchange.Message) {
        let status = Int(recorded.startLine.split(separator: " ")[1]) ?? 0
        let headers = HTTPHeaders(recorded.headers.map { .init(name: $0.name, value: $0.value) })
        self.init(status: status, headers: headers, body: recorded.body)
    }
}

extension WireExchange.Message {
    /// The body in the chunks in which it came.
    var stream: AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            var rest = body[...]
            for size in chunks.isEmpty ? [rest.count] : chunks {
                if !rest.isEmpty { continuation.yield(Array(rest.prefix(size))) }
                rest = rest.dropFirst(size)
            }
            continuation.finish()
        }
    }
}

extension JSONValue {
    init(json text: String) throws {
        try self.init(parsing: Array(text.utf8))
    }
}
