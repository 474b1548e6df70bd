internal import Autoscaling

/// Which autoscalers are due at a tick, and when the next one is.
///
/// Autoscalers of one period are decided on together, at whole periods after the start: those that say nothing all in one
/// tick, and one that is due each second makes no other work. A period of which there was no autoscaler before is due at
/// once.
struct DueTimes: Sendable {
    private let start: Timestamp
    /// The controller's own period: its ticks come whether anybody is due or not, so that what is new is found.
    private let period: Duration
    private var due: [Duration: Timestamp]
    /// The periods of the tick under way.
    private var taken: Set<Duration> = []

    init(start: Timestamp, period: Duration) {
        self.start = start
        self.period = max(period, .nanoseconds(1))
        due = [self.period: start]
    }

    /// The periods that are due at a time, of those that autoscalers have.
    mutating func take(_ periods: Set<Duration>, at now: Timestamp) -> Set<Duration> {
        let present = periods.union([period])
        due = due.filter { present.contains($0.key) }
        taken = present.filter { period in
            guard let time = due[period] else { return true }
            // One that is further away than its period stands so because the clock was set back.
            return time.nanoseconds(since: now) <= Self.slack(period)
                || time.nanoseconds(since: now) > period.nanoseconds
        }
        return taken
    }

    /// Ends the tick: what was due in it is due again a whole period later. Times that were missed are not made up for.
    ///
    /// - Returns: When the next tick is due; past when somebody has become due meanwhile.
    mutating func next(after now: Timestamp) -> Timestamp {
        for period in taken {
            // A wait that ends a little early must not be followed by another tick for the same time.
            let passed =
                due[period].map { $0.nanoseconds(since: now) <= Self.slack(period) ? max($0, now) : now } ?? now
            due[period] = TickSchedule(start: start, period: period).next(after: passed)
        }
        taken = []
        return due.values.min() ?? now
    }

    /// How early a wait may end: clocks differ by a little.
    private static func slack(_ period: Duration) -> Int64 { min(period.nanoseconds / 10, 50_000_000) }
}
