import HTTPService
import LoopbackClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamTests {
    /// What a stream's closure saw at its end, told to the test.
    private enum Ending: Equatable {
        case returned
        case threw(String)
    }

    private static let quick = ServiceLimits(heartbeat: .milliseconds(20), streamBytes: 64 << 10)

    @Test func theHeadComesAtOnceAndEveryWriteIsAChunk() async throws {
        let (lines, feed) = AsyncStream.makeStream(of: String.self)
        let response = ServiceResponse(
            body: .stream { writer in
                for await line in lines { try await writer.write(Array(line.utf8)) }
            })
        try await withServer({ _ in response }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/watch")
            #expect(try await connection.head().header("Transfer-Encoding") == "chunked")
            for text in ["one\n", "two\n", "three\n"] {
                feed.yield(text)
                #expect(try await connection.chunk() == Array(text.utf8))
            }
            feed.finish()
            #expect(try await connection.chunk().isEmpty)
            // The connection can be used again: the stream ended properly.
            try await connection.request("GET", "/watch")
            #expect(try await connection.head().status == 200)
        }
    }

    @Test func aStreamThatFailsIsCutWithoutTheLastChunk() async throws {
        struct Broken: Error {}
        let response = ServiceResponse(
            body: .stream { writer in
                try await writer.write(Array("half".utf8))
                throw Broken()
            })
        try await withServer({ _ in response }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            _ = try await connection.head()
            #expect(String(decoding: try await connection.rest(), as: UTF8.self) == "4\r\nhalf\r\n")
        }
    }

    @Test func aQuietStreamIsCancelledWhenItsClientLeaves() async throws {
        let (endings, signal) = AsyncStream.makeStream(of: Ending.self)
        try await withServer(limits: Self.quick, Self.forever(signal)) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/watch")
            _ = try await connection.head()
            connection.leave()
            var iterator = endings.makeAsyncIterator()
            #expect(await iterator.next() == .threw("CancellationError()"))
        }
    }

    @Test func aHandlerIsCancelledWhenItsClientLeaves() async throws {
        let (endings, signal) = AsyncStream.makeStream(of: Ending.self)
        let handler: @Sendable (ServiceRequest) async -> ServiceResponse = { _ in
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                signal.yield(.threw("\(error)"))
            }
            return .text("late")
        }
        try await withServer(limits: Self.quick, handler) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            connection.leave()
            var iterator = endings.makeAsyncIterator()
            #expect(await iterator.next() == .threw("CancellationError()"))
        }
    }

    @Test func aWriterWaitsForASlowClient() async throws {
        let (progress, signal) = AsyncStream.makeStream(of: Int.self)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 32 << 10)
        let total = 1024
        let response = ServiceResponse(
            body: .stream { writer in
                for index in 1...total {
                    try await writer.write(piece)
                    signal.yield(index)
                }
                signal.finish()
            })
        try await withServer(limits: Self.quick, { _ in response }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            _ = try await connection.head()
            var iterator = progress.makeAsyncIterator()
            #expect(await iterator.next() == 1)
            // 32 MiB do not fit the socket buffers, so the writer cannot be done before the client reads.
            var received = 0
            while true {
                let bytes = try await connection.chunk()
                if bytes.isEmpty { break }
                received += bytes.count
            }
            #expect(received == total * piece.count)
            var last = 1
            while let index = await iterator.next() { last = index }
            #expect(last == total)
        }
    }

    @Test func aWriterThatWaitsIsLetGoWhenTheClientLeaves() async throws {
        let (endings, signal) = AsyncStream.makeStream(of: Ending.self)
        let piece = [UInt8](repeating: 0, count: 1 << 20)
        let response = ServiceResponse(
            body: .stream { writer in
                do {
                    while true { try await writer.write(piece) }
                } catch {
                    signal.yield(.threw("left"))
                    throw error
                }
            })
        try await withServer(limits: Self.quick, { _ in response }) { server in
            let connection = try LoopbackConnection(port: server.port)
            try await connection.request("GET", "/")
            _ = try await connection.head()
            connection.leave()
            var iterator = endings.makeAsyncIterator()
            #expect(await iterator.next() == .threw("left"))
        }
    }

    @Test func stoppingEndsOpenStreamsProperlyAndRefusesNewClients() async throws {
        let (endings, signal) = AsyncStream.makeStream(of: Ending.self)
        let server = try HTTPServer(handler: Self.forever(signal))
        let connections = try (0..<5).map { _ in try LoopbackConnection(port: server.port) }
        for connection in connections {
            try await connection.request("GET", "/watch")
            _ = try await connection.head()
        }
        await server.stop()
        for connection in connections { #expect(try await connection.chunk().isEmpty) }
        var iterator = endings.makeAsyncIterator()
        for _ in connections { #expect(await iterator.next() == .threw("CancellationError()")) }
        #expect(throws: LoopbackConnection.Failure.self) { try LoopbackConnection(port: server.port) }
        await server.stop()
    }

    @Test func stoppingLetsARunningHandlerAnswer() async throws {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let server = try HTTPServer { _ in
            signal.yield()
            try? await Task.sleep(for: .seconds(3600))
            return .text("cancelled: \(Task.isCancelled)")
        }
        let connection = try LoopbackConnection(port: server.port)
        async let answer = connection.exchange("GET", "/")
        var iterator = started.makeAsyncIterator()
        await iterator.next()
        await server.stop()
        #expect(try await answer.text == "cancelled: true")
    }

    private static func forever(
        _ signal: AsyncStream<Ending>.Continuation
    ) -> @Sendable (ServiceRequest) async -> ServiceResponse {
        { _ in
            ServiceResponse(
                body: .stream { _ in
                    do {
                        try await Task.sleep(for: .seconds(3600))
                        signal.yield(.returned)
                    } catch {
                        signal.yield(.threw("\(error)"))
                        throw error
                    }
                })
        }
    }
}
