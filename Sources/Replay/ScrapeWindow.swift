internal import Autoscaling

/// The scrapes that a query at the present time sees.
struct ScrapeWindow {
    /// Numbers of the first and the last one.
    var first: Int
    var last: Int
    /// When the last one was, in nanoseconds since the beginning, and as a time.
    var lastTime: Int64
    var time: Timestamp
    /// Of the query's range, in nanoseconds.
    var length: Int64

    /// A measure of the whole workload: rates over the window, the backlog as it was last; the latency of nothing is NaN.
    func total(_ measure: WorkloadModel.Measure, _ ring: ScrapeRing) -> Double {
        let end = ring[last]
        let begin = ring[min(first, last - 1)]
        let seconds = Double(Int64(last - min(first, last - 1)) * ring.interval) / 1e9
        return switch measure {
        case .demand: (end.demand - begin.demand) / seconds
        case .served: (end.served - begin.served) / seconds
        case .latency: (end.latency - begin.latency) / (end.served - begin.served)
        case .backlog: end.backlog
        }
    }

    /// Thousandths, as a metric has them.
    static func milli(_ value: Double) -> Int64 { Int64(min((value * 1000).rounded(), 9e18)) }
}

extension WorkloadState {
    /// What a query sees now.
    ///
    /// - Parameter start: The time of the beginning.
    func visibleScrapes(since start: Timestamp) -> ScrapeWindow {
        let last = min(ring.number(atOrBefore: now - lag), ring.last)
        let lastTime = Int64(last) * ring.interval
        return ScrapeWindow(
            first: ring.number(atOrBefore: now - window) + 1, last: last, lastTime: lastTime,
            time: start.advanced(byNanoseconds: lastTime), length: window)
    }
}
