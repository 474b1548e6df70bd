internal import HTTPTransport
internal import Locking

/// Which of several endpoints is asked: the one that answered last, and not one that only fails.
///
/// Each endpoint has a circuit. It is closed while the endpoint answers, opens after failures in a row, and after a pause
/// one query is let through to see; those that come meanwhile wait for what becomes of it.
final class EndpointRotation: Sendable {
    /// One query to one endpoint.
    struct Attempt: Sendable {
        var index: Int
        /// Whether it decides on an open circuit.
        var isInquiry: Bool
        /// Whether it goes elsewhere than queries usually do: an answer moves them there.
        var isMove: Bool
        /// Whether it goes back to an endpoint before the present one, without a failure of that.
        var isReturn = false
        var start: Duration
    }

    enum Choice {
        case endpoint(Attempt)
        /// Nothing until another query's attempt says how it is: ``inquiryEnded()``.
        case inquiry
        /// None is left to ask; the failures of those that are left alone.
        case nothing([PrometheusError])
    }

    enum End {
        case answered, abandoned
        case failed(PrometheusError)
    }

    private struct Circuit {
        enum Phase: Equatable {
            case closed, inquiring
            case open(until: Duration)
        }

        var phase = Phase.closed
        var failures = 0
        /// Pauses that have ended with a failure.
        var tries = 0
        var last: PrometheusError?
        var lastAnswer: Duration?

        /// Whether it has answered others since: what timed out is then slow itself, and no sign of a server that is gone.
        func hasAnswered(since start: Duration) -> Bool { lastAnswer.map { $0 > start } ?? false }
    }

    private struct State {
        var circuits: [Circuit]
        var current = 0
        /// When those before the current one are tried again.
        var returnTime: Duration?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let policy: EndpointPolicy
    private let names: [String]
    private let onEvent: @Sendable (EndpointEvent) -> Void
    private let state: Locked<State>

    init(_ names: [String], _ policy: EndpointPolicy, onEvent: @escaping @Sendable (EndpointEvent) -> Void) {
        self.names = names
        self.policy = policy
        self.onEvent = onEvent
        state = Locked(State(circuits: names.map { _ in Circuit() }))
    }

    // MARK: - Choice

    /// - Parameter asked: Those that the query has been sent to already.
    func choice(without asked: Set<Int>) -> Choice {
        let now = policy.now()
        return state.withLock { state in
            if let time = state.returnTime, now >= time {
                // One query alone: the others go on where answers come from.
                state.returnTime = now + policy.returnAfter
                for index in 0..<state.current where !asked.contains(index) {
                    if var attempt = Self.attempt(index, &state, now) {
                        attempt.isReturn = true
                        return .endpoint(attempt)
                    }
                }
            }
            var waits = false
            for index in [state.current] + state.circuits.indices.filter({ $0 != state.current })
            where !asked.contains(index) {
                if let attempt = Self.attempt(index, &state, now) { return .endpoint(attempt) }
                if state.circuits[index].phase == .inquiring { waits = true }
            }
            return waits ? .inquiry : .nothing(state.circuits.compactMap(\.last))
        }
    }

    private static func attempt(_ index: Int, _ state: inout State, _ now: Duration) -> Attempt? {
        switch state.circuits[index].phase {
        case .closed:
            return Attempt(index: index, isInquiry: false, isMove: index != state.current, start: now)
        case .open(let until) where now >= until:
            state.circuits[index].phase = .inquiring
            return Attempt(index: index, isInquiry: true, isMove: index != state.current, start: now)
        case .open, .inquiring: return nil
        }
    }

    /// How many endpoints could be asked besides.
    func usable(without asked: Set<Int>) -> Int {
        let now = policy.now()
        return state.withLock { state in
            state.circuits.indices.count { index in
                guard !asked.contains(index) else { return false }
                switch state.circuits[index].phase {
                case .closed: return true
                case .open(let until): return now >= until
                case .inquiring: return false
                }
            }
        }
    }

    /// Returns when an attempt that decides on a circuit has ended.
    func inquiryEnded() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.circuits.contains(where: { $0.phase == .inquiring }) else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: - End

    func end(_ attempt: Attempt, _ end: End) {
        let now = policy.now()
        let (events, waiters) = state.withLock { state -> ([EndpointEvent], [CheckedContinuation<Void, Never>]) in
            var events: [EndpointEvent] = []
            switch end {
            case .answered: answered(attempt, &state, now, &events)
            case .failed(let error): failed(attempt, error, &state, now, &events)
            case .abandoned: if attempt.isInquiry { state.circuits[attempt.index].phase = .open(until: now) }
            }
            guard attempt.isInquiry else { return (events, []) }
            let waiters = state.waiters
            state.waiters = []
            return (events, waiters)
        }
        for waiter in waiters { waiter.resume() }
        for event in events { onEvent(event) }
    }

    private func answered(
        _ attempt: Attempt, _ state: inout State, _ now: Duration, _ events: inout [EndpointEvent]
    ) {
        let index = attempt.index
        if state.circuits[index].phase != .closed { events.append(.closed(names[index])) }
        state.circuits[index] = Circuit(lastAnswer: now)
        guard attempt.isMove, index != state.current else { return }
        guard attempt.isReturn || !state.circuits[state.current].hasAnswered(since: attempt.start) else { return }
        let because = index > state.current ? state.circuits[state.current].last : nil
        events.append(.moved(from: names[state.current], to: names[index], because: because))
        state.current = index
        state.returnTime = index == 0 ? nil : now + policy.spread(policy.returnAfter)
    }

    private func failed(
        _ attempt: Attempt, _ error: PrometheusError, _ state: inout State, _ now: Duration,
        _ events: inout [EndpointEvent]
    ) {
        let index = attempt.index
        if case .transport(.timeout(.total)) = error.kind, !attempt.isInquiry,
            state.circuits[index].hasAnswered(since: attempt.start)
        {
            return
        }
        let isOpen = state.circuits[index].phase != .closed
        state.circuits[index].last = error
        state.circuits[index].failures += 1
        let failures = state.circuits[index].failures
        guard attempt.isInquiry || (!isOpen && failures >= policy.threshold) else { return }
        let pause = policy.pause(after: state.circuits[index].tries)
        state.circuits[index].tries += 1
        state.circuits[index].phase = .open(until: now + pause)
        if !isOpen { events.append(.opened(names[index], failures: failures, last: error, pause: pause)) }
    }
}
