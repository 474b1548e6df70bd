package import Autoscaling
internal import Locking

/// The time of a simulation: it starts where it is told to, and runs as fast as it is told to, or by hand.
///
/// Everything of a simulated cluster reads this clock: the API server's timestamps, the scrapes, the controller.
package final class SimulationClock: Sendable {
    private enum Motion: Sendable {
        /// Runs with the machine's clock, so many times as fast.
        case running(since: ContinuousClock.Instant, speed: Double)
        /// Stands until ``SimulationClock/advance(to:)``.
        case byHand
    }

    private struct Sleeper {
        var time: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        /// The time now of a clock moved by hand; the start of one that runs.
        var time: Timestamp
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var next = 0
    }

    /// When the simulation began, on its own clock.
    package let start: Timestamp
    private let motion: Motion
    private let state: Locked<State>

    /// A clock that runs.
    ///
    /// - Parameter speed: Simulated seconds in each real one; over 0.
    package init(start: Timestamp, speed: Double) {
        precondition(speed > 0, "a running clock needs a speed over 0, not \(speed)")
        self.start = start
        motion = .running(since: .now, speed: speed)
        state = Locked(State(time: start))
    }

    /// A clock that stands until it is advanced, for runs that are the same every time.
    package init(movedByHandFrom start: Timestamp) {
        self.start = start
        motion = .byHand
        state = Locked(State(time: start))
    }

    /// The simulated time.
    package func now() -> Timestamp {
        switch motion {
        case .byHand: state.withLock { $0.time }
        case .running(let since, let speed):
            start.advanced(byNanoseconds: Self.nanoseconds(since.duration(to: .now), times: speed))
        }
    }

    /// Waits until the simulated time has come.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, within milliseconds.
    package func sleep(until time: Timestamp) async throws {
        switch motion {
        case .byHand: try await sleepByHand(until: time)
        case .running(let since, let speed):
            let wait = Self.nanoseconds(.nanoseconds(time.nanoseconds(since: start)), times: 1 / speed)
            try await Task.sleep(until: since.advanced(by: .nanoseconds(wait)), clock: .continuous)
        }
    }

    /// Waits for a span of simulated time.
    package func sleep(for duration: Duration) async throws {
        try await sleep(until: now().advanced(byNanoseconds: Self.nanoseconds(duration, times: 1)))
    }

    /// Moves a clock that stands, and wakes who has waited for a time up to then, the earliest first. Never back.
    package func advance(to time: Timestamp) {
        guard case .byHand = motion else { return }
        let due = state.withLock { state -> [Sleeper] in
            state.time = max(state.time, time)
            let due = state.sleepers.filter { $0.value.time <= state.time }
            for key in due.keys { state.sleepers[key] = nil }
            return due.sorted { ($0.value.time, $0.key) < ($1.value.time, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Tasks that wait for a clock moved by hand.
    package var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    private func sleepByHand(until time: Timestamp) async throws {
        let key = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                // Cancelled before it sleeps: the handler below has run already and left its mark.
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.remove(key) != nil { return .failure(CancellationError()) }
                    if state.time >= time { return .success(()) }
                    state.sleepers[key] = Sleeper(time: time, continuation: continuation)
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let sleeper = state.sleepers.removeValue(forKey: key) else {
                    state.cancelled.insert(key)
                    return nil
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        _ = state.withLock { $0.cancelled.remove(key) }
        try Task.checkCancellation()
    }

    /// A duration times a factor, in nanoseconds; saturating far beyond any simulation.
    private static func nanoseconds(_ duration: Duration, times factor: Double) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) * factor
        return Int64(min(max(nanoseconds, -9e18), 9e18))
    }
}
