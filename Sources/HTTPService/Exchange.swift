internal import CMicroHTTPD
internal import Locking

/// One request on one connection, from its first line to its last byte.
///
/// MHD's thread and the handler's task meet here. `@unchecked Sendable`: `connection` is touched by MHD's thread, and
/// elsewhere only to resume it while it is suspended, when MHD leaves it alone; the rest is behind the lock.
final class Exchange: @unchecked Sendable {
    let core: ServerCore
    let target: String
    private let connection: OpaquePointer
    private let state = Locked(ExchangeState())
    private let task = Locked<Task<Void, Never>?>(nil)
    /// Only MHD's thread writes these, before the handler is started.
    private var method = ""
    private var headers: HeaderFields = [:]
    private var headIsRead = false

    init(core: ServerCore, connection: OpaquePointer, target: String) {
        self.core = core
        self.connection = connection
        self.target = target
    }

    // MARK: On MHD's thread

    /// The access callback: head, then pieces of the body, then a call for the answer, repeated after each resume.
    func access(method: String, upload: UnsafeRawBufferPointer) -> MHD_Result {
        guard headIsRead else {
            headIsRead = true
            self.method = method
            headers = RequestHead.fields(of: connection)
            return .YES
        }
        guard upload.isEmpty else {
            return state.withLock { $0.receive(upload, limit: core.limits.bodyBytes) } ? .YES : .NO
        }
        while true {
            switch state.withLock({ $0.access(limit: core.limits.bodyBytes) }) {
            case .startHandler(let body): return start(body: body)
            case .refuseOversized: return send(refusal { core.oversized($0) })
            case .send(let response): return send(response)
            case .cut: return .NO
            case .wait:
                switch suspend() {
                case .suspended: return .YES
                case .clientLeft: return .NO
                case .somethingToDo: continue
                }
            }
        }
    }

    /// The reader callback of a stream.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let (read, waiters) = state.withLock { $0.read(into: target, limit: core.limits.streamBytes) }
            for waiter in waiters { waiter.resume() }
            switch read {
            case .bytes(let count): return count
            case .end(.complete): return swiftlet_mhd_end_of_stream()
            case .end(.broken): return swiftlet_mhd_end_with_error()
            case .nothing:
                switch suspend() {
                case .suspended: return 0
                case .clientLeft: return swiftlet_mhd_end_with_error()
                case .somethingToDo: continue
                }
            }
        }
    }

    /// MHD has sent the answer, or has given up.
    func completed() {
        let waiters = state.withLock { $0.finish() }
        for waiter in waiters { waiter.resume(throwing: ClientLeftError()) }
        task.withLock { $0 }?.cancel()
        core.remove(self)
    }

    private enum Suspension {
        case suspended
        case clientLeft
        case somethingToDo
    }

    /// Suspends the connection until something happens.
    ///
    /// The suspension is done under the lock: were it done after, a handler that answers in between would resume a
    /// connection that is not suspended yet.
    private func suspend() -> Suspension {
        if swiftlet_mhd_client_left(connection) != 0 { return .clientLeft }
        return state.withLock { state in
            guard state.suspendIfNothingToDo() else { return .somethingToDo }
            MHD_suspend_connection(connection)
            return .suspended
        }
    }

    private func start(body: [UInt8]) -> MHD_Result {
        guard core.admitTask() else { return send(.text("the server is stopping\n", status: 503)) }
        let request: ServiceRequest
        do {
            request = try ServiceRequest(method: method, target: target, headers: headers, body: body)
        } catch {
            core.taskEnded()
            return send(.text("\(error)\n", status: 400))
        }
        state.withLock { state in
            if state.suspendIfNothingToDo() { MHD_suspend_connection(connection) }
        }
        // A bridge from C: `HTTPServer.stop` waits until every admitted task has ended.
        let started = Task { [self] in
            await run(request)
            core.taskEnded()
        }
        task.withLock { $0 = started }
        if state.withLock({ $0.isStopping }) { started.cancel() }
        return .YES
    }

    private func refusal(_ make: (ServiceRequest) -> ServiceResponse) -> ServiceResponse {
        do {
            return make(try ServiceRequest(method: method, target: target, headers: headers))
        } catch {
            return .text("\(error)\n", status: 400)
        }
    }

    private func send(_ response: ServiceResponse) -> MHD_Result {
        if case .truncated(let bytes, _) = response.body {
            state.withLock { state in
                state.stream.append(bytes)
                state.stream.finish(.broken)
            }
        }
        return OutgoingResponse.queue(response, on: connection, for: self)
    }

    // MARK: On the handler's task

    private func run(_ request: ServiceRequest) async {
        let response = await core.handler(request)
        let produce: (@Sendable (ResponseWriter) async throws -> Void)? =
            if case .stream(let closure) = response.body { closure } else { nil }
        resume(if: state.withLock { $0.answer(response) })
        guard let produce else { return }
        var end = StreamBuffer.End.complete
        do {
            try await produce(ResponseWriter(exchange: self))
        } catch {
            // A stop cancels the stream, and the client is told so by a proper end.
            end = state.withLock { $0.isStopping } ? .complete : .broken
        }
        resume(
            if: state.withLock { state in
                state.stream.finish(end)
                return state.wake()
            })
    }

    /// Takes one piece of a stream, and waits while the client is slow.
    func write(_ bytes: [UInt8]) async throws {
        let limit = core.limits.streamBytes
        switch state.withLock({ $0.offer(bytes, limit: limit) }) {
        case .closed: throw ClientLeftError()
        case .taken(let resume): self.resume(if: resume)
        case .full(let resume):
            self.resume(if: resume)
            try await room()
        }
    }

    private func room() async throws {
        let limit = core.limits.streamBytes / 2
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: ExchangeState.Waiter) in
                state.withLock { $0.enqueue(waiter, limit: limit) }?.resume()
                // Cancelled before it was enqueued: the handler below has found nobody, so nobody else resumes it.
                if Task.isCancelled { cancelWaiters() }
            }
        } onCancel: {
            cancelWaiters()
        }
        try Task.checkCancellation()
    }

    private func cancelWaiters() {
        let waiters = state.withLock { $0.takeWaiters() }
        for waiter in waiters { waiter.resume(throwing: CancellationError()) }
    }

    // MARK: On the server's tasks

    /// Lets MHD look at the connection, if it is waiting.
    func heartbeat() {
        resume(if: state.withLock { $0.wake() })
    }

    /// Ends the handler: the server stops.
    func beginStopping() {
        state.withLock { $0.beginStopping() }
        task.withLock { $0 }?.cancel()
    }

    /// Closes the connection, whatever state it is in.
    func abandon() {
        resume(if: state.withLock { $0.abandon() })
    }

    private func resume(if needed: Bool) {
        if needed { MHD_resume_connection(connection) }
    }
}
