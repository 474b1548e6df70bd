/// What a policy says beyond `autoscaling/v2`: everything of a HorizontalAutoscaler that decisions look at.
///
/// Nothing in it changes a decision unless it is written, and a spec without any has no extensions at all, so that the
/// decisions of a HorizontalPodAutoscaler pay nothing for them.
public struct ScalingExtensions: Hashable, Sendable, Codable {
    /// Keeps the size in one direction or both, until it is taken out or expires.
    public var hold: HoldPolicy?
    /// Raise the bounds at their times; `nil` without any.
    public var schedules: [SchedulePolicy]?
    /// Seconds from one decision to the next, 1 to 3600; `nil` for the controller's own. A replay needs to know.
    public var syncPeriodSeconds: Int32?
    /// What is done while metrics fail.
    public var fallback: FallbackPolicy?
    /// When the target goes to zero and comes back.
    public var scaleToZero: ScaleToZeroPolicy?
    /// The size over the metrics, in place of the highest proposal.
    public var formula: Formula?
    /// Raises what the metrics ask for by what is foreseen.
    public var prediction: PredictionPolicy?

    /// Extensions as given; what is not given is off.
    public init(
        hold: HoldPolicy? = nil, schedules: [SchedulePolicy]? = nil, syncPeriodSeconds: Int32? = nil,
        fallback: FallbackPolicy? = nil, scaleToZero: ScaleToZeroPolicy? = nil, formula: Formula? = nil,
        prediction: PredictionPolicy? = nil
    ) {
        self.hold = hold
        self.schedules = schedules
        self.syncPeriodSeconds = syncPeriodSeconds
        self.fallback = fallback
        self.scaleToZero = scaleToZero
        self.formula = formula
        self.prediction = prediction
    }

    /// Nothing is written: no extensions at all.
    public var isEmpty: Bool { self == ScalingExtensions() }
}

extension AutoscalerSpec {
    /// From one decision to the next, where the spec says it; at least a second.
    public var syncPeriod: Duration? { extensions?.syncPeriodSeconds.map { .seconds(max($0, 1)) } }
}
