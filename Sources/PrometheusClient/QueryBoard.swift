internal import Autoscaling

/// The queries of a controller from tick to tick, so that a slow one holds up nobody who does not need it.
///
/// A tick waits for queries that answer within its patience. One that takes longer goes on to its own deadline beside the
/// ticks, and is asked again when it has ended: meanwhile its last answer counts, as old as it is. The ticks after do not
/// wait for it, until it has answered within the patience again. What is under way for longer has places of its own, so
/// that it takes none from the others.
actor QueryBoard {
    typealias Outcome = Result<QueryAnswer, PrometheusError>

    private struct Entry {
        enum Phase {
            case idle, waiting
            case running(Task<Void, Never>, timer: Task<Void, Never>)
        }

        var request: QueryRequest
        var lastWanted: ContinuousClock.Instant
        var phase = Phase.waiting
        /// Tells an end from that of an earlier run of the same query.
        var run = 0
        /// Whether ticks wait for it.
        var isSlow = false
        /// Whether the present run has taken longer than the patience.
        var tookLong = false
        /// Whether it has one of the places for slow queries.
        var hasSlowPlace = false
        var latest: Outcome?
    }

    /// How a tick waits.
    struct Patience: Sendable {
        /// For one query.
        var query: Duration
        /// For all of them: many quick ones take their time too.
        var round: Duration
        /// Waits: for the query of an expression, or for the round.
        var sleep: @Sendable (Duration, String?) async throws -> Void = { duration, _ in
            try await Task.sleep(for: duration)
        }
    }

    /// How long an answer is kept that nobody has wanted since.
    private static let memory = Duration.seconds(600)

    private let ask: @Sendable (QueryRequest) async -> Outcome
    private let places: Int
    private let patience: Patience
    private var entries: [String: Entry] = [:]
    /// Expressions that wait for a place, in order.
    private var queue: [String] = []
    private var quick = 0
    /// Queries under way that nobody waits for.
    private(set) var slow = 0
    private var runs = 0
    /// Wakes the tick that waits.
    private var signal: AsyncStream<Void>.Continuation?
    private var isOver = false

    /// - Parameter places: Queries under way at once, and as many slow ones beside them.
    init(places: Int, patience: Patience, ask: @escaping @Sendable (QueryRequest) async -> Outcome) {
        self.places = places
        self.patience = patience
        self.ask = ask
    }

    /// The answers that there are, in the order of the requests, which have different expressions.
    ///
    /// - Throws: `CancellationError`, after everything under way has ended.
    func outcomes(of requests: [QueryRequest]) async throws -> [Outcome] {
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.signal = signal
        isOver = false
        take(requests)
        start()
        let limit = Task { [patience] in
            try? await patience.sleep(patience.round, nil)
            if !Task.isCancelled { self.roundIsOver() }
        }
        defer { limit.cancel() }
        if !isSettled(requests) {
            for await _ in signals where isSettled(requests) { break }
        }
        self.signal = nil
        if Task.isCancelled {
            await cancelAll()
            throw CancellationError()
        }
        return requests.map { request in
            entries[request.expression]?.latest
                ?? .failure(PrometheusError(kind: .underWay, message: "", query: request.expression, url: ""))
        }
    }

    // MARK: - A round

    private func take(_ requests: [QueryRequest]) {
        // Not every tick is of all autoscalers: what is not asked for now may be wanted again.
        let now = ContinuousClock.now
        for (expression, entry) in entries where now - entry.lastWanted > Self.memory {
            if case .idle = entry.phase { entries[expression] = nil }
        }
        for request in requests {
            guard var entry = entries[request.expression] else {
                entries[request.expression] = Entry(request: request, lastWanted: now)
                queue.append(request.expression)
                continue
            }
            entry.lastWanted = now
            switch entry.phase {
            case .running: break
            case .idle:
                entry.phase = .waiting
                queue.append(request.expression)
                entry.request = request
            case .waiting: entry.request = request
            }
            entries[request.expression] = entry
        }
    }

    /// Whether the tick has what it waits for.
    private func isSettled(_ requests: [QueryRequest]) -> Bool {
        if isOver { return true }
        return requests.allSatisfy { request in
            guard let entry = entries[request.expression], !entry.isSlow else { return true }
            if case .idle = entry.phase { return true }
            return false
        }
    }

    private func roundIsOver() {
        isOver = true
        signal?.yield()
    }

    private func cancelAll() async {
        for (expression, entry) in entries {
            entries[expression] = nil
            guard case .running(let task, let timer) = entry.phase else { continue }
            task.cancel()
            timer.cancel()
            release(entry)
            await task.value
        }
        queue = []
    }

    // MARK: - A query

    /// Begins what there is a place for.
    private func start() {
        var left: [String] = []
        for expression in queue {
            guard var entry = entries[expression] else { continue }
            guard (entry.isSlow ? slow : quick) < places else {
                left.append(expression)
                continue
            }
            entry.hasSlowPlace = entry.isSlow
            if entry.isSlow { slow += 1 } else { quick += 1 }
            runs += 1
            entry.run = runs
            entry.tookLong = false
            let (run, request) = (entry.run, entry.request)
            // Awaited when the board is cancelled; a query goes on while no tick waits for it.
            entry.phase = .running(
                Task { [ask] in
                    let outcome = await ask(request)
                    self.ended(expression, run, outcome)
                },
                timer: Task { [patience] in
                    try? await patience.sleep(patience.query, expression)
                    if !Task.isCancelled { self.takesLong(expression, run) }
                })
            entries[expression] = entry
        }
        queue = left
    }

    private func takesLong(_ expression: String, _ run: Int) {
        guard var entry = entries[expression], entry.run == run, case .running = entry.phase else { return }
        entry.isSlow = true
        entry.tookLong = true
        if !entry.hasSlowPlace {
            quick -= 1
            slow += 1
            entry.hasSlowPlace = true
        }
        entries[expression] = entry
        start()
        signal?.yield()
    }

    private func ended(_ expression: String, _ run: Int, _ outcome: Outcome) {
        guard var entry = entries[expression], entry.run == run, case .running(_, let timer) = entry.phase else {
            return
        }
        timer.cancel()
        release(entry)
        entry.phase = .idle
        entry.isSlow = entry.tookLong
        entry.latest = outcome
        entries[expression] = entry
        start()
        signal?.yield()
    }

    private func release(_ entry: Entry) {
        if entry.hasSlowPlace { slow -= 1 } else { quick -= 1 }
    }
}
