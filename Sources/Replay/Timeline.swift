package import Autoscaling

/// A replay as a chart shows it: at most some two thousand bins, whatever the length.
///
/// When the bins are used up, neighbours are joined and each then stands for twice as many ticks; extremes are kept.
package struct Timeline: Sendable {
    /// Several ticks in a row.
    package struct Bin: Sendable {
        package var start: Timestamp
        package var ticks: Int
        /// Sum over the ticks.
        package var demand: Double
        package var lowestDemand: Double
        package var highestDemand: Double
        package var lowestNeeded: Int32
        /// The highest.
        package var neededReplicas: Int32
        package var lowestReady: Int32
        package var highestReady: Int32
        package var lowestDesired: Int32
        package var highestDesired: Int32
        package var lowestUtilization: Double?
        /// The highest; `nil` when no pod was ready.
        package var utilization: Double?
        package var unserved: Double
        /// Whether the trace says at each of the ticks what the demand was.
        package var isKnown: Bool
        /// Sums over the ticks.
        var sums: Sums

        package var meanDemand: Double { demand / Double(max(ticks, 1)) }
        /// Of the ticks with a ready pod.
        var meanUtilization: Double? {
            sums.utilizationTicks > 0 ? sums.utilization / Double(sums.utilizationTicks) : nil
        }
        var meanReady: Double { sums.ready / Double(max(ticks, 1)) }
        var meanDesired: Double { sums.desired / Double(max(ticks, 1)) }
        var meanNeeded: Double { sums.needed / Double(max(ticks, 1)) }

        mutating func join(_ other: Bin) {
            ticks += other.ticks
            demand += other.demand
            lowestDemand = min(lowestDemand, other.lowestDemand)
            highestDemand = max(highestDemand, other.highestDemand)
            lowestNeeded = min(lowestNeeded, other.lowestNeeded)
            neededReplicas = max(neededReplicas, other.neededReplicas)
            lowestReady = min(lowestReady, other.lowestReady)
            highestReady = max(highestReady, other.highestReady)
            lowestDesired = min(lowestDesired, other.lowestDesired)
            highestDesired = max(highestDesired, other.highestDesired)
            if let theirs = other.lowestUtilization { lowestUtilization = min(lowestUtilization ?? theirs, theirs) }
            if let theirs = other.utilization { utilization = max(utilization ?? theirs, theirs) }
            unserved = max(unserved, other.unserved)
            isKnown = isKnown && other.isKnown
            sums.utilization += other.sums.utilization
            sums.utilizationTicks += other.sums.utilizationTicks
            sums.ready += other.sums.ready
            sums.desired += other.sums.desired
            sums.needed += other.sums.needed
        }
    }

    /// What means are made from.
    struct Sums: Sendable {
        var utilization = 0.0
        var utilizationTicks = 0
        var ready: Double
        var desired: Double
        var needed: Double
    }

    private static let largestCount = 2_000
    package private(set) var bins: [Bin] = []
    private var ticksPerBin = 1

    package init() {}

    mutating func add(_ tick: ReplayTick) {
        let bin = Bin(
            start: tick.time, ticks: 1, demand: tick.demand, lowestDemand: tick.demand, highestDemand: tick.demand,
            lowestNeeded: tick.neededReplicas, neededReplicas: tick.neededReplicas, lowestReady: tick.readyReplicas,
            highestReady: tick.readyReplicas, lowestDesired: tick.decision.desiredReplicas,
            highestDesired: tick.decision.desiredReplicas, lowestUtilization: tick.utilization,
            utilization: tick.utilization, unserved: tick.unserved, isKnown: tick.isKnown,
            sums: Sums(
                utilization: tick.utilization ?? 0, utilizationTicks: tick.utilization == nil ? 0 : 1,
                ready: Double(tick.readyReplicas), desired: Double(tick.decision.desiredReplicas),
                needed: Double(tick.neededReplicas)))
        if let last = bins.indices.last, bins[last].ticks < ticksPerBin {
            bins[last].join(bin)
        } else {
            if bins.count == Timeline.largestCount { halve() }
            if let last = bins.indices.last, bins[last].ticks < ticksPerBin {
                bins[last].join(bin)
            } else {
                bins.append(bin)
            }
        }
    }

    private mutating func halve() {
        for index in 0..<bins.count / 2 {
            bins[index] = bins[2 * index]
            bins[index].join(bins[2 * index + 1])
        }
        bins.removeLast(bins.count / 2)
        ticksPerBin *= 2
    }
}
