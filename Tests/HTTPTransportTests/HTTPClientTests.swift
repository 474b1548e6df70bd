import Glibc
import HTTPTransport
import Locking
import Recordings
import ScriptedServers
import Testing

/// Whole requests and responses over real sockets.
@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
    @Test func responseCarriesStatusHeadersAndBody() async throws {
        try await withServer { connection in
            while connection.readRequest() != nil {
                connection.answer("hello", status: "404 Not Found", headers: "Warning: 299 a\r\nwarning: 299 b\r\n")
            }
        } test: { client, server in
            let response = try await client.send(HTTPRequest(url: server.url + "/x"))
            #expect(response.status == 404)
            #expect(!response.isSuccess)
            #expect(response.headers.values("WARNING") == ["299 a", "299 b"])
            #expect(response.body == Array("hello".utf8))
        }
    }

    struct Sent: Sendable, CustomTestStringConvertible {
        var method: HTTPRequest.Method
        var body: String?
        var contentLength: String?
        var testDescription: String { "\(method.rawValue) with \(body.map { "\($0.utf8.count) bytes" } ?? "no body")" }
    }

    @Test(arguments: [
        Sent(method: .get, body: nil, contentLength: nil),
        Sent(method: .get, body: "q", contentLength: "1"),
        Sent(method: .post, body: nil, contentLength: "0"),
        Sent(method: .post, body: "a=1\0b", contentLength: "5"),
        Sent(method: .put, body: "{}", contentLength: "2"),
        Sent(method: .patch, body: "{\"spec\":{}}", contentLength: "11"),
        Sent(method: .delete, body: nil, contentLength: nil),
        Sent(method: .delete, body: "{}", contentLength: "2"),
    ])
    func methodAndBodyArriveAsWritten(_ sent: Sent) async throws {
        let seen = Locked<ScriptedConnection.Request?>(nil)
        try await withServer { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request }
            connection.answer()
        } test: { client, server in
            let request = HTTPRequest(
                method: sent.method, url: server.url + "/a/b?c=%7B%7D", body: sent.body.map { Array($0.utf8) })
            let response = try await client.send(request)
            #expect(response.status == 200)
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.startLine == "\(sent.method.rawValue) /a/b?c=%7B%7D HTTP/1.1")
        #expect(request.header("Content-Length") == sent.contentLength)
        #expect(String(decoding: request.body, as: UTF8.self) == sent.body ?? "")
        #expect(request.header("Content-Type") == nil, "libcurl's form type must not be added")
        #expect(request.header("User-Agent") == "swiftlet")
        #expect(request.header("Accept-Encoding") == "gzip, deflate")
    }

    struct Identity: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var credentials: HTTPCredentials
        var header: String?
        var expected: String?
    }

    @Test(arguments: [
        Identity(testDescription: "none", credentials: .none),
        Identity(testDescription: "bearer", credentials: .bearer("abc"), expected: "Bearer abc"),
        Identity(
            testDescription: "basic", credentials: .basic(user: "Aladdin", password: "open sesame"),
            expected: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        Identity(
            testDescription: "the request's header wins", credentials: .bearer("abc"), header: "Bearer xyz",
            expected: "Bearer xyz"),
    ])
    func authorizationArrives(_ identity: Identity) async throws {
        let seen = Locked<ScriptedConnection.Request?>(nil)
        var configuration = HTTPClient.Configuration.direct
        configuration.credentials = identity.credentials
        configuration.userAgent = "swiftlet/1.2"
        try await withServer(configuration: configuration) { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request }
            connection.answer()
        } test: { client, server in
            var request = HTTPRequest(url: server.url, headers: ["X-Empty": "", "Accept": "application/json"])
            request.headers["authorization"] = identity.header
            let response = try await client.send(request)
            #expect(response.status == 200)
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.header("Authorization") == identity.expected)
        #expect(request.header("X-Empty") == "")
        #expect(request.header("Accept") == "application/json")
        #expect(request.header("User-Agent") == "swiftlet/1.2")
    }

    @Test func recordedGzipIsUnpacked() async throws {
        let recorded = try WireExchange.load("prometheus/05-gzip.http.txt", note: "larger")
        let head = recorded.response.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write(Array("HTTP/1.1 200 OK\r\n\(head)\r\n".utf8) + recorded.response.body)
        } test: { client, server in
            let response = try await client.send(HTTPRequest(url: server.url))
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(text.hasPrefix(#"{"status":"success","data":{"resultType":"vector","result":["#))
            #expect(text.hasSuffix("}"))
            #expect(response.body.count > recorded.response.body.count)
        }
    }

    @Test func redirectIsAResponse() async throws {
        try await withServer { connection in
            while connection.readRequest() != nil {
                connection.answer(status: "302 Found", headers: "Location: /elsewhere\r\n")
            }
        } test: { client, server in
            let response = try await client.send(HTTPRequest(url: server.url))
            #expect(response.status == 302)
            #expect(response.headers["Location"] == "/elsewhere")
        }
    }

    @Test func interimAnswersAndTrailersAreLeftOut() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n")
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n")
            connection.write("5\r\nhello\r\n0\r\nX-End: 1\r\n\r\n")
        } test: { client, server in
            let response = try await client.send(HTTPRequest(url: server.url))
            #expect(response.status == 200)
            #expect(response.headers["Link"] == nil)
            #expect(response.headers["X-End"] == nil)
            #expect(response.body == Array("hello".utf8))
        }
    }

    @Test func connectionIsReused() async throws {
        try await withServer { connection in
            while connection.readRequest() != nil { connection.answer("x") }
        } test: { client, server in
            for _ in 0..<20 { _ = try await client.send(HTTPRequest(url: server.url)) }
            #expect(server.acceptedCount == 1)
        }
    }

    @Test func manyRequestsRunAtOnceWithinTheLimit() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.maximumRequests = 16
        let running = Locked((now: 0, most: 0))
        try await withServer(configuration: configuration) { connection in
            while let request = connection.readRequest() {
                running.withLock { counts in
                    counts.now += 1
                    counts.most = max(counts.most, counts.now)
                }
                usleep(1000)
                running.withLock { $0.now -= 1 }
                connection.answer(String(request.startLine.split(separator: " ")[1]))
            }
        } test: { client, server in
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let response = try await client.send(HTTPRequest(url: server.url + "/\(number)"))
                        return response.body == Array("/\(number)".utf8)
                    }
                }
                return try await group.reduce(into: 0) { count, isRight in count += isRight ? 1 : 0 }
            }
            #expect(answers == 500)
            #expect(server.acceptedCount <= 16)
        }
        #expect(running.withLock { $0.most } > 1)
        #expect(running.withLock { $0.most } <= 16)
    }
}
