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
        package var highestDemand: Double
        package var neededReplicas: Int32
        package var lowestReady: Int32
        package var highestReady: Int32
        package var highestDesired: Int32
        /// The highest; `nil` when no pod was ready.
        package var utilization: Double?
        package var unserved: Double
        package var isKnown: Bool

        package var meanDemand: Double { demand / Double(max(ticks, 1)) }

        fileprivate mutating func join(_ other: Bin) {
            ticks += other.ticks
            demand += other.demand
            highestDemand = max(highestDemand, other.highestDemand)
            neededReplicas = max(neededReplicas, other.neededReplicas)
            lowestReady = min(lowestReady, other.lowestReady)
            highestReady = max(highestReady, other.highestReady)
            highestDesired = max(highestDesired, other.highestDesired)
            if let theirs = other.utilization { utilization = max(utilization ?? theirs, theirs) }
            unserved = max(unserved, other.unserved)
            isKnown = isKnown && other.isKnown
        }
    }

    private static let largestCount = 2_000
    package private(set) var bins: [Bin] = []
    private var ticksPerBin = 1

    package init() {}

    mutating func add(_ tick: ReplayTick) {
        let bin = Bin(
            start: tick.time, ticks: 1, demand: tick.demand, highestDemand: tick.demand,
            neededReplicas: tick.neededReplicas, lowestReady: tick.readyReplicas, highestReady: tick.readyReplicas,
            highestDesired: tick.decision.desiredReplicas, utilization: tick.utilization, unserved: tick.unserved,
            isKnown: tick.isKnown)
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
