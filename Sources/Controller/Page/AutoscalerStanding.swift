internal import Autoscaling

/// How an autoscaler stands, in one word: the most pressing of what applies.
enum AutoscalerStanding: String, CaseIterable, Sendable, Encodable {
    /// Something is wrong.
    case failing
    /// Something beside the metrics holds the size.
    case held
    /// A bound or a rate limit keeps the size from being what the metrics ask for.
    case limited
    /// A stabilization window does.
    case stabilizing
    /// The size was just changed, or in shadow mode would have been.
    case scaling
    /// The target was switched off by hand.
    case disabled
    /// The size is what the metrics ask for.
    case steady

    init(_ entry: StatusEntry) {
        if entry.error != nil {
            self = .failing
        } else if entry.decision.restraint != nil {
            self = .held
        } else if entry.decision.limitation?.isLimited == true {
            self = .limited
        } else if entry.outcome.isChange {
            self = .scaling
        } else if let stabilization = entry.decision.stabilization, stabilization.reason != .unchanged {
            self = .stabilizing
        } else if case .disabledAtZero = entry.decision.basis {
            self = .disabled
        } else {
            self = .steady
        }
    }

    /// Its place in the order of cases: what presses comes first.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

extension AutoscalerReport.Outcome {
    /// Whether the size was changed, or would have been.
    fileprivate var isChange: Bool {
        switch self {
        case .scaled, .withheld: true
        case .kept, .superseded, .failed: false
        }
    }
}
