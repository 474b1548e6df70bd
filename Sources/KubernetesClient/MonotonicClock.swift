/// A clock that only ever goes on, for waits, time-outs and leases; the machine's, or that of a simulation.
///
/// Wall clocks are set back and forth; whether a lease is still ours must not depend on that.
package protocol MonotonicClock: Sendable {
    /// Time since a start of the clock's own choosing.
    func now() -> Duration

    /// Waits.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clock. It goes on while the process is stopped and while the machine sleeps: a process that was paused
/// must find its lease expired.
package struct SystemMonotonicClock: MonotonicClock {
    private static let start = ContinuousClock.now
    private let alarm = SharedAlarm()

    package init() {}

    package func now() -> Duration { Self.start.duration(to: .now) }

    package func sleep(for duration: Duration) async throws {
        try await alarm.sleep(for: duration)
    }
}
