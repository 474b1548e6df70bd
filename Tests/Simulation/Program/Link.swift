internal import Autoscaling
internal import HTTPService
internal import HTTPTransport
internal import Locking

/// The network between one controller and one server, in the place of libcurl and sockets.
final class Link: HTTPSending {
    private let sender: Sender
    private let server: Server
    private let weather: Weather
    private let witness: Witness
    /// Shared by all incarnations of a controller on one machine.
    private let cable: Cable

    private let flaw: Flaw?
    /// The last good answers, for a flaw.
    private let lastAnswers = Locked<[String: [UInt8]]>([:])

    init(
        from sender: Sender, to server: Server, over cable: Cable, _ weather: Weather, _ witness: Witness,
        _ flaw: Flaw? = nil
    ) {
        self.flaw = flaw
        self.sender = sender
        self.server = server
        self.cable = cable
        self.weather = weather
        self.witness = witness
    }

    // MARK: - Whole answers

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let flaw else { return try await transfer(request) }
        return try await transfer(request, with: flaw)
    }

    /// As a controller with a flaw would send it.
    private func transfer(_ request: HTTPRequest, with flaw: Flaw) async throws -> HTTPResponse {
        if flaw == .silent, request.isOfScale { throw failure(.connectionReset, request) }
        let query = request.service().flatMap { try? $0.formItems() }?.first { $0.name == "query" }?.value ?? ""
        let outcome: Result<HTTPResponse, any Error>
        do {
            outcome = .success(try await transfer(flaw.changed(request, witness.scenario)))
        } catch {
            outcome = .failure(error)
        }
        let response = try? outcome.get()
        if let response, let repetition = flaw.repetition(of: request, after: response, witness.scenario) {
            return try await transfer(repetition)
        }
        let seconds = Double(Scenario.start.nanoseconds + Machine.now) / 1e9 - 1
        let last = lastAnswers.withLock { answers in
            if let response, response.isSuccess, answers[query] == nil { answers[query] = response.body }
            return answers[query]
        }
        if response?.isSuccess != true, let answer = flaw.answer(after: last, at: seconds) { return answer }
        return try outcome.get()
    }

    private func transfer(_ request: HTTPRequest) async throws -> HTTPResponse {
        let (passage, departure) = try await depart(request)
        let arrived = Locked<ServiceResponse?>(nil)
        for outbound in passage.outbound {
            // Not awaited: what is on its way arrives whether anybody waits for it or not.
            Task { await deliver(request, departure, after: outbound, passage, into: arrived) }
        }
        let response = try await answer(to: request, passage, arrived)
        switch response.body {
        case .bytes(let bytes) where passage.loses != .connection:
            if request.url.hasPrefix("http://prometheus"), response.status == 200 { sender.hears(bytes) }
            return HTTPResponse(status: response.status, headers: HTTPHeaders(response.headers), body: bytes)
        default: throw failure(.connectionReset, request)
        }
    }

    /// Waits until the answer is there, or it is certain that none comes.
    private func answer(
        to request: HTTPRequest, _ passage: Passage, _ arrived: Locked<ServiceResponse?>
    ) async throws -> ServiceResponse {
        let limit = request.limits.total ?? request.limits.connect
        let whole = (passage.outbound.first ?? .zero) + passage.inbound
        guard passage.loses != .request, passage.loses != .answer, whole <= limit else {
            try await Task.sleep(for: limit)
            throw failure(.timeout(.total), request)
        }
        try await Task.sleep(for: whole)
        var waited = whole
        while !cable.isWhole, !sender.isDead {
            guard waited < limit else { throw failure(.timeout(.total), request) }
            try await Task.sleep(for: .milliseconds(250))
            waited += .milliseconds(250)
        }
        guard let response = arrived.withLock({ $0 }) else { throw failure(.connectionReset, request) }
        return response
    }

    /// One arrival of a request at the server.
    private func deliver(
        _ request: HTTPRequest, _ departure: Witness.Departure, after outbound: Duration, _ passage: Passage,
        into arrived: Locked<ServiceResponse?>
    ) async {
        try? await Task.sleep(for: outbound)
        // A broken cable holds back what has been sent: TCP sends it again for as long as its connection lives.
        while !cable.isWhole { try? await Task.sleep(for: .milliseconds(200)) }
        guard passage.loses != .request, let service = request.service() else { return }
        let response = await server.respond(to: service)
        witness.arrived(departure, response)
        arrived.withLock { if $0 == nil { $0 = response } }
    }

    /// Looks at a request before it leaves, and lets it leave where it can.
    private func depart(_ request: HTTPRequest) async throws -> (Passage, Witness.Departure) {
        if sender.isDead {
            try await Task.sleep(for: request.limits.total ?? request.limits.connect)
            throw failure(.timeout(.total), request)
        }
        let departure = await witness.departs(request, from: sender)
        guard cable.isWhole else {
            if weather.number(in: 0...1) == 0 { return (weather.passage(), departure) }
            try await Task.sleep(for: request.limits.connect)
            throw failure(.timeout(.connect), request)
        }
        guard server.isUp else {
            try await Task.sleep(for: .milliseconds(1))
            throw failure(.connectionRefused, request)
        }
        return (weather.passage(), departure)
    }

    // MARK: - Streams

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        let (passage, departure) = try await depart(request)
        let life = server.life
        let arrived = Locked<ServiceResponse?>(nil)
        Task {
            await deliver(request, departure, after: passage.outbound.first ?? .zero, passage, into: arrived)
        }
        var bounded = request
        bounded.limits.total = request.limits.total ?? request.limits.connect
        let response = try await answer(to: bounded, passage, arrived)
        let (body, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        switch response.body {
        case .bytes(let bytes):
            continuation.yield(bytes)
            continuation.finish()
        case .stream(let produce):
            let wire = Wire(passage, life: life, continuation)
            // Ended when the reader ends: the server's side of the connection.
            let serving = Task { await serve(produce, request, wire) }
            continuation.onTermination = { _ in serving.cancel() }
        case .truncated, .none: throw failure(.connectionReset, request)
        }
        return HTTPResponseStream(
            status: response.status, headers: HTTPHeaders(response.headers), body: body)
    }

    /// One streamed answer on its way.
    private struct Wire: Sendable {
        let life: Int
        let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation
        /// Bytes that still pass, and whether what follows breaks the connection or is just not heard.
        let left: Locked<(bytes: Int, breaks: Bool)>

        init(_ passage: Passage, life: Int, _ continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation) {
            self.life = life
            self.continuation = continuation
            left = Locked((passage.breaksAfter ?? passage.stallsAfter ?? .max, passage.breaksAfter != nil))
        }
    }

    private func serve(
        _ produce: @Sendable (ResponseWriter) async throws -> Void, _ request: HTTPRequest, _ wire: Wire
    ) async {
        do {
            try await produce(ResponseWriter { try await self.carry($0, over: wire) })
            guard server.life == wire.life else { throw Broken() }
            try await carry([], over: wire)
            wire.continuation.finish()
        } catch {
            wire.continuation.finish(throwing: failure(.connectionReset, request))
        }
    }

    /// Brings one piece over, in its turn.
    private func carry(_ bytes: [UInt8], over wire: Wire) async throws {
        try await Task.sleep(for: weather.pieceDelay())
        while !cable.isWhole { try await Task.sleep(for: .milliseconds(200)) }
        guard server.life == wire.life else { throw Broken() }
        let (passing, breaks) = wire.left.withLock { left in
            let passing = min(left.bytes, bytes.count)
            left.bytes -= passing
            return (passing, left.breaks)
        }
        if passing > 0 { wire.continuation.yield(Array(bytes.prefix(passing))) }
        guard passing < bytes.count else { return }
        if breaks { throw Broken() }
        // Silence, until the reader has had enough.
        while !Task.isCancelled { try await Task.sleep(for: .seconds(60)) }
    }

    private func failure(_ kind: TransportError.Kind, _ request: HTTPRequest) -> TransportError {
        TransportError(kind: kind, url: request.url, detail: "\(kind) on the way to \(server.name)")
    }
}

/// The line between a machine and a server, which can be cut.
final class Cable: Sendable {
    let name: String
    private let cut = Locked(false)

    init(_ name: String) {
        self.name = name
    }

    var isWhole: Bool { cut.withLock { !$0 } }

    func set(isWhole: Bool) {
        cut.withLock { $0 = !isWhole }
    }
}

extension HTTPHeaders {
    init(_ fields: HeaderFields) {
        self.init(fields.fields.map { Field(name: $0.name, value: $0.value) })
    }
}

extension HTTPRequest {
    /// Path and query.
    var target: String { String(url.dropFirst("http://".count).drop { $0 != "/" }) }

    /// As the server reads it.
    func service() -> ServiceRequest? {
        var fields: HeaderFields = [:]
        for field in headers.fields { fields.append(field.name, field.value) }
        return try? ServiceRequest(method: method.rawValue, target: target, headers: fields, body: body ?? [])
    }
}

/// The connection is broken.
private struct Broken: Error {}
