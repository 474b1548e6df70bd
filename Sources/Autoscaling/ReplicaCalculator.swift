/// Turns the reading of one metric into a replica count, as the HPA controller of Kubernetes v1.36 does.
///
/// One pass over the pods and no allocation: the stand-ins for missing and unready pods are summed beside the real
/// values, so the second ratio needs no second look.
///
/// - Source: `replica_calculator.go` v1.36.
public struct ReplicaCalculator: Sendable {
    /// How far a ratio may be from 1 without a change.
    public var tolerance: Tolerance
    /// How long pods count as starting up.
    public var flags: ControllerFlags

    /// A calculator for autoscalers of this tolerance.
    public init(tolerance: Tolerance, flags: ControllerFlags = .defaults) {
        self.tolerance = tolerance
        self.flags = flags
    }

    /// The ratios of a per-pod metric, and what follows from them.
    struct RatioStep {
        var ratio: Double
        var corrected: Double?
        var multiplier: Int64
        var rule: ReplicaProposal.Rule
        var replicas: Int32
    }

    /// Replicas from two ratios: the first one where no pod needs a stand-in, else the corrected one.
    ///
    /// - Parameters:
    ///   - current: The size that the target was last asked to have.
    ///   - first: Usage over target of the pods that counted.
    ///   - tally: How the pods were counted.
    ///   - countedSamples: Samples behind the corrected ratio, stand-ins included.
    ///   - corrected: The ratio with stand-ins; called only where it is needed.
    func decide(
        current: Int32,
        first: Double,
        tally: PodTally,
        countedSamples: (_ scalesUpWithUnready: Bool) -> Int64,
        corrected: (_ scalesUpWithUnready: Bool) throws(ReplicaProposalError) -> Double
    ) throws(ReplicaProposalError) -> RatioStep {
        let scalesUpWithUnready = tally.unready > 0 && first > 1.0
        guard scalesUpWithUnready || tally.missing > 0 else {
            if tolerance.isWithin(first) {
                return RatioStep(
                    ratio: first, multiplier: Int64(tally.ready), rule: .withinTolerance, replicas: current)
            }
            let exact = (first * Double(tally.ready)).rounded(.up)
            return RatioStep(
                ratio: first, multiplier: Int64(tally.ready), rule: .ratio,
                replicas: Int32(saturating: exact, ifNaN: current))
        }
        let second = try corrected(scalesUpWithUnready)
        let count = countedSamples(scalesUpWithUnready)
        var step = RatioStep(
            ratio: first, corrected: second, multiplier: count, rule: .correctedRatio, replicas: current)
        if tolerance.isWithin(second) {
            step.rule = .correctedWithinTolerance
        } else if (first < 1.0 && second > 1.0) || (first > 1.0 && second < 1.0) {
            step.rule = .correctedDirectionFlip
        } else {
            let replicas = Int32(saturating: (second * Double(count)).rounded(.up), ifNaN: current)
            if (second < 1.0 && replicas > current) || (second > 1.0 && replicas < current) {
                step.rule = .countAgainstDirection
            } else {
                step.replicas = replicas
            }
        }
        return step
    }
}
