/// All that a decision may look at, at one instant.
///
/// Flat arrays beside each other instead of objects by name: the readings are parallel to the pods, so a decision
/// walks them once. Two equal observations with equal histories give equal decisions.
public struct Observation: Hashable, Sendable {
    /// The instant of the decision; the core has no other clock.
    public var time: Timestamp
    /// The target's scale, or why there is none.
    public var target: TargetState
    /// The pods that the target's selector finds.
    public var pods: PodSet
    /// Parallel to the metrics of the autoscaler's spec.
    public var readings: [MetricReading]
    /// Whether the condition `ScaledToZero` of the autoscaler's status is true: only then may it leave zero.
    public var isScaledToZero: Bool
    /// What keeps the size as it is whatever the metrics say, in the order of importance.
    public var holds: [Hold]
    /// The schedules of the spec that are in force now, or not known; `nil` when none says anything.
    @Rare public var schedules: ScheduleState?
    /// What was foreseen for the metric of the spec's prediction; `nil` without one.
    @Rare public var forecast: ForecastReading?

    /// What was seen at `time`; the readings must be parallel to the spec's metrics.
    public init(
        time: Timestamp,
        target: TargetState,
        pods: PodSet = PodSet(),
        readings: [MetricReading] = [],
        isScaledToZero: Bool = false,
        holds: [Hold] = [],
        schedules: ScheduleState? = nil,
        forecast: ForecastReading? = nil
    ) {
        self.time = time
        self.target = target
        self.pods = pods
        self.readings = readings
        self.isScaledToZero = isScaledToZero
        self.holds = holds
        self.schedules = schedules
        self.forecast = forecast
    }
}

/// The target's scale, or why it could not be had.
public enum TargetState: Hashable, Sendable {
    case found(ObservedScale)
    case unavailable(Failure)

    /// Why there is no scale.
    public enum Failure: Hashable, Sendable, Codable {
        /// `scaleTargetRef.apiVersion` is not a group and version.
        case invalidAPIVersion(String)
        /// The cluster has no such kind.
        case unknownKind(String)
        /// The scale subresource could not be read.
        case notReadable(String)
    }
}

/// The scale subresource of a target.
public struct ObservedScale: Hashable, Sendable {
    /// `spec.replicas`: the size that was last asked for, at least 0.
    public var specReplicas: Int32
    /// `status.replicas`: the pods that exist.
    public var statusReplicas: Int32
    /// Whether the pods could be found at all.
    public var selector: SelectorState

    /// A scale as it was read; sizes at least 0.
    public init(specReplicas: Int32, statusReplicas: Int32, selector: SelectorState = .valid) {
        self.specReplicas = specReplicas
        self.statusReplicas = statusReplicas
        self.selector = selector
    }
}

/// Whether the target's pod selector can be used.
public enum SelectorState: Hashable, Sendable, Codable {
    case valid
    /// The scale's status has none.
    case missing
    /// It cannot be parsed, in the parser's words.
    case invalid(String)
    /// Other autoscalers select the same pods: nobody may scale them.
    case ambiguous(selector: String, autoscalers: [String])
}
