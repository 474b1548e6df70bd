internal import Autoscaling

/// What kept a decision from following its metrics freely; several can hold at once.
struct LimiterSet: OptionSet {
    let rawValue: UInt8

    static let metrics = LimiterSet(rawValue: 1 << 0)
    static let tolerance = LimiterSet(rawValue: 1 << 1)
    static let window = LimiterSet(rawValue: 1 << 2)
    static let policy = LimiterSet(rawValue: 1 << 3)
    static let minimum = LimiterSet(rawValue: 1 << 4)
    static let maximum = LimiterSet(rawValue: 1 << 5)

    /// The score of each, in the order of their bits.
    static let names: [ScoreName] = [
        .heldByMetrics, .heldByTolerance, .heldByWindow, .heldByPolicy, .heldByMin, .heldByMax,
    ]

    /// Adds one for each that is in the set.
    func count(in counts: inout [Int]) {
        if isEmpty { return }
        for bit in counts.indices where rawValue & 1 << UInt8(bit) != 0 { counts[bit] += 1 }
    }
}

extension Decision {
    /// What held it, by the names of the scores.
    var heldBy: [ScoreName] {
        let limiters = limiters
        return LimiterSet.names.enumerated().filter { limiters.rawValue & 1 << UInt8($0.offset) != 0 }.map(\.element)
    }

    var limiters: LimiterSet {
        switch basis {
        case .aboveMaximum: return .maximum
        case .belowMinimum: return .minimum
        case .targetUnavailable, .selector, .noMetrics, .invalidMetrics, .formulaFailed: return .metrics
        case .disabledAtZero: return []
        case .fallback: return limitersOnTheWay.union(.metrics)
        case .formula: return limitersOnTheWay
        case .metric(let index, _):
            let isWithin = metrics.indices.contains(index) && metrics[index].isWithinTolerance
            return isWithin ? limitersOnTheWay.union(.tolerance) : limitersOnTheWay
        }
    }

    /// What held a recommendation, whatever it came of.
    private var limitersOnTheWay: LimiterSet {
        var limiters: LimiterSet = []
        if let stabilization, stabilization.reason != .unchanged { limiters.insert(.window) }
        switch limitation?.reason {
        case .scaleUpLimit, .scaleDownLimit: limiters.insert(.policy)
        case .tooFewReplicas: limiters.insert(.minimum)
        case .tooManyReplicas: limiters.insert(.maximum)
        case .desiredWithinRange, nil: break
        }
        return limiters
    }
}

extension MetricEvaluation {
    fileprivate var isWithinTolerance: Bool {
        switch outcome {
        case .proposal(let proposal): proposal.rule == .withinTolerance || proposal.rule == .correctedWithinTolerance
        case .failed: false
        }
    }
}
