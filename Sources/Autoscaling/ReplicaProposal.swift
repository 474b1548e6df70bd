/// How many replicas one metric asks for, and the numbers that led there.
///
/// Everything in it is data; ``Explanation`` turns it into words.
public struct ReplicaProposal: Hashable, Sendable {
    /// Replicas asked for; not yet stabilised, limited or bounded, and below 0 for negative metrics.
    public var replicas: Int32
    /// Whole percent of the request, for utilisation targets.
    public var utilization: Int32?
    /// In thousandths: the average over the pods that counted, or the whole value for a `Value` target.
    public var usage: Int64
    /// Usage over target of the pods that counted at first.
    public var usageRatio: Double
    /// The ratio with stand-ins for missing and unready pods, where there were any.
    public var correctedRatio: Double?
    /// What the ratio was multiplied by: pods, or 1 for a total that is divided by an average.
    public var multiplier: Int64
    /// How the pods were counted; zeros where pods have no part.
    public var pods: PodTally
    /// Which rule gave the number.
    public var rule: Rule

    /// The rule that the number comes from.
    public enum Rule: String, Hashable, Sendable, Codable {
        /// The ratio is within tolerance: no change.
        case withinTolerance
        /// The first ratio decides.
        case ratio
        /// The ratio with stand-ins decides.
        case correctedRatio
        /// With stand-ins the ratio is within tolerance: no change.
        case correctedWithinTolerance
        /// The stand-ins would turn the direction round: no change.
        case correctedDirectionFlip
        /// Ratio and count disagree about the direction: no change.
        case countAgainstDirection
        /// A total divided by the target for each pod.
        case totalOverAverage
        /// From zero replicas: the ratio alone, rounded up.
        case fromZero
    }
}

/// How the pods were counted.
///
/// - Source: `replica_calculator.go` v1.36, `groupPods`.
public struct PodTally: Hashable, Sendable, Codable {
    /// Pods whose sample counts.
    public var ready: Int32 = 0
    /// Pending pods, and for cpu those that are not ready or not measured since they became so.
    public var unready: Int32 = 0
    /// Pods without a sample.
    public var missing: Int32 = 0
    /// Failed and deleted pods.
    public var ignored: Int32 = 0
}

/// Why a metric proposes nothing.
public enum ReplicaProposalError: Error, Hashable, Sendable, Codable {
    /// The selector finds no pod.
    case noPods
    /// No sample of a pod that could count.
    case noMetricsForPods
    /// The samples are of other pods, or nothing is requested.
    case noMetricsMatchedPods
    case request(PodRequests.Failure)
    /// Object and External values need the number of ready pods, and the selector finds no pod.
    case noPodsToCount
}
