internal import Autoscaling

/// Where an autoscaler stood over the last hours, in columns of equal length, and its last decisions that were more than
/// more of the same.
///
/// A bounded number of bytes, taken at once: 160 columns of 12 bytes. While the controller is young a column is as long as
/// a tick; whenever they are full two become one, until they span four hours or more.
struct StatusTrail: Sendable {
    /// One stretch of time. Sizes beyond 65,535 are shown as that.
    struct Column: Sendable, Hashable {
        /// The last of the stretch.
        var current: UInt16 = 0
        var desired: UInt16 = 0
        var minimum: UInt16 = 0
        var maximum: UInt16 = 0
        /// The highest of the stretch, in thousandths of the target; ``none`` where nothing was measured.
        var usage = Column.none
        /// Whether the target was seen in it.
        var isSeen = false

        static let none = UInt16.max

        /// Takes a later column in.
        fileprivate mutating func join(_ later: Column) {
            let highest = [usage, later.usage].filter { $0 != Column.none }.max()
            if later.isSeen { self = later }
            usage = highest ?? Column.none
        }
    }

    static let columnCount = 160
    /// What the columns span in the end, in seconds, at least.
    static let longestSpan: Int64 = 4 * 3_600
    /// Ticks that overrun leave so many columns out at most, beside those of an autoscaler's own period; more are a gap.
    private static let longestOverrun: Int64 = 2

    /// Seconds of one column.
    private(set) var columnSeconds: Int64
    /// A ring: the column of a number is at its remainder.
    private var ring: [Column]
    /// The number of the newest column, counted from the epoch; `nil` before the first.
    private(set) var newest: Int64?
    /// Oldest first.
    private(set) var decisions: [PastDecision] = []

    init(columnSeconds: Int64) {
        self.columnSeconds = columnSeconds
        ring = Array(repeating: Column(), count: Self.columnCount)
    }

    /// Takes a decision.
    ///
    /// - Parameters:
    ///   - former: The autoscaler as the tick before left it.
    ///   - limit: The most decisions that are kept, at least 1.
    mutating func record(_ entry: StatusEntry, after former: StatusEntry, limit: Int) {
        let number = number(of: entry.decision.time)
        move(to: number, period: entry.spec.syncPeriod ?? .zero)
        let index = Self.index(of: newest ?? number)
        var column = ring[index]
        if entry.hasTarget {
            column.current = UInt16(clamping: entry.decision.currentReplicas)
            column.desired = UInt16(clamping: entry.decision.desiredReplicas)
            column.isSeen = true
        }
        let spec = entry.specInForce
        column.minimum = UInt16(clamping: spec.minReplicas)
        column.maximum = UInt16(clamping: spec.maxReplicas)
        if let usage = entry.usageOfTarget {
            let milli = UInt16(min(max((usage * 1_000).rounded(), 0), 65_534))
            column.usage = column.usage == Column.none ? milli : max(column.usage, milli)
        }
        ring[index] = column
        guard entry.isNews(after: decisions.isEmpty ? nil : former) else { return }
        if decisions.count >= limit { decisions.removeFirst(decisions.count - limit + 1) }
        decisions.append(PastDecision(entry))
    }

    /// The columns from the oldest to the newest, the first at ``start``; those that nothing is known of are not seen.
    var columns: [Column] {
        guard let newest else { return [] }
        return (newest - Int64(Self.columnCount) + 1...newest).map { ring[Self.index(of: $0)] }
    }

    /// When the oldest column begins.
    var start: Timestamp? {
        newest.map { newest in
            Timestamp(nanoseconds: 0).advanced(bySeconds: (newest - Int64(Self.columnCount) + 1) * columnSeconds)
        }
    }

    /// Makes one column of two: the ring spans twice the time.
    mutating func coarsen() {
        columnSeconds *= 2
        guard let newest else { return }
        let former = ring
        ring = Array(repeating: Column(), count: Self.columnCount)
        self.newest = newest >> 1
        for number in newest - Int64(Self.columnCount) + 1...newest {
            ring[Self.index(of: number >> 1)].join(former[Self.index(of: number)])
        }
    }

    /// Makes room for a column; what is older than the ring is long is forgotten.
    private mutating func move(to number: Int64, period: Duration) {
        guard let newest, number - newest < Int64(Self.columnCount), number > newest - Int64(Self.columnCount) else {
            // The first one, or after a gap as long as the ring, or a clock that was set back by hours.
            ring = Array(repeating: Column(), count: Self.columnCount)
            self.newest = number
            return
        }
        // A clock that was set back a little goes on in the newest column.
        guard number > newest else { return }
        let isOverrun = number - newest <= Self.longestOverrun + 1 + period.components.seconds / columnSeconds
        let last = isOverrun ? ring[Self.index(of: newest)] : Column()
        for passed in newest + 1...number { ring[Self.index(of: passed)] = passed < number ? last : Column() }
        self.newest = number
    }

    private func number(of time: Timestamp) -> Int64 {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000 * columnSeconds)
        return rest < 0 ? seconds - 1 : seconds
    }

    private static func index(of number: Int64) -> Int {
        let rest = Int(number % Int64(columnCount))
        return rest < 0 ? rest + columnCount : rest
    }
}

/// A decision that was kept, and what became of it: its words are made when somebody asks.
struct PastDecision: Sendable {
    var decision: Decision
    var spec: AutoscalerSpec
    var outcome: AutoscalerReport.Outcome
    var error: String?

    init(_ entry: StatusEntry) {
        decision = entry.decision
        spec = entry.spec
        outcome = entry.outcome
        error = entry.error
    }
}

extension StatusEntry {
    /// What was measured over what it is held to, of the metric that decided; `nil` when nothing was.
    var usageOfTarget: Double? {
        leadingMetric.flatMap { index in
            guard let proposal = decision.metrics[index].proposal else { return nil }
            let unit = spec.metrics[index].unit
            guard unit.target > 0 else { return nil }
            return Double(unit.value(of: proposal)) / Double(unit.target)
        }
    }

    /// The metric that made the highest proposal, or else the first with one.
    var leadingMetric: Int? {
        if case .metric(let index, _) = decision.basis, index < decision.metrics.count { return index }
        return decision.metrics.indices.first { decision.metrics[$0].proposal != nil }
    }

    /// Whether the decision is more than the former one once more: a change of size, a failure or its end, or that
    /// something begins to hold the size.
    fileprivate func isNews(after former: StatusEntry?) -> Bool {
        guard let former else { return true }
        switch outcome {
        case .scaled, .superseded: return true
        case .failed, .withheld: if outcome != former.outcome { return true }
        case .kept: break
        }
        if (error == nil) != (former.error == nil) { return true }
        if let reason = decision.restraint?.hold.reason, reason != former.decision.restraint?.hold.reason {
            return true
        }
        let (limit, before) = (decision.limitation, former.decision.limitation)
        if let limit, limit.isLimited, limit.reason != before?.reason || before?.isLimited == false { return true }
        let (window, past) = (decision.stabilization?.reason, former.decision.stabilization?.reason)
        return window != nil && window != .unchanged && window != past
    }
}
