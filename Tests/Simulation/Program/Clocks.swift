internal import Autoscaling
internal import Controller
internal import KubernetesClient
internal import Locking

/// The wall clock of one machine: the true time, and how far it has been set off.
final class WallClock: ControllerClock {
    private let offset = Locked(Int64(0))

    /// Sets it this far off the true time.
    func set(off duration: Duration) {
        offset.withLock { $0 = duration.nanoseconds }
    }

    func now() -> Timestamp {
        Scenario.start.advanced(byNanoseconds: Machine.now - 1_000_000_000 + offset.withLock { $0 })
    }

    func sleep(until time: Timestamp) async throws {
        try await Task.sleep(for: .nanoseconds(max(time.nanoseconds(since: now()), 0)))
    }
}

/// The monotonic clock of one machine, which goes a little fast or slow.
struct DriftingClock: MonotonicClock {
    let rate: Double

    func now() -> Duration { .nanoseconds(Int64(Double(Machine.now) * rate)) }

    func sleep(for duration: Duration) async throws {
        // Not a nanosecond too early: whoever looks again then would sleep for nothing, and again.
        try await Task.sleep(for: .nanoseconds(Int64(Double(max(duration.nanoseconds, 0)) / rate) + 1))
    }
}
