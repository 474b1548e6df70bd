/// What is to happen in virtual time, the earliest first; of one moment, what was put in first.
struct EventQueue<Event> {
    private(set) var now = Duration.zero
    /// The earliest last.
    private var events: [(time: Duration, order: Int, event: Event)] = []
    private var order = 0

    /// - Parameter time: One that is past is now.
    mutating func schedule(_ event: Event, at time: Duration) {
        order += 1
        let entry = (time: max(time, now), order: order, event: event)
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if (events[middle].time, events[middle].order) < (entry.time, entry.order) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        events.insert(entry, at: low)
    }

    /// Moves time on to the next event; `nil` when there is none until the end.
    mutating func next(until end: Duration) -> Event? {
        guard let next = events.popLast(), next.time <= end else { return nil }
        now = next.time
        return next.event
    }
}
