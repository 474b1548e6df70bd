/// The counters of a workload since its beginning.
struct Counters: Sendable {
    /// Core-seconds and units of a pod that was ready all the time.
    var podCores = 0.0
    var podServed = 0.0
    /// Units in all.
    var demand = 0.0
    var served = 0.0
    /// Seconds that the served units took together.
    var latency = 0.0
    /// Gauges: units that wait, and pods that share them.
    var backlog = 0.0
    var ready = 0.0
}

/// The counters at the scrapes that a query can still see, by number of the scrape; scrape 0 is at the beginning.
///
/// Every ready pod has the same share of the demand, so the counters of one stand for all of them: a pod's own counter
/// is the difference to what it was when the pod became ready.
struct ScrapeRing: Sendable {
    /// Nanoseconds between two scrapes.
    let interval: Int64
    private var slots: [Counters]
    /// Number of the last scrape.
    private(set) var last: Int

    /// - Parameter perSecond: What the counters grow by in a second: the time before the beginning is taken to have been
    ///   like the beginning.
    init(interval: Int64, reach: Int64, perSecond: Counters) {
        self.interval = interval
        // A power of two, so that finding a slot takes no division.
        let count = 1 << (Int.bitWidth - (Int(reach / interval) + 2).leadingZeroBitCount)
        slots = Array(repeating: Counters(), count: count)
        last = 0
        for number in (1 - count)...0 {
            let seconds = Double(number) * Double(interval) / 1e9
            slots[slot(number)] = Counters(
                podCores: perSecond.podCores * seconds, podServed: perSecond.podServed * seconds,
                demand: perSecond.demand * seconds, served: perSecond.served * seconds,
                latency: perSecond.latency * seconds, backlog: perSecond.backlog, ready: perSecond.ready)
        }
    }

    /// When the next scrape is, in nanoseconds since the beginning.
    var nextTime: Int64 { Int64(last + 1) * interval }

    mutating func record(_ counters: Counters) {
        last += 1
        slots[slot(last)] = counters
    }

    /// - Parameter number: Of a scrape within reach.
    subscript(number: Int) -> Counters { slots[slot(number)] }

    private func slot(_ number: Int) -> Int { number & (slots.count - 1) }

    /// Number of the last scrape at or before a time.
    func number(atOrBefore time: Int64) -> Int {
        let (quotient, remainder) = time.quotientAndRemainder(dividingBy: interval)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }
}
