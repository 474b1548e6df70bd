internal import Autoscaling

/// When ticks are due: at whole periods after the first, so that they do not drift.
struct TickSchedule: Sendable {
    private let start: Timestamp
    private let period: Int64

    init(start: Timestamp, period: Duration) {
        self.start = start
        self.period = max(period.nanoseconds, 1)
    }

    /// The next tick after a time. Ticks that were missed are not made up for.
    ///
    /// At most one period away: a machine's clock that was set back does not stop the loop.
    func next(after now: Timestamp) -> Timestamp {
        let passed = max(now.nanoseconds(since: start), 0)
        let due = start.advanced(byNanoseconds: (passed / period + 1) * period)
        return min(due, now.advanced(byNanoseconds: period))
    }
}
