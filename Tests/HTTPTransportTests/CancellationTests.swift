import HTTPTransport
import Locking
import ScriptedServers
import Testing

/// A transfer that nobody wants any more is dropped, and the server sees it.
@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    private static let open = HTTPLimits(total: nil, maximumBodyBytes: .max)

    @Test func cancelledRequestClosesItsConnection() async throws {
        let arrived = Signal()
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            arrived.fire()
            connection.waitForClose()
            closed.fire()
        } test: { client, server in
            let url = server.url
            let task = Task { try await client.send(HTTPRequest(url: url, limits: Self.open)) }
            await arrived.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await closed.wait()
        }
    }

    @Test func requestCancelledBeforeItsStartMakesNoConnection() async throws {
        try await withServer {
            $0.waitForClose()
        } test: { client, server in
            let url = server.url
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.send(HTTPRequest(url: url))
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(server.acceptedCount == 0)
        }
    }

    struct Operation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: @Sendable (HTTPClient, HTTPRequest) async throws -> [UInt8]
    }

    /// Cancels at moments from before the start to after the end: each task ends, one way or the other.
    @Test(arguments: [
        Operation(testDescription: "send") { try await $0.send($1).body },
        Operation(testDescription: "open") { client, request in
            let bytes = try await client.open(request).collect()
            try Task.checkCancellation()
            return bytes
        },
    ])
    func cancellationAtAnyMomentEndsTheTaskOnce(_ operation: Operation) async throws {
        try await withServer { connection in
            while connection.readRequest() != nil { connection.answer("x") }
        } test: { client, server in
            let request = HTTPRequest(url: server.url)
            for round in 0..<300 {
                let task = Task { try await operation.body(client, request) }
                for _ in 0..<round { await Task.yield() }
                task.cancel()
                switch await task.result {
                case .success(let body): #expect(body == Array("x".utf8))
                case .failure(let error): #expect(error is CancellationError)
                }
            }
            let after = try await operation.body(client, request)
            #expect(after == Array("x".utf8))
        }
    }

    @Test func requestCancelledInTheQueueLeavesIt() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.maximumRequests = 1
        let arrived = Signal()
        try await withServer(configuration: configuration) { connection in
            while let request = connection.readRequest() {
                guard request.startLine.contains("/hold") else {
                    connection.answer("x")
                    continue
                }
                arrived.fire()
                connection.waitForClose()
            }
        } test: { client, server in
            let url = server.url
            let holder = Task { try await client.send(HTTPRequest(url: url + "/hold", limits: Self.open)) }
            await arrived.wait()
            let queued = Task { try await client.send(HTTPRequest(url: url, limits: Self.open)) }
            await Task.yield()
            queued.cancel()
            await #expect(throws: CancellationError.self) { try await queued.value }
            holder.cancel()
            await #expect(throws: CancellationError.self) { try await holder.value }
            let after = try await client.send(HTTPRequest(url: url))
            #expect(after.status == 200)
        }
    }

    @Test func cancelledReaderClosesItsConnection() async throws {
        let reading = Signal()
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\r\nx")
            connection.waitForClose()
            closed.fire()
        } test: { client, server in
            let url = server.url
            let task = Task {
                let response = try await client.open(HTTPRequest(url: url, limits: Self.open))
                for try await _ in response.body { reading.fire() }
                try Task.checkCancellation()
            }
            await reading.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await closed.wait()
        }
    }

    @Test func streamThatIsLetGoClosesItsConnection() async throws {
        let closed = Signal()
        try await withServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\n\r\nx")
            connection.waitForClose()
            closed.fire()
        } test: { client, server in
            let chunk = try await firstChunk(of: server.url, client)
            #expect(chunk == Array("x".utf8))
            await closed.wait()
        }
    }

    private func firstChunk(of url: String, _ client: HTTPClient) async throws -> [UInt8]? {
        for try await chunk in try await client.open(HTTPRequest(url: url, limits: Self.open)).body { return chunk }
        return nil
    }

    @Test func shutDownEndsWhatIsInFlight() async throws {
        var configuration = HTTPClient.Configuration.direct
        configuration.maximumRequests = 2
        let arrived = Locked(0)
        let all = Signal()
        try await withServer(configuration: configuration) { connection in
            let request = connection.readRequest()
            if request?.startLine.contains("/watch") == true { connection.write("HTTP/1.1 200 OK\r\n\r\n") }
            if arrived.withLock({ count in
                count += 1; return count
            }) == 3 {
                all.fire()
            }
            connection.waitForClose()
        } test: { client, server in
            let url = server.url
            let response = try await client.open(HTTPRequest(url: url + "/watch", limits: Self.open))
            // Two run, two wait.
            let requests = (0..<4).map { _ in Task { try await client.send(HTTPRequest(url: url, limits: Self.open)) } }
            await all.wait()
            await client.shutDown()
            for request in requests {
                #expect(await transportError { try await request.value }?.kind == .shutDown)
            }
            #expect(await transportError { try await response.collect() }?.kind == .shutDown)
            #expect(await transportError { try await client.send(HTTPRequest(url: url)) }?.kind == .shutDown)
            #expect(await transportError { try await client.open(HTTPRequest(url: url)) }?.kind == .shutDown)
            await client.shutDown()
        }
    }

    @Test func clientThatIsLetGoClosesItsConnections() async throws {
        let closed = Signal()
        let server = try ScriptedServer { connection in
            _ = connection.readRequest()
            connection.answer("x")
            connection.waitForClose()
            closed.fire()
        }
        defer { server.stop() }
        _ = try await HTTPClient(configuration: .direct).send(HTTPRequest(url: server.url))
        await closed.wait()
    }
}
