import HTTPService
import LoopbackClient
import Testing

/// Runs a test against a server on a free port, and stops it whatever happens.
func withServer(
    limits: ServiceLimits = ServiceLimits(),
    address: String = "127.0.0.1",
    _ handler: @escaping @Sendable (ServiceRequest) async -> ServiceResponse,
    _ test: (HTTPServer) async throws -> Void
) async throws {
    let server = try HTTPServer(address: address, limits: limits, handler: handler)
    do {
        try await test(server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
    @Sendable static func echo(_ request: ServiceRequest) async -> ServiceResponse {
        await Task.yield()
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        let text =
            "\(request.method) \(request.path) [\(query)] \(request.headers["X-Test"] ?? "-") \(request.body.count)"
        return .text(text)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var method: String
        var target: String
        var headers: [(String, String)] = []
        var body: String?
        var status = 200
        var text: String

        var testDescription: String { "\(method) \(target)" }
    }

    static let cases: [Case] = [
        Case(method: "GET", target: "/a/b?x=1&x=2", text: "GET /a/b [x=1,x=2] - 0"),
        Case(method: "GET", target: "/a%20b?q=%2B", headers: [("x-test", "v")], text: "GET /a b [q=+] v 0"),
        Case(method: "POST", target: "/p", body: "12345", text: "POST /p [] - 5"),
        Case(method: "PUT", target: "/p", body: "", text: "PUT /p [] - 0"),
        Case(method: "PATCH", target: "/p", body: String(repeating: "x", count: 100_000), text: "PATCH /p [] - 100000"),
        Case(method: "DELETE", target: "/p", text: "DELETE /p [] - 0"),
        Case(method: "GET", target: "/%zz", status: 400, text: "invalid percent-encoding in \"%zz\"\n"),
        Case(
            method: "POST", target: "/big", body: String(repeating: "x", count: 200_001), status: 413,
            text: "413 request entity too large\n"),
    ]

    @Test func requestsArriveWholeAndAnswersGoBackOnTheSameConnection() async throws {
        try await withServer(limits: ServiceLimits(bodyBytes: 200_000), Self.echo) { server in
            let connection = try LoopbackConnection(port: server.port)
            for example in Self.cases {
                let response = try await connection.exchange(
                    example.method, example.target, headers: example.headers, body: example.body)
                #expect(response.status == example.status, "\(example.testDescription)")
                #expect(response.text == example.text)
            }
        }
    }

    @Test func aChunkedUploadIsJoined() async throws {
        try await withServer(Self.echo) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.send(
                "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            let head = try await connection.head()
            let length = try #require(head.header("Content-Length").flatMap(Int.init))
            #expect(String(decoding: try await connection.take(length), as: UTF8.self) == "POST /up [] - 5")
        }
    }

    @Test func headGivesTheLengthAndNoBody() async throws {
        try await withServer(Self.echo) { server in
            let connection = try LoopbackConnection(port: server.port)
            let response = try await connection.exchange("HEAD", "/x")
            #expect(response.header("Content-Length") == "14")
            // Were there a body, this answer would begin with it.
            #expect(try await connection.exchange("GET", "/y").text == "GET /y [] - 0")
        }
    }

    @Test func aHeadBeyondTheLimitIsRefusedByTheLibrary() async throws {
        try await withServer(limits: ServiceLimits(connectionBytes: 8 << 10), Self.echo) { server in
            let long = String(repeating: "x", count: 20_000)
            let response = try await LoopbackConnection(port: server.port).exchange(
                "GET", "/", headers: [("X-Long", long)])
            #expect(response.status == 431)
        }
    }

    @Test func manyClientsAreServedAtOnce() async throws {
        try await withServer(Self.echo) { server in
            try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<32 {
                    group.addTask {
                        let connection = try LoopbackConnection(port: server.port)
                        _ = try await connection.exchange("GET", "/first")
                        return try await connection.exchange("GET", "/\(index)").text
                    }
                }
                let answers = try await group.reduce(into: Set<String>()) { $0.insert($1) }
                #expect(answers == Set((0..<32).map { "GET /\($0) [] - 0" }))
            }
        }
    }

    @Test func theServerListensOnIPv6() async throws {
        let server: HTTPServer
        do {
            server = try HTTPServer(address: "::1", handler: Self.echo)
        } catch ServerError.cannotListen(_, _, let reason) {
            try Test.cancel("no IPv6 on this machine: \(reason)")
        }
        #expect(server.url == "http://[::1]:\(server.port)")
        let connection = try LoopbackConnection(port: server.port, address: "::1")
        #expect(try await connection.exchange("GET", "/six").text == "GET /six [] - 0")
        await server.stop()
    }

    @Test func whyItCannotListenIsSaid() async throws {
        try await withServer(Self.echo) { server in
            #expect(throws: ServerError.portInUse(address: "127.0.0.1", port: server.port)) {
                try HTTPServer(port: server.port, handler: Self.echo)
            }
        }
        #expect(throws: ServerError.badAddress("localhost")) {
            try HTTPServer(address: "localhost", handler: Self.echo)
        }
        #expect(throws: ServerError.self) { try HTTPServer(port: 70000, handler: Self.echo) }
    }

    @Test func aDroppedConnectionGetsNoAnswer() async throws {
        try await withServer({ _ in .dropConnection }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test func aTruncatedAnswerEndsBeforeItsLength() async throws {
        let response = ServiceResponse(body: .truncated(Array("half".utf8), announcedBytes: 8))
        try await withServer({ _ in response }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            #expect(try await connection.head().header("Content-Length") == "8")
            #expect(try await connection.rest() == Array("half".utf8))
        }
    }

    @Test func aHeaderThatWouldSplitTheHeadIsNotSent() async throws {
        try await withServer({ _ in ServiceResponse(headers: ["X-A": "1\r\nX-B: 2"], body: .bytes([])) }) { server in
            let response = try await LoopbackConnection(port: server.port).exchange("GET", "/")
            #expect(response.status == 500)
            #expect(response.header("X-B") == nil)
        }
    }
}
