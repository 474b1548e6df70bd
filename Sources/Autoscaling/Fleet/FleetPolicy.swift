/// What is allowed over all autoscalers of a controller, whatever each of them wants.
///
/// Nothing in it changes a decision unless it is written. What it keeps back is a ``Hold`` of the autoscaler that is held,
/// so that a recorded moment decides again as it did.
public struct FleetPolicy: Hashable, Sendable {
    /// How often one target may turn round before it is left at its size.
    public struct FlapBudget: Hashable, Sendable {
        /// Changes of direction within the period after which the target does not get smaller; above 0.
        public var reversals: Int
        /// Above 0.
        public var periodSeconds: Int64

        /// A budget as written.
        public init(reversals: Int, periodSeconds: Int64) {
            self.reversals = reversals
            self.periodSeconds = periodSeconds
        }
    }

    /// When so many want the same at once that what they look at is to be doubted, and not what they scale.
    public struct SimultaneousChange: Hashable, Sendable {
        /// Percent of the autoscalers of one source, 1 to 100.
        public var sharePercent: Int
        /// Fewer than this are no crowd; above 0.
        public var atLeast: Int
        /// Which way is held; both ways are counted apart.
        public var direction: Hold.Direction
        /// How long, above 0.
        public var holdSeconds: Int64

        /// A rule as written.
        public init(sharePercent: Int, atLeast: Int, direction: Hold.Direction = .down, holdSeconds: Int64) {
            self.sharePercent = sharePercent
            self.atLeast = atLeast
            self.direction = direction
            self.holdSeconds = holdSeconds
        }
    }

    /// One switch for all of them.
    public struct Freeze: Hashable, Sendable {
        /// Which changes are kept back.
        public var direction: Hold.Direction
        /// Why, in the words of whoever wrote it; may be empty.
        public var reason: String
        /// From when on it no longer holds.
        public var until: Timestamp

        /// A freeze as written. It always has an end: one that is forgotten must not last.
        public init(_ direction: Hold.Direction = .both, reason: String = "", until: Timestamp) {
            self.direction = direction
            self.reason = reason
            self.until = until
        }

        /// The hold of every autoscaler at a time; `nil` once it has expired.
        public func hold(at now: Timestamp) -> Hold? {
            if until <= now { return nil }
            return Hold(
                direction, reason: "FleetFrozen",
                message: reason.isEmpty ? "all sizes are frozen" : "freeze: \(reason)",
                until: until)
        }
    }

    /// Pods that all autoscalers together may add within a minute; at least 1.
    public var maxPodsAddedPerMinute: Int32?
    /// The same of each namespace.
    public var maxPodsAddedPerMinutePerNamespace: Int32?
    /// How often one target may turn round.
    public var flapBudget: FlapBudget?
    /// When too many want the same at once.
    public var simultaneousChange: SimultaneousChange?
    /// One switch for all.
    public var freeze: Freeze?

    /// A policy that allows everything.
    public init() {}

    /// The policy of a controller that has a part of the autoscalers, so that all parts together keep to it. A namespace is
    /// never in two parts.
    ///
    /// - Parameters:
    ///   - part: Shards that it has, at least 1. The pods of a minute are never fewer than 1 for it.
    ///   - count: Shards in all, no fewer.
    public func share(_ part: Int, of count: Int) -> FleetPolicy {
        var policy = self
        policy.maxPodsAddedPerMinute = maxPodsAddedPerMinute.map {
            Int32(clamping: max(Int64($0) * Int64(part) / Int64(count), 1))
        }
        return policy
    }

    /// Nothing is written.
    public var isEmpty: Bool { self == FleetPolicy() }
}

/// When the size of one target turned from growing to shrinking or back: what a flap budget is counted by.
public struct DirectionChanges: Hashable, Sendable {
    /// More are not kept; no sensible budget is as large.
    public static let capacity = 64

    /// Which way the last change of size went; `nil` before the first.
    public private(set) var lastIsUp: Bool?
    /// Times at which it turned, ascending.
    public private(set) var times: [Timestamp]

    /// What was kept of the past.
    public init(lastIsUp: Bool? = nil, times: [Timestamp] = []) {
        self.lastIsUp = lastIsUp
        self.times = times.suffix(Self.capacity)
    }

    /// Takes note of a change of size that was made.
    public mutating func record(from old: Int32, to new: Int32, at now: Timestamp) {
        guard old != new else { return }
        let isUp = new > old
        if let lastIsUp, lastIsUp != isUp {
            if times.count >= Self.capacity { times.removeFirst() }
            times.append(now)
        }
        lastIsUp = isUp
    }

    /// When fewer turns than a budget lie inside its period again; `nil` while that is so.
    func spentUntil(_ budget: FleetPolicy.FlapBudget, at now: Timestamp) -> Timestamp? {
        let cutoff = now.advanced(bySeconds: -budget.periodSeconds)
        let recent = times.filter { $0 > cutoff }
        guard recent.count >= budget.reversals, budget.reversals > 0 else { return nil }
        return recent[recent.count - budget.reversals].advanced(bySeconds: budget.periodSeconds)
    }
}
