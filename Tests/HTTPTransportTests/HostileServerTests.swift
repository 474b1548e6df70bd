import Glibc
import HTTPTransport
import Recordings
import ScriptedServers
import Testing

/// Peers that break off, lie, stay silent or never stop: each ends in its own kind of error.
@Suite(.timeLimit(.minutes(1))) struct HostileServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: TransportError.Kind
        var limits = HTTPLimits(connect: .seconds(10), total: .seconds(20), maximumBodyBytes: 1 << 20)
        /// Runs after the request has been read.
        var script: ScriptedServer.Script
    }

    static let cases: [Case] = [
        Case(testDescription: "closes without an answer", kind: .connectionReset) { _ in },
        Case(testDescription: "half a header", kind: .connectionReset) { $0.write("HTTP/1.1 200 OK\r\nContent-") },
        Case(testDescription: "half a body", kind: .connectionReset) {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        },
        Case(testDescription: "chunked body without its end", kind: .connectionReset) {
            $0.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
        },
        Case(testDescription: "reset in the body", kind: .connectionReset) {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            $0.reset()
        },
        Case(testDescription: "garbage for a status line", kind: .malformedResponse) {
            $0.write("\u{1}\u{2}garbage\r\n\r\n")
            $0.waitForClose()
        },
        Case(testDescription: "a status of letters", kind: .malformedResponse) {
            $0.write("HTTP/1.1 abc OK\r\n\r\n")
            $0.waitForClose()
        },
        Case(testDescription: "another protocol", kind: .malformedResponse) { $0.write("SSH-2.0-OpenSSH_9.2\r\n") },
        Case(testDescription: "a length that is no number", kind: .malformedResponse) {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx")
        },
        Case(testDescription: "a chunk size that is no number", kind: .malformedResponse) {
            $0.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
        },
        Case(testDescription: "gzip that is none", kind: .malformedResponse) {
            $0.answer("this is not gzip", headers: "Content-Encoding: gzip\r\n")
        },
        Case(testDescription: "many header lines", kind: .malformedResponse) {
            $0.write("HTTP/1.1 200 OK\r\n")
            while $0.write("X-More: \(String(repeating: "a", count: 1000))\r\n") {}
        },
        Case(testDescription: "one header line without end", kind: .malformedResponse) {
            $0.write("HTTP/1.1 200 OK\r\nX-More: ")
            while $0.write(String(repeating: "a", count: 1000)) {}
        },
        Case(testDescription: "interim answers without end", kind: .malformedResponse) {
            while $0.write("HTTP/1.1 103 Early Hints\r\nX-More: a\r\n\r\n") {}
        },
        Case(testDescription: "a body without end", kind: .responseTooLarge(limitBytes: 1 << 20)) {
            $0.write("HTTP/1.1 200 OK\r\n\r\n")
            while $0.write(String(repeating: "a", count: 1000)) {}
        },
        Case(testDescription: "a gzip bomb", kind: .responseTooLarge(limitBytes: 1 << 20)) {
            $0.write(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".utf8))
            $0.write(GzipBomb.header)
            while $0.write(GzipBomb.block) {}
        },
        Case(
            testDescription: "silence after half a body", kind: .timeout(.idle),
            limits: HTTPLimits(total: .seconds(30), idle: .milliseconds(200))
        ) {
            $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            $0.waitForClose()
        },
        Case(
            testDescription: "silence instead of an answer", kind: .timeout(.idle),
            limits: HTTPLimits(total: .seconds(30), idle: .milliseconds(200))
        ) { $0.waitForClose() },
        Case(
            testDescription: "a byte now and then", kind: .timeout(.total),
            limits: HTTPLimits(total: .milliseconds(400), idle: .seconds(20))
        ) {
            $0.write("HTTP/1.1 200 OK\r\n\r\n")
            while $0.write("a") { usleep(10_000) }
        },
        Case(
            testDescription: "silence with a total limit only", kind: .timeout(.total),
            limits: HTTPLimits(total: .milliseconds(200))
        ) { $0.waitForClose() },
    ]

    @Test(arguments: cases) func sendEndsWithItsKindOfError(_ hostile: Case) async throws {
        try await withServer { connection in
            guard connection.readRequest() != nil else { return }
            hostile.script(connection)
        } test: { client, server in
            let error = await transportError {
                try await client.send(HTTPRequest(url: server.url + "/q?token=secret", limits: hostile.limits))
            }
            #expect(error?.kind == hostile.kind, "\(error?.description ?? "")")
            #expect(error?.url == server.url + "/q?token=…")
            #expect(error?.detail.isEmpty == false)
        }
    }

    @Test(arguments: cases) func streamEndsWithItsKindOfError(_ hostile: Case) async throws {
        try await withServer { connection in
            guard connection.readRequest() != nil else { return }
            hostile.script(connection)
        } test: { client, server in
            let error = await transportError {
                try await client.open(HTTPRequest(url: server.url, limits: hostile.limits)).collect()
            }
            #expect(error?.kind == hostile.kind, "\(error?.description ?? "")")
        }
    }

    @Test func nobodyListens() async throws {
        let server = try ScriptedServer { _ in }
        server.stop()
        try await withClient { client in
            let error = await transportError { try await client.send(HTTPRequest(url: server.url)) }
            #expect(error?.kind == .connectionRefused)
            #expect(error?.detail.contains("Connection refused") == true)
        }
    }

    @Test func nameDoesNotExist() async throws {
        try await withClient { client in
            let limits = HTTPLimits(connect: .seconds(30), total: nil)
            let error = await transportError {
                try await client.send(HTTPRequest(url: "http://prometheus.invalid/", limits: limits))
            }
            #expect(error?.kind == .nameResolution)
        }
    }

    @Test func handshakeThatNeverEndsIsAConnectTimeout() async throws {
        try await withServer {
            $0.waitForClose()
        } test: { client, server in
            let limits = HTTPLimits(connect: .milliseconds(200), total: .seconds(30), idle: .seconds(20))
            let url = "https://127.0.0.1:\(server.port)/"
            let error = await transportError { try await client.send(HTTPRequest(url: url, limits: limits)) }
            #expect(error?.kind == .timeout(.connect))
            #expect(error?.detail == "no connection within 0.2 seconds")
        }
    }

    @Test func waitingForAPlaceCountsToTheTotal() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.maximumRequests = 1
        let holding = Signal()
        try await withServer(configuration: configuration) {
            holding.fire()
            $0.waitForClose()
        } test: { client, server in
            let url = server.url
            let holder = Task { try await client.send(HTTPRequest(url: url, limits: HTTPLimits(total: nil))) }
            await holding.wait()
            let error = await transportError {
                try await client.send(HTTPRequest(url: url, limits: HTTPLimits(total: .milliseconds(100))))
            }
            #expect(error?.kind == .timeout(.total))
            #expect(error?.detail.hasPrefix("no free place") == true)
            holder.cancel()
            _ = await holder.result
            #expect(server.acceptedCount == 1)
        }
    }

    @Test func extraBytesAfterTheBodyAreNotPartOfIt() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more")
            connection.waitForClose()
        } test: { client, server in
            let response = try await client.send(HTTPRequest(url: server.url))
            #expect(response.body == Array("hello".utf8))
        }
    }
}
