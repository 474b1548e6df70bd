import Autoscaling
import Glibc
import HTTPTransport
import ScriptedServers
import Testing

@testable import PrometheusClient

/// Servers that lie, flood and dawdle, asked through the real client over a socket: each query ends in its time and with
/// bounded memory, says which limit was reached, and the next one to a good server is answered.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HostilePrometheusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Parts of the error's text.
        var words: [String]
        var timeout = Duration.seconds(20)
        var limit = 4 << 20
        /// What stands behind the head of an answer; `false` ends it.
        var script: ScriptedServer.Script
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    private static let begin = #"{"status":"success","data":{"resultType":"vector","result":["#

    /// Repeats a text until the client has had enough of it.
    private static func flood(_ connection: ScriptedConnection, _ first: String, _ text: String) {
        connection.write(head + "\r\n" + first)
        let block = Array(String(repeating: text, count: max(1, 16_384 / text.utf8.count)).utf8)
        while connection.write(block) {}
    }

    /// One answer of a known length.
    private static func answer(_ connection: ScriptedConnection, _ body: [UInt8]) {
        connection.write(Array((head + "Content-Length: \(body.count)\r\n\r\n").utf8) + body)
        connection.waitForClose()
    }

    private static let tooLarge = ["the body is larger than 4194304 bytes", "select or sum fewer series"]

    private static let cases: [Case] = [
        Case(testDescription: "an endless answer of series", words: tooLarge) {
            flood($0, begin, #"{"metric":{"pod":"a"},"value":[1,"2"]},"#)
        },
        Case(testDescription: "an endless string", words: tooLarge) { flood($0, #"{"status":"#, "a") },
        Case(testDescription: "endless white space", words: tooLarge) { flood($0, "", " ") },
        Case(testDescription: "an endless number", words: tooLarge) { flood($0, #"{"status":"#, "1") },
        Case(testDescription: "endless labels", words: tooLarge) {
            flood($0, begin + #"{"metric":{"#, #""l":"v","#)
        },
        Case(testDescription: "a compressed bomb", words: tooLarge) { connection in
            connection.write(Array((head + "Content-Encoding: gzip\r\n\r\n").utf8) + GzipBomb.header)
            while connection.write(GzipBomb.block) {}
        },
        Case(
            testDescription: "a byte now and then",
            words: ["not complete within", "a longer --prometheus-query-timeout"],
            timeout: .milliseconds(100)
        ) { connection in
            connection.write(head + "\r\n" + begin)
            while connection.write(" ") { usleep(20_000) }
        },
        Case(
            testDescription: "silence", words: ["not complete within", "a longer --prometheus-query-timeout"],
            timeout: .milliseconds(100)
        ) { $0.waitForClose() },
        Case(testDescription: "a length that is too long", words: ["no answer"]) {
            $0.write(head + "Content-Length: 1000\r\n\r\n" + begin)
        },
        Case(testDescription: "a length that is too short", words: ["a broken answer"]) {
            $0.write(head + "Content-Length: 20\r\n\r\n" + begin + "]}}")
            $0.waitForClose()
        },
        Case(testDescription: "a length that is negative", words: ["no answer"]) {
            $0.write(head + "Content-Length: -1\r\n\r\n" + begin)
            $0.waitForClose()
        },
        Case(testDescription: "deep lists", words: ["a broken answer", "nested"]) {
            answer($0, Array(#"{"x":"#.utf8) + Array(repeating: UInt8(ascii: "["), count: 2 << 20))
        },
        Case(testDescription: "deep objects", words: ["a broken answer", "nested"]) {
            answer($0, Array(String(repeating: #"{"x":"#, count: 500_000).utf8))
        },
        Case(testDescription: "a redirect in a circle", words: ["redirected to http://", "not followed"]) {
            connection in
            while connection.answer(status: "302 Found", headers: "Location: http://127.0.0.1:9/\r\n"),
                connection.readRequest() != nil
            {}
        },
        Case(testDescription: "headers without end", words: ["no answer", "header"]) { connection in
            connection.write("HTTP/1.1 200 OK\r\n")
            while connection.write("X-A: \(String(repeating: "b", count: 500))\r\n") {}
        },
    ]

    @Test(arguments: cases) private func theQueryEndsAndSaysWhy(_ hostile: Case) async throws {
        let bad = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            hostile.script(connection)
        }
        let good = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.answer(#"{"status":"success","data":{"resultType":"scalar","result":[1,"7"]}}"#)
            }
        }
        let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
        func api(_ server: ScriptedServer) throws -> PrometheusAPI {
            PrometheusAPI(
                try PrometheusConfiguration(
                    baseURL: server.url, headers: ["Authorization": "Bearer s3cret"], queryTimeout: hostile.timeout,
                    maximumAnswerBytes: hostile.limit), over: client)
        }
        let (hostileAPI, goodAPI) = (try api(bad), try api(good))
        let growth = try await ProcessMemory.growth {
            let error = await #expect(throws: PrometheusError.self) { try await hostileAPI.ask(QueryRequest("up")) }
            let text = error.map { "\($0)" } ?? ""
            for word in hostile.words { #expect(text.contains(word), "\(text)") }
            #expect(text.contains("query 'up'") && !text.contains("s3cret"))
            let answer = try await goodAPI.ask(QueryRequest("up"))
            #expect(try answer.number(of: "up").get() == 7)
        }
        // The limit is 4 MiB; other suites may run beside this one.
        #expect(growth < 256 << 20, "\(growth >> 20) MiB")
        #expect(bad.acceptedCount == 1, "it was asked again")
        await client.shutDown()
        bad.stop()
        good.stop()
    }

    /// Answers as large as they may be, made of what takes most memory for a byte.
    @Test(arguments: [
        (begin, #"{"metric":{},"value":[1,"2"]}"#, ","), (begin + #"{"metric":{"#, #""%":"v""#, ","),
        (begin + #"{"metric":{"a":"b"},"values":["#, #"[1,"2"]"#, ","), (#"{"status":"error","error":"#, "x", ""),
        (#"{"status":"success","warnings":["#, #""""#, ","), (#"{"x":["#, "{}", ","), (#"{"a":1,"#, #""%":1"#, ","),
    ])
    func theLargestAnswerTakesBoundedMemory(_ start: String, _ piece: String, _ separator: String) async throws {
        let size = 8 << 20
        var body = Array(start.utf8)
        body.reserveCapacity(size)
        var number = 0
        while body.count < size - 100 {
            if number > 0 { body += separator.utf8 }
            if piece.contains("%") || piece.isEmpty {
                body += Array((piece.isEmpty ? #""%":1"# : piece).replacing("%", with: "k\(number)").utf8)
            } else {
                body += Array(piece.utf8)
            }
            number += 1
        }
        let bytes = body
        let growth = await ProcessMemory.growth { _ = try? VectorReader.read(bytes) }
        #expect(growth < 512 << 20, "\(growth >> 20) MiB for \(number) pieces")
    }

    /// Labels are compared with each other, so that their number has a bound of its own.
    @Test(arguments: [(VectorReader.maximumLabels, true), (VectorReader.maximumLabels + 1, false), (1_000_000, false)])
    func aSeriesWithTooManyLabelsIsRefused(_ count: Int, _ isRead: Bool) throws {
        let labels = (0..<count).map { "\"l\($0)\":\"\"" }.joined(separator: ",")
        let body = Array((Self.begin + #"{"metric":{"# + labels + #"},"value":[1,"2"]}]}}"#).utf8)
        if isRead {
            #expect(throws: Never.self) { try VectorReader.read(body) }
        } else {
            let error = #expect(throws: AnswerFormatError.self) { try VectorReader.read(body) }
            #expect(error?.description.hasPrefix("a series with more than 512 labels at byte") == true)
        }
    }

    /// Whoever asked has sent a credential, which must not go where an answer points to.
    @Test(arguments: [301, 302, 303, 307, 308]) func aRedirectIsNotFollowed(_ status: Int) async throws {
        let other = try ScriptedServer { _ = $0.readRequest() }
        let place = "\(other.url)/api/v1/query"
        let server = try ScriptedServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.answer(status: "\(status) Moved", headers: "Location: \(place)\r\n")
        }
        let client = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
        let configuration = try PrometheusConfiguration(baseURL: server.url.replacing("//", with: "//user:s3cret@"))
        let error = await #expect(throws: PrometheusError.self) {
            try await PrometheusAPI(configuration, over: client).ask(QueryRequest("up"))
        }
        #expect(error?.kind == .redirected(to: place))
        #expect(other.acceptedCount == 0)
        await client.shutDown()
        server.stop()
        other.stop()
    }
}
