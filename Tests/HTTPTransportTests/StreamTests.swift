import Glibc
import HTTPTransport
import Locking
import ScriptedServers
import Testing

/// Bodies that are read while they come.
@Suite(.timeLimit(.minutes(1))) struct StreamTests {
    /// A limit on no stream of these tests but where it is the subject.
    private static let open = HTTPLimits(total: nil, maximumBodyBytes: .max)

    @Test func chunksArriveBeforeTheNextIsSent() async throws {
        let received = [Signal(), Signal()]
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Kind: watch\r\n\r\n")
            connection.write("6\r\nfirst\n\r\n")
            received[0].block()
            connection.write("7\r\nsecond\n\r\n")
            received[1].block()
            connection.write("0\r\n\r\n")
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            #expect(response.status == 200)
            #expect(response.headers["x-kind"] == "watch")
            var chunks: [String] = []
            for try await chunk in response.body {
                chunks.append(String(decoding: chunk, as: UTF8.self))
                received[chunks.count - 1].fire()
            }
            #expect(chunks == ["first\n", "second\n"])
        }
    }

    @Test func headArrivesBeforeAnyBody() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\n")
            connection.waitForClose()
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            #expect(response.status == 410)
        }
    }

    @Test func emptyBodyEndsAtOnce() async throws {
        try await withServer { connection in
            while connection.readRequest() != nil { connection.answer(status: "204 No Content") }
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            #expect(try await response.collect() == [])
        }
    }

    struct Encoding: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var isGzip: Bool
    }

    /// 16 MiB through a buffer of 64 KiB: whoever writes is held back, and nothing is lost or doubled.
    @Test(arguments: [
        Encoding(testDescription: "plain", isGzip: false), Encoding(testDescription: "gzip", isGzip: true),
    ])
    func slowReaderHoldsTheServerBack(_ encoding: Encoding) async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.streamBufferBytes = 64 << 10
        let wholeCount = 16 << 20
        let written = Locked(0)
        try await withServer(configuration: configuration) { connection in
            _ = connection.readRequest()
            if encoding.isGzip {
                connection.write(Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".utf8) + GzipBomb.header)
                for _ in 0..<wholeCount / GzipBomb.unpackedBytesPerBlock { connection.write(GzipBomb.block) }
                connection.write(GzipBomb.ending(unpackedZeros: wholeCount))
            } else {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(wholeCount)\r\n\r\n")
                for block in 0..<wholeCount / 4096 {
                    guard connection.write([UInt8](repeating: UInt8(block & 0xff), count: 4096)) else { return }
                    written.withLock { $0 += 4096 }
                }
            }
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            var iterator = response.body.makeAsyncIterator()
            var bytes = try #require(try await iterator.next())
            if !encoding.isGzip {
                // The server is blocked in its write: it stays where it is until the reader goes on.
                try await written.settles()
                #expect(written.withLock { $0 } < wholeCount)
            }
            while let chunk = try await iterator.next() {
                #expect(chunk.count <= 128 << 10)
                bytes += chunk
            }
            #expect(bytes.count == wholeCount)
            let isRight = bytes.indices.allSatisfy { bytes[$0] == (encoding.isGzip ? 0 : UInt8($0 / 4096 & 0xff)) }
            #expect(isRight)
        }
    }

    @Test func pausedStreamIsNotIdle() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.streamBufferBytes = 1
        try await withServer(configuration: configuration) { connection in
            _ = connection.readRequest()
            connection.answer(String(repeating: "a", count: 1 << 20))
        } test: { client, server in
            var limits = Self.open
            limits.idle = .seconds(1)
            let response = try await client.open(HTTPRequest(url: server.url, limits: limits))
            // Another request's idle limit, twice as long, passes meanwhile.
            let silent = try ScriptedServer { $0.waitForClose() }
            defer { silent.stop() }
            let error = await transportError {
                try await client.send(
                    HTTPRequest(url: silent.url, limits: HTTPLimits(total: nil, idle: .seconds(2))))
            }
            #expect(error?.kind == .timeout(.idle))
            #expect(try await response.collect().count == 1 << 20)
        }
    }

    @Test func bytesBeforeABreakAreStillRead() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            var text = ""
            let error = await transportError {
                for try await chunk in response.body { text += String(decoding: chunk, as: UTF8.self) }
                return text
            }
            #expect(text == "half")
            #expect(error?.kind == .connectionReset)
        }
    }

    @Test func secondReaderAtTheSameTimeIsRefused() async throws {
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            connection.waitForClose()
        } test: { client, server in
            let response = try await client.open(HTTPRequest(url: server.url, limits: Self.open))
            let kinds = await withTaskGroup(of: TransportError.Kind?.self) { group in
                for _ in 0..<2 { group.addTask { (await errorOfReading(response) as? TransportError)?.kind } }
                let first = await group.next()
                group.cancelAll()
                return await group.reduce(into: [first ?? nil]) { $0.append($1) }
            }
            #expect(kinds == [.invalidRequest, nil])
        }
    }

    @Test func openStreamsDoNotTakePlacesOfRequests() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.maximumRequests = 2
        configuration.maximumStreams = 20
        try await withServer(configuration: configuration) { connection in
            while let request = connection.readRequest() {
                guard request.startLine.contains("/watch") else {
                    connection.answer("x")
                    continue
                }
                connection.write("HTTP/1.1 200 OK\r\n\r\n")
                connection.waitForClose()
            }
        } test: { client, server in
            var streams: [HTTPResponseStream] = []
            for _ in 0..<20 {
                streams.append(try await client.open(HTTPRequest(url: server.url + "/watch", limits: Self.open)))
            }
            #expect(try await client.send(HTTPRequest(url: server.url + "/query")).status == 200)
            #expect(streams.count == 20)
        }
    }
}

/// What reading the body to its end fails with.
private func errorOfReading(_ response: HTTPResponseStream) async -> (any Error)? {
    do {
        _ = try await response.collect()
        return nil
    } catch {
        return error
    }
}
