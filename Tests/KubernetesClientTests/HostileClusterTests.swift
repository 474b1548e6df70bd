import Glibc
import HTTPTransport
import KubernetesTypes
import Locking
import ScriptedServers
import Testing

@testable import KubernetesClient

/// API servers that lie, flood and dawdle, asked through the real client over a socket: each request ends in its time and
/// with bounded memory, and says which limit was reached.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HostileClusterTests {
    private static let pods = ResourcePath.collection(.pods, namespace: "shop")
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    private static func flood(_ connection: ScriptedConnection, _ first: String, _ text: String) {
        connection.write(head + "\r\n" + first)
        let block = Array(String(repeating: text, count: max(1, 16_384 / text.utf8.count)).utf8)
        while connection.write(block) {}
    }

    private static func answer(_ connection: ScriptedConnection, _ body: [UInt8]) {
        connection.write(Array((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body)
        connection.waitForClose()
    }

    private static func withClient(
        _ limits: HTTPLimits, _ script: @escaping ScriptedServer.Script,
        _ test: (KubernetesClient, ScriptedServer) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(script)
        let access = ClusterAccess(server: server.url, credential: .token(Secret("s3cret")))
        let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
        var options = KubernetesClient.Options()
        options.limits = limits
        do {
            try await test(KubernetesClient(access: access, transport: transport, options: options), server)
        } catch {
            server.stop()
            await transport.shutDown()
            throw error
        }
        server.stop()
        await transport.shutDown()
    }

    // MARK: - Lists

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var words: [String]
        var limits = HTTPLimits(total: .seconds(20), maximumBodyBytes: 4 << 20)
        var script: ScriptedServer.Script
    }

    private static let short = HTTPLimits(total: .milliseconds(300))
    private static let tooLarge = ["the body is larger than 4194304 bytes"]

    private static let cases: [Case] = [
        Case(testDescription: "an endless list", words: tooLarge) {
            flood($0, #"{"items":["#, #"{"metadata":{"name":"a"}},"#)
        },
        Case(testDescription: "an endless name", words: tooLarge) {
            flood($0, #"{"items":[{"metadata":{"name":""#, "a")
        },
        Case(testDescription: "endless white space", words: tooLarge) { flood($0, "", "\n") },
        Case(testDescription: "a compressed bomb", words: tooLarge) { connection in
            connection.write(Array((head + "Content-Encoding: gzip\r\n\r\n").utf8) + GzipBomb.header)
            while connection.write(GzipBomb.block) {}
        },
        Case(testDescription: "a byte now and then", words: ["not complete within"], limits: short) { connection in
            connection.write(head + "\r\n{")
            while connection.write(" ") { usleep(20_000) }
        },
        Case(testDescription: "silence", words: ["not complete within"], limits: short) { $0.waitForClose() },
        Case(testDescription: "a length that is too long", words: ["no answer from the API server"]) {
            $0.write(head + "Content-Length: 1000\r\n\r\n{")
        },
        Case(testDescription: "a length that is too short", words: ["the answer ends before its JSON does"]) {
            $0.write(head + "Content-Length: 12\r\n\r\n" + #"{"items":[],"metadata":{}}"#)
            $0.waitForClose()
        },
        Case(testDescription: "deep lists", words: ["the answer"]) {
            answer($0, Array(#"{"items":"#.utf8) + Array(repeating: UInt8(ascii: "["), count: 1 << 20))
        },
        Case(testDescription: "lists as deep as they may be", words: ["the answer is not what was asked for"]) {
            answer(
                $0,
                Array(
                    (#"{"items":[{"a":"# + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
                        + "}]}").utf8))
        },
        Case(testDescription: "deep objects", words: ["the answer"]) {
            answer($0, Array(String(repeating: #"{"x":"#, count: 500_000).utf8))
        },
        Case(testDescription: "a redirect in a circle", words: ["cannot list pods", "HTTP status 302"]) { connection in
            while connection.answer(status: "302 Found", headers: "Location: /api\r\n"), connection.readRequest() != nil
            {}
        },
        Case(testDescription: "an endless error", words: ["xxxx"]) {
            $0.write("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 3000000\r\n\r\n")
            $0.write(String(repeating: "x", count: 3_000_000))
        },
    ]

    @Test(arguments: cases) private func aListEndsAndSaysWhy(_ hostile: Case) async throws {
        try await Self.withClient(hostile.limits) { connection in
            guard connection.readRequest() != nil else { return }
            hostile.script(connection)
        } _: { client, server in
            let growth = await ProcessMemory.growth {
                let error = await #expect(throws: KubernetesError.self) {
                    try await client.list(JSONValue.self, Self.pods)
                }
                let text = error.map { "\($0)" } ?? ""
                for word in hostile.words { #expect(text.contains(word), "\(text.prefix(500))") }
                #expect(text.utf8.count < 4_096 && !text.contains("s3cret"))
            }
            #expect(growth < 256 << 20, "\(growth >> 20) MiB")
            #expect(server.acceptedCount == 1, "it was asked again")
        }
    }

    /// A list whose pages never end is given up after so many.
    @Test func aListWithoutEndIsGivenUp() async throws {
        try await Self.withClient(HTTPLimits()) { connection in
            while connection.readRequest() != nil {
                connection.answer(#"{"items":[],"metadata":{"continue":"more","resourceVersion":"1"}}"#)
            }
        } _: { client, _ in
            let error = await #expect(throws: KubernetesError.self) { try await client.list(JSONValue.self, Self.pods) }
            #expect(error?.description.contains("the list has no end after 2000 pages") == true)
        }
    }

    /// Pages of objects that have no form at all: what is told of them is bounded, however many there are.
    @Test func objectsWithoutFormTakeBoundedMemory() async throws {
        let body = Array(
            (#"{"metadata":{"resourceVersion":"1"},"items":["# + String(repeating: "{},", count: 20_000) + "{}]}").utf8
        )
        try await Self.withClient(HTTPLimits()) { connection in
            while let request = connection.readRequest() {
                if request.startLine.contains("watch=1") { return connection.waitForClose() }
                connection.write(Array((Self.head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body)
            }
        } _: { client, _ in
            let pages = Locked(0)
            let growth = try await ProcessMemory.growth {
                try await Self.reflect(client, Pod.self, ReflectorOptions()) { _, status in
                    pages.withLock { $0 = status.counts.pages }
                    return !status.hasSynced && status.counts.restarts.isEmpty
                }
            }
            #expect(pages.withLock { $0 } > 0)
            #expect(growth < 128 << 20, "\(growth >> 20) MiB")
        }
    }

    // MARK: - Watches

    /// Runs a reflector until `goOn`, asked at each change and once more each time that it begins anew, says no.
    private static func reflect<Object: Decodable & Sendable>(
        _ client: KubernetesClient, _ type: Object.Type, _ options: ReflectorOptions,
        goOn: @escaping @Sendable (CacheChange<Int>, ReflectorStatus) -> Bool
    ) async throws {
        let status = ReflectorStatus()
        let reflector = Reflector(client: client, collection: pods, options: options) { (_: Object) in 1 }
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await reflector.run(status: status) { change in
                    if !goOn(change, status) { end.finish() }
                }
            }
            group.addTask {
                while !Task.isCancelled, goOn(.replaced([]), status) { try? await Task.sleep(for: .milliseconds(20)) }
                end.finish()
            }
            for await _ in ended {}
            group.cancelAll()
        }
        try Task.checkCancellation()
    }

    private struct Flood: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What is sent again and again after an empty list.
        var text: String
        /// The problem that is told; `nil` when the watch goes on for ever.
        var problem: String?
    }

    private static let floods = [
        Flood(
            testDescription: "bookmarks",
            text: #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}"# + "\n"),
        Flood(
            testDescription: "changes of one object",
            text: #"{"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":"shop","resourceVersion":"7"}}}"#
                + "\n"),
        Flood(
            testDescription: "huge objects",
            text: #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"7","annotations":{"x":""#
                + String(repeating: "y", count: 900_000) + "\"}}}}\n"),
        Flood(testDescription: "empty lines", text: "\n"),
        Flood(testDescription: "no line end", text: "a", problem: "an event is longer than 1048576 bytes"),
        Flood(
            testDescription: "an object without end", text: #"{"type":"ADDED","object":{"metadata":{"name":"a"}}} "#,
            problem: "an event is longer than 1048576 bytes"),
        Flood(testDescription: "no JSON", text: "<html>\n", problem: "not JSON"),
        Flood(
            testDescription: "unknown events", text: #"{"type":"SYNC","object":{}}"# + "\n",
            problem: "an event of the unknown type 'SYNC'"),
        Flood(
            testDescription: "deep nesting", text: String(repeating: "[", count: 100_000) + "\n", problem: "not JSON"),
    ]

    /// A watch that floods costs bounded memory: the reader is as quick as it is, and the server has to wait for it.
    @Test(arguments: floods) private func aFloodIsReadOrRefused(_ flood: Flood) async throws {
        let sent = Locked(0)
        try await Self.withClient(HTTPLimits()) { connection in
            while let request = connection.readRequest() {
                guard request.startLine.contains("watch=1") else {
                    connection.answer(#"{"items":[],"metadata":{"resourceVersion":"5"}}"#)
                    continue
                }
                connection.write(Self.head + "\r\n")
                let block = Array(String(repeating: flood.text, count: max(1, 65_536 / flood.text.utf8.count)).utf8)
                while connection.write(block) { sent.withLock { $0 += block.count } }
                return
            }
        } _: { client, _ in
            let options = ReflectorOptions(
                backoff: Backoff(first: .milliseconds(1), longest: .milliseconds(5)), maximumEventBytes: 1 << 20)
            let problem = Locked<String?>(nil)
            let growth = try await ProcessMemory.growth {
                try await Self.reflect(client, PartialObjectMetadata.self, options) { _, status in
                    if let text = status.problem { problem.withLock { $0 = text } }
                    if flood.problem != nil { return problem.withLock { $0 } == nil }
                    return sent.withLock { $0 } < 8 << 20
                }
            }
            if let expected = flood.problem {
                #expect(problem.withLock { $0 }?.contains(expected) == true, "\(problem.withLock { $0 } ?? "none")")
            }
            #expect(growth < 256 << 20, "\(growth >> 20) MiB")
        }
    }

    /// Whoever asked has sent a token, which must not go where an answer points to.
    @Test(arguments: [301, 302, 303, 307, 308]) func aRedirectIsNotFollowed(_ status: Int) async throws {
        let other = try ScriptedServer { _ = $0.readRequest() }
        try await Self.withClient(HTTPLimits()) { connection in
            guard connection.readRequest() != nil else { return }
            connection.answer(status: "\(status) Moved", headers: "Location: \(other.url)/api/v1/pods\r\n")
        } _: { client, _ in
            await #expect(throws: KubernetesError.self) { try await client.list(JSONValue.self, Self.pods) }
            #expect(other.acceptedCount == 0)
        }
        other.stop()
    }
}
