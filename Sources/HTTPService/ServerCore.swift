internal import Locking

/// What the callbacks of a server share: its handler and limits, and which requests are open.
final class ServerCore: Sendable {
    private struct Registry {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        /// Handler tasks that have not ended.
        var tasks = 0
        var isStopping = false
        var idleSignal: AsyncStream<Never>.Continuation?
        var tasksSignal: AsyncStream<Never>.Continuation?
    }

    let limits: ServiceLimits
    let handler: @Sendable (ServiceRequest) async -> ServiceResponse
    let oversized: @Sendable (ServiceRequest) -> ServiceResponse
    let turns = ConnectionTurns()
    private let registry = Locked(Registry())

    init(
        limits: ServiceLimits,
        oversized: @escaping @Sendable (ServiceRequest) -> ServiceResponse,
        handler: @escaping @Sendable (ServiceRequest) async -> ServiceResponse
    ) {
        self.limits = limits
        self.oversized = oversized
        self.handler = handler
    }

    func add(_ exchange: Exchange) {
        registry.withLock { $0.exchanges[ObjectIdentifier(exchange)] = exchange }
    }

    func remove(_ exchange: Exchange) {
        let signal = registry.withLock { registry -> AsyncStream<Never>.Continuation? in
            registry.exchanges[ObjectIdentifier(exchange)] = nil
            return registry.exchanges.isEmpty ? registry.idleSignal : nil
        }
        signal?.finish()
    }

    /// Counts one more handler task; false once the server stops, and then none may be started.
    func admitTask() -> Bool {
        registry.withLock { registry in
            if registry.isStopping { return false }
            registry.tasks += 1
            return true
        }
    }

    func taskEnded() {
        let signal = registry.withLock { registry -> AsyncStream<Never>.Continuation? in
            registry.tasks -= 1
            return registry.tasks == 0 ? registry.tasksSignal : nil
        }
        signal?.finish()
    }

    func heartbeat() {
        if let turn = limits.turn { turns.cut(begunBefore: .now - turn) }
        for exchange in openExchanges() { exchange.heartbeat() }
    }

    /// Cancels every handler and waits until all have returned.
    func endTasks() async {
        let (ended, signal) = AsyncStream.makeStream(of: Never.self)
        let isIdle = registry.withLock { registry in
            registry.isStopping = true
            registry.tasksSignal = signal
            return registry.tasks == 0
        }
        for exchange in openExchanges() { exchange.beginStopping() }
        if isIdle { signal.finish() }
        for await _ in ended {}
    }

    /// Waits until every answer has been sent, but not longer than the grace.
    func drain() async {
        let (idle, signal) = AsyncStream.makeStream(of: Never.self)
        let isIdle = registry.withLock { registry in
            registry.idleSignal = signal
            return registry.exchanges.isEmpty
        }
        if isIdle { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in idle {} }
            group.addTask { [limits] in try? await Task.sleep(for: limits.stopGrace) }
            await group.next()
            group.cancelAll()
        }
    }

    /// After this no connection is suspended, and none will be again.
    func abandonAll() {
        for exchange in openExchanges() { exchange.abandon() }
    }

    private func openExchanges() -> [Exchange] {
        registry.withLock { Array($0.exchanges.values) }
    }
}
