/// Who may run now and who waits: two lanes, each first come, first served, with a limit of its own.
///
/// A pure state machine; the transfer loop feeds it. Invariant: a lane has a waiting ID only while it is full.
/// ```
/// submit ──► running ──► finish ──► (the lane's first waiting ID runs)
///       └──► waiting ──► withdraw
/// ```
/// - Complexity: every call is O(1) amortized: an ID that is withdrawn while it waits leaves its place in the queue
///   empty, to be skipped or swept later.
struct TransferAdmission<ID: Hashable> {
    /// What kind of place a transfer takes.
    enum Lane: Int, Hashable, CaseIterable { case request, stream }

    /// By ``Lane``'s raw value.
    private var queues: [Queue]
    private var laneOfRunning: [ID: Lane] = [:]

    /// - Parameters: Most running transfers of each lane, at least 1.
    init(requests: Int, streams: Int) {
        queues = [Queue(limit: requests), Queue(limit: streams)]
    }

    /// IDs that are running, of both lanes.
    var runningCount: Int { laneOfRunning.count }
    /// IDs that wait, of both lanes.
    var waitingCount: Int { queues.reduce(0) { $0 + $1.waiting.count } }

    /// Asks for a place. Each ID asks once.
    ///
    /// - Returns: Whether it may start now; otherwise ``finish(_:)`` of another will name it.
    mutating func submit(_ id: ID, lane: Lane) -> Bool {
        let mayRun = queues[lane.rawValue].enter(id)
        if mayRun { laneOfRunning[id] = lane }
        return mayRun
    }

    /// Gives a place back; an ID that is not running is ignored.
    ///
    /// - Returns: The ID that runs in its place.
    mutating func finish(_ id: ID) -> ID? {
        guard let lane = laneOfRunning.removeValue(forKey: id) else { return nil }
        guard let next = queues[lane.rawValue].passOn() else { return nil }
        laneOfRunning[next] = lane
        return next
    }

    /// Leaves the queue.
    ///
    /// - Returns: Whether the ID was waiting; a running one must ``finish(_:)``.
    mutating func withdraw(_ id: ID) -> Bool {
        for lane in Lane.allCases where queues[lane.rawValue].withdraw(id) { return true }
        return false
    }

    /// One lane. `order[head...]` is the queue; of its IDs those in `waiting` are still there.
    private struct Queue {
        var limit: Int
        var running = 0
        var order: [ID] = []
        var head = 0
        var waiting: Set<ID> = []

        init(limit: Int) {
            self.limit = limit
        }

        mutating func enter(_ id: ID) -> Bool {
            guard running < limit else {
                order.append(id)
                waiting.insert(id)
                return false
            }
            running += 1
            return true
        }

        /// Gives one place to the first that waits, or frees it.
        mutating func passOn() -> ID? {
            defer { sweep() }
            while head < order.count {
                let next = order[head]
                head += 1
                if waiting.remove(next) != nil { return next }
            }
            running -= 1
            return nil
        }

        mutating func withdraw(_ id: ID) -> Bool {
            guard waiting.remove(id) != nil else { return false }
            sweep()
            return true
        }

        /// Drops the empty places once they are the larger part of a queue worth sweeping.
        private mutating func sweep() {
            guard order.count > 64, order.count > 2 * waiting.count else { return }
            order = order[head...].filter { waiting.contains($0) }
            head = 0
        }
    }
}
