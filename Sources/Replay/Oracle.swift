/// The pod-hours of a clairvoyant plan: at each tick as many pods as the most that is needed until a pod started now
/// would be ready, within the bounds.
///
/// It obeys no scaling policy and no window, so no policy with the same bounds that always has enough pods can cost
/// less: a lower bound. Memory is one start-up delay's worth of ticks.
struct Oracle: Sendable {
    private struct Tick {
        var needed: Int32
        var seconds: Double
    }

    private let lead: Int
    private let bounds: ClosedRange<Int32>
    /// The last ticks, `lead` of them once there were as many: a ring whose oldest is at ``oldest``.
    private var pending: [Tick] = []
    private var oldest = 0
    private(set) var podSeconds = 0.0

    /// - Parameter lead: Ticks from a pod's creation until it is ready.
    init(lead: Int, minReplicas: Int32, maxReplicas: Int32) {
        self.lead = max(lead, 0)
        bounds = minReplicas...max(minReplicas, maxReplicas)
    }

    /// - Parameter seconds: For how long the tick is scored.
    mutating func add(needed: Int32, seconds: Double) {
        let tick = Tick(needed: needed, seconds: seconds)
        if lead == 0 { return settle(tick, most: needed) }
        if pending.count < lead { return pending.append(tick) }
        var most = needed
        for other in pending { most = max(most, other.needed) }
        settle(pending[oldest], most: most)
        pending[oldest] = tick
        oldest = oldest + 1 == lead ? 0 : oldest + 1
    }

    mutating func finish() {
        let left = pending[oldest...] + pending[..<oldest]
        for index in left.indices {
            settle(left[index], most: left[index...].reduce(left[index].needed) { max($0, $1.needed) })
        }
        pending = []
    }

    private mutating func settle(_ tick: Tick, most: Int32) {
        podSeconds += Double(min(max(most, bounds.lowerBound), bounds.upperBound)) * tick.seconds
    }
}
