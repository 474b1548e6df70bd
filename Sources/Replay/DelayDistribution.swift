internal import Autoscaling
internal import Glibc

/// How long something takes that takes a different time for each pod.
package enum DelayDistribution: Hashable, Sendable {
    /// The same for all.
    case fixed(Duration)
    /// Anything between two durations, equally likely.
    case uniform(from: Duration, to: Duration)
    /// Half of the pods are faster than the median, and one in twenty slower than `p95`: image pulls look like this.
    case lognormal(median: Duration, p95: Duration)

    /// The 95th percentile of the standard normal distribution.
    private static let z95 = 1.644853626951473
    /// Nothing takes longer than a day, so that one draw far out in the tail cannot stop a run.
    private static let longest = 86_400e9

    /// Nanoseconds of one pod, at least 0.
    func draw(using random: inout ModelRandom) -> Int64 {
        switch self {
        case .fixed(let duration): return duration.nanoseconds
        case .uniform(let from, let to):
            let share = random.unit()
            return from.nanoseconds + Int64((Double(to.nanoseconds - from.nanoseconds) * share).rounded())
        case .lognormal(let median, let p95):
            let deviation = log(Double(p95.nanoseconds) / Double(median.nanoseconds)) / DelayDistribution.z95
            let drawn = Double(median.nanoseconds) * exp(deviation * random.normal())
            return Int64(min(drawn, DelayDistribution.longest))
        }
    }

    /// The mean in seconds.
    package var meanSeconds: Double {
        switch self {
        case .fixed(let duration): return Double(duration.nanoseconds) / 1e9
        case .uniform(let from, let to): return Double(from.nanoseconds + to.nanoseconds) / 2e9
        case .lognormal(let median, let p95):
            let deviation = log(Double(p95.nanoseconds) / Double(median.nanoseconds)) / DelayDistribution.z95
            return Double(median.nanoseconds) / 1e9 * exp(deviation * deviation / 2)
        }
    }
}

/// Random numbers that are the same in every run of a seed (SplitMix64).
struct ModelRandom: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// At least 0 and below 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Of the standard normal distribution (Box and Muller 1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        return radius * cos(2 * .pi * unit())
    }
}
