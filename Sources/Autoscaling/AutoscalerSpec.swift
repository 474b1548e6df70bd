/// What an autoscaler is asked to do: the policy of a decision, after defaulting.
///
/// This is the form that decisions are made from: milli-units instead of quantities, one enum case for each metric
/// source. The form on the wire, with everything optional, lives in `KubernetesTypes`.
///
/// - Source: `autoscaling/v2` `HorizontalPodAutoscalerSpec`.
public struct AutoscalerSpec: Hashable, Sendable, Codable {
    /// What is scaled, in the autoscaler's namespace.
    public var scaleTargetRef: CrossVersionObjectReference
    /// Fewest replicas, at least 0. Zero needs an Object or External metric.
    public var minReplicas: Int32
    /// Most replicas, at least `minReplicas`.
    public var maxReplicas: Int32
    /// In the order written; the highest proposal wins and the first of equals names the reason.
    public var metrics: [MetricSpec]
    /// `nil` is the algorithm from before `behavior` existed, which is not the same as an empty one.
    public var behavior: ScalingBehavior?
    /// What goes beyond `autoscaling/v2`; `nil` when nothing of it is written.
    @Rare public var extensions: ScalingExtensions?

    /// A spec as given; nothing is checked, and an unchecked one cannot make a decision trap.
    public init(
        scaleTargetRef: CrossVersionObjectReference,
        minReplicas: Int32,
        maxReplicas: Int32,
        metrics: [MetricSpec],
        behavior: ScalingBehavior? = nil,
        extensions: ScalingExtensions? = nil
    ) {
        self.scaleTargetRef = scaleTargetRef
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.metrics = metrics
        self.behavior = behavior
        self.extensions = extensions
    }
}
