/// The pod-hours of a clairvoyant plan: at each tick as many pods as the most that is needed until a pod started now
/// would be ready, within the bounds.
///
/// It obeys no scaling policy and no window, so no policy with the same bounds that always has enough pods can cost
/// less: a lower bound. Memory is one start-up delay's worth of ticks.
struct Oracle: Sendable {
    private let lead: Int
    private let bounds: ClosedRange<Int32>
    private var pending: [(needed: Int32, seconds: Double)] = []
    private(set) var podSeconds = 0.0

    /// - Parameter lead: Ticks from a pod's creation until it is ready.
    init(lead: Int, minReplicas: Int32, maxReplicas: Int32) {
        self.lead = max(lead, 0)
        bounds = minReplicas...max(minReplicas, maxReplicas)
    }

    /// - Parameter seconds: For how long the tick is scored.
    mutating func add(needed: Int32, seconds: Double) {
        pending.append((needed, seconds))
        if pending.count > lead { settleFirst() }
    }

    mutating func finish() {
        while !pending.isEmpty { settleFirst() }
    }

    private mutating func settleFirst() {
        guard let first = pending.first else { return }
        var most = first.needed
        for entry in pending { most = max(most, entry.needed) }
        podSeconds += Double(min(max(most, bounds.lowerBound), bounds.upperBound)) * first.seconds
        pending.removeFirst()
    }
}
