/// What one evaluation came to: the size to write, and every step from raw metric to final number.
///
/// The steps are data; conditions, events and the words of ``Explanation`` are made from them when asked for.
public struct Decision: Hashable, Sendable, Codable {
    /// The instant that was decided on: the observation's.
    public var time: Timestamp
    /// The size the target was last asked to have; 0 when its scale could not be read.
    public var currentReplicas: Int32
    /// The size it should have. Equal to `currentReplicas` when nothing is to be written.
    public var desiredReplicas: Int32
    /// One entry for each metric of the spec, in its order; empty when no metric was looked at.
    public var metrics: [MetricEvaluation]
    /// What it rests on: a metric, a bound, or why there is no decision.
    public var basis: Basis
    /// What the forecast asked for; `nil` without a prediction in the spec, or where the metrics did not decide.
    @Rare public var prediction: Prediction? = nil
    /// The steps after the metrics; `nil` when the metrics did not decide.
    public var stabilization: Stabilization?
    /// Rate limits and bounds; `nil` when the metrics did not decide.
    public var limitation: Limitation?
    /// Why the size is to change; `nil` when it is not.
    public var rescaleReason: RescaleReason?
    /// What beside the metrics held the size, or would have; `nil` when nothing did.
    @Rare public var restraint: Restraint? = nil
    /// The schedules that the observation shows; `nil` when none says anything.
    @Rare public var schedules: ScheduleState? = nil
    /// What the formula came to; `nil` without one.
    @Rare public var formula: FormulaResult? = nil
    /// Metrics that fail, and what is done about it; `nil` unless they do and the spec says what.
    @Rare public var fallback: Fallback? = nil
    /// Whether there is anything to do, for a spec that says when the target goes to zero.
    @Rare public var activity: Activity? = nil

    /// What the decision rests on.
    public enum Basis: Hashable, Sendable, Codable {
        /// There is no scale to decide about.
        indirect case targetUnavailable(TargetState.Failure)
        /// At zero replicas, and not put there by this autoscaler: somebody switched it off.
        case disabledAtZero
        /// The present size is outside the bounds; the metrics are not looked at.
        case aboveMaximum
        case belowMinimum
        /// The target's selector cannot be used.
        indirect case selector(SelectorState)
        /// The spec names no metric. Defaulting never leaves one so; the size is left as it is.
        case noMetrics
        /// Too many metrics are invalid to decide: nothing is written.
        case invalidMetrics(InvalidMetrics)
        /// The metric at this index made the highest proposal. Invalid ones beside it are reported all the same.
        case metric(index: Int, invalid: InvalidMetrics?)
        /// Metrics fail, and ``Decision/fallback`` says what is wanted instead. `nil`: no metric by itself.
        case fallback(invalid: InvalidMetrics?)
        /// ``Decision/formula`` gave the size.
        case formula
        /// ``Decision/formula`` gives none: nothing is written.
        case formulaFailed
    }

    /// How many metrics failed, and the first of them.
    public struct InvalidMetrics: Hashable, Sendable, Codable {
        /// Metrics that failed, above 0.
        public var count: Int
        /// Metrics in all.
        public var total: Int
        /// Index of the first that failed.
        public var first: Int
    }

    /// Why a change of size was asked for.
    public enum RescaleReason: Hashable, Sendable, Codable {
        case aboveMaximum
        case belowMinimum
        /// The metric at this index is above its target.
        case metricAboveTarget(index: Int)
        case allMetricsBelowTarget
        /// Metrics fail, and this is what is done then.
        case fallback
        /// The formula gives more, or fewer, than there are.
        case formula(isAbove: Bool)
        /// The metric at this index is expected to be above its target.
        case metricExpectedAboveTarget(index: Int)
        /// Only the bounds changed the size.
        case unnamed
    }

    /// Whether the decision asks for a write of the target's scale.
    public var rescales: Bool { desiredReplicas != currentReplicas }
}

extension Decision {
    /// A decision that says nothing yet: the place for ``evaluate(_:_:history:flags:into:)`` to put one.
    public init(undecidedAt time: Timestamp) {
        self.init(time: time, currentReplicas: 0, desiredReplicas: 0, metrics: [], basis: .noMetrics)
    }

    /// Forgets everything but the memory of the list of metrics.
    mutating func begin(at time: Timestamp, currentReplicas: Int32, basis: consuming Basis) {
        self.time = time
        self.currentReplicas = currentReplicas
        desiredReplicas = currentReplicas
        if !metrics.isEmpty { metrics.removeAll(keepingCapacity: true) }
        self.basis = basis
        stabilization = nil
        limitation = nil
        rescaleReason = nil
        if $prediction { prediction = nil }
        if $restraint { restraint = nil }
        if $schedules { schedules = nil }
        if $formula { formula = nil }
        if $fallback { fallback = nil }
        if $activity { activity = nil }
    }
}

/// One metric of a decision: its proposal, or why it has none.
public struct MetricEvaluation: Hashable, Sendable, Codable {
    /// A proposal, or why there is none.
    public var outcome: Outcome

    /// What came of it.
    public enum Outcome: Hashable, Sendable, Codable {
        case proposal(ReplicaProposal)
        indirect case failed(MetricFailure)
    }

    /// The proposal, where there is one.
    ///
    /// Not inlined: Swift 6.3.1 crashes (pass CopyPropagation) on `metrics[i].proposal.map { … }` when it is.
    @inline(never)
    public var proposal: ReplicaProposal? {
        if case .proposal(let proposal) = outcome { return proposal }
        return nil
    }
}

/// Why a metric made no proposal.
public enum MetricFailure: Error, Hashable, Sendable, Codable {
    /// The metric's type is not known.
    case unknownType(String)
    /// The target has none of the values that its type needs.
    case noTarget
    /// There is no usable reading.
    case reading(MetricReading.Failure)
    /// There is one, but the pods give no count.
    case proposal(ReplicaProposalError)
    /// The observation has no reading of this metric, or one of another shape.
    case notObserved
}
