package import Autoscaling
internal import Glibc

/// The time that a controller lives by: the machine's, or that of a simulation.
package protocol ControllerClock: Sendable {
    /// The time now, in UTC.
    func now() -> Timestamp

    /// Waits until a time has come.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until time: Timestamp) async throws
}

/// The machine's clock.
package struct SystemClock: ControllerClock {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Waits as long as the time is away now; the machine's clock being set meanwhile changes nothing.
    package func sleep(until time: Timestamp) async throws {
        try await Task.sleep(for: .nanoseconds(max(time.nanoseconds(since: now()), 0)))
    }
}
