import HTTPService
import LoopbackClient
import Testing

/// Clients that send little, much, or nothing at all: each is cut off or refused, and others are served meanwhile.
@Suite(.timeLimit(.minutes(1))) struct HostileClientTests {
    private static let limits = ServiceLimits(
        bodyBytes: 1 << 10, connectionBytes: 16 << 10, connections: 8, connectionsOfOneAddress: 8, idleSeconds: 30,
        turn: .milliseconds(300), heartbeat: .milliseconds(50))

    /// More than the buffers of two sockets.
    private static let large = [UInt8](repeating: 0x78, count: 32 << 20)

    private static var routes: Routes {
        var routes = Routes()
        routes.on("GET", "/") { _ in .text("ok") }
        routes.on("GET", "/large") { _ in ServiceResponse(body: .bytes(large)) }
        return routes
    }

    private static func withServer(
        _ limits: ServiceLimits = limits, _ test: (HTTPServer) async throws -> Void
    ) async throws {
        let server = try HTTPServer(limits: limits, routes: routes)
        do { try await test(server) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// What a client does on its connection until the server ends it.
    struct Slow: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var begin: String
        /// What is sent again and again.
        var drip: String
    }

    private static let slow = [
        Slow(testDescription: "nothing", begin: "", drip: ""),
        Slow(testDescription: "a head byte by byte", begin: "GET / HTTP/1.1\r\n", drip: "X"),
        Slow(testDescription: "a head line by line", begin: "GET / HTTP/1.1\r\n", drip: "X: y\r\n"),
        Slow(
            testDescription: "a body byte by byte", begin: "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
            drip: "x"),
        Slow(
            testDescription: "chunk by chunk", begin: "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            drip: "1\r\nx\r\n"),
        Slow(testDescription: "empty lines", begin: "", drip: "\r\n"),
    ]

    /// Clients that never become idle take every place; they are ended all the same, or nobody else would be served.
    @Test(arguments: slow) private func whoIsSlowIsCutOff(_ slow: Slow) async throws {
        try await Self.withServer { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    let connection = try LoopbackConnection(port: server.port)
                    try await connection.send(slow.begin)
                    group.addTask {
                        while !slow.drip.isEmpty, (try? await connection.send(slow.drip)) != nil {
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        while try await !connection.isClosedByServer() {}
                    }
                }
                #expect(try await LoopbackConnection(port: server.port).exchange("GET", "/").status == 200)
                try await group.waitForAll()
            }
        }
    }

    /// A client that does not read its answer has the only place, and loses it.
    @Test func whoDoesNotReadIsCutOff() async throws {
        var limits = Self.limits
        limits.connections = 1
        limits.turn = .seconds(1)
        #expect(Self.large.count == 32 << 20)
        try await Self.withServer(limits) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/large")
            #expect(try await connection.head().status == 200)
            #expect(try await LoopbackConnection(port: server.port).exchange("GET", "/").status == 200)
            #expect(try await connection.rest().count < 32 << 20)
        }
    }

    /// A connection that is used in time stays, for longer than a turn: each answer begins a new one.
    @Test func whoIsQuickMayStay() async throws {
        var limits = Self.limits
        limits.turn = .seconds(2)
        try await Self.withServer(limits) { server in
            let connection = try LoopbackConnection(port: server.port)
            for _ in 0..<6 {
                #expect(try await connection.exchange("GET", "/").status == 200)
                try await Task.sleep(for: .milliseconds(400))
            }
        }
    }

    @Test func oneAddressDoesNotTakeAllPlaces() async throws {
        var limits = Self.limits
        limits.connectionsOfOneAddress = 3
        limits.turn = nil
        try await Self.withServer(limits) { server in
            let connections = try (0..<3).map { _ in try LoopbackConnection(port: server.port) }
            for connection in connections { #expect(try await connection.exchange("GET", "/").status == 200) }
            #expect(try await LoopbackConnection(port: server.port).isClosedByServer())
            let other = try LoopbackConnection(port: server.port, from: "127.0.0.2")
            #expect(try await other.exchange("GET", "/").status == 200)
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var bytes: String
        /// `nil` when the connection is closed without an answer.
        var status: Int?
    }

    private static let long = String(repeating: "x", count: 40_000)

    private static let refused = [
        Refused(testDescription: "POST", bytes: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", status: 405),
        Refused(testDescription: "PUT", bytes: "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", status: 405),
        Refused(testDescription: "DELETE", bytes: "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
        Refused(testDescription: "PATCH", bytes: "PATCH / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
        Refused(testDescription: "OPTIONS", bytes: "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
        Refused(testDescription: "TRACE", bytes: "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
        Refused(testDescription: "no method", bytes: "FOO / HTTP/1.1\r\nHost: x\r\n\r\n", status: 405),
        Refused(testDescription: "CONNECT", bytes: "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
        Refused(testDescription: "a whole URL", bytes: "GET http://a/ HTTP/1.1\r\nHost: x\r\n\r\n", status: 400),
        Refused(testDescription: "a huge URL", bytes: "GET /\(long) HTTP/1.1\r\nHost: x\r\n\r\n", status: 414),
        Refused(
            testDescription: "a huge header", bytes: "GET / HTTP/1.1\r\nHost: x\r\nX: \(long)\r\n\r\n", status: 431),
        Refused(
            testDescription: "many headers",
            bytes: "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: 8_000) + "\r\n", status: 431),
        Refused(
            testDescription: "a body",
            bytes: "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2_000),
            status: 413),
        Refused(
            testDescription: "an endless body",
            bytes: "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" + long, status: nil),
        Refused(
            testDescription: "a length that is none", bytes: "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", status: 400),
        Refused(testDescription: "no HTTP", bytes: "\u{16}\u{3}\u{1}\u{0}\r\n\r\n", status: nil),
    ]

    @Test(arguments: refused) private func whatIsNoRequestIsRefused(_ refused: Refused) async throws {
        try await Self.withServer { server in
            let connection = try LoopbackConnection(port: server.port)
            // The server may close before all of it is sent.
            try? await connection.send(refused.bytes)
            let answer = String(decoding: (try? await connection.rest()) ?? [], as: UTF8.self)
            let status = answer.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            #expect(status == refused.status, "\(answer.prefix(200))")
            #expect(try await LoopbackConnection(port: server.port).exchange("GET", "/").text == "ok")
        }
    }

    // MARK: - Names

    @Test(
        arguments: [
            (nil, true), ("localhost", true), ("LocalHost:9095", true), ("127.0.0.1:9095", true), ("[::1]:80", true),
            ("10.1.2.3", true), ("evil.example:9095", false), ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.256", false), ("", false), ("1.2.3", false), ("xn--80ak6aa92e.com", false),
        ] as [(String?, Bool)])
    func onlyNamesOfThisMachineAreLocal(_ field: String?, _ isLocal: Bool) {
        #expect(HostNames.areLocal(field) == isLocal)
    }

    /// A page that has given its own name this machine's address reads nothing.
    @Test func aReboundNameIsRefused() async throws {
        let server = try HTTPServer(routes: Self.routes.onlyByLocalNames())
        for (host, status) in [("localhost:1", 200), ("evil.example", 403)] {
            let connection = try LoopbackConnection(port: server.port)
            try await connection.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(try await connection.head().status == status)
        }
        await server.stop()
    }
}
