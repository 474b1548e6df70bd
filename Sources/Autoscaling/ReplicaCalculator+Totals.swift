extension ReplicaCalculator {
    /// Replicas that bring a total to its target: the ready pods times the ratio, or the ratio alone from zero.
    ///
    /// - Parameters:
    ///   - target: Thousandths in all, above 0.
    ///   - usage: Thousandths in all.
    ///   - currentReplicas: The size the target was last asked to have.
    /// - Throws: ``ReplicaProposalError/noPodsToCount`` when the selector finds no pod.
    /// - Source: `GetObjectMetricReplicas`, `GetExternalMetricReplicas`, `getUsageRatioReplicaCount`.
    public func replicas(
        forValue target: Int64, usage: Int64, pods: PodSet, currentReplicas: Int32
    ) throws(ReplicaProposalError) -> ReplicaProposal {
        let ratio = Double(usage) / Double(target)
        var proposal = ReplicaProposal(
            replicas: currentReplicas, utilization: nil, usage: usage, usageRatio: ratio, correctedRatio: nil,
            multiplier: 1, pods: PodTally(), rule: .fromZero)
        if currentReplicas == 0 {
            proposal.replicas = Int32(saturating: ratio.rounded(.up), ifNaN: currentReplicas)
            return proposal
        }
        if tolerance.isWithin(ratio) {
            proposal.rule = .withinTolerance
            return proposal
        }
        if pods.isEmpty { throw .noPodsToCount }
        for pod in pods.states where pod.isRunningAndReady { proposal.pods.ready += 1 }
        proposal.rule = .ratio
        proposal.multiplier = Int64(proposal.pods.ready)
        proposal.replicas = Int32(
            saturating: (ratio * Double(proposal.pods.ready)).rounded(.up), ifNaN: currentReplicas)
        return proposal
    }

    /// Replicas that bring a total, divided by the pods that exist, to its target for each pod.
    ///
    /// - Parameters:
    ///   - target: Thousandths for each pod, above 0.
    ///   - usage: Thousandths in all.
    ///   - statusReplicas: The pods that exist.
    /// - Source: `GetObjectPerPodMetricReplicas`, `GetExternalPerPodMetricReplicas`.
    public func replicas(forTotal usage: Int64, averageValue target: Int64, statusReplicas: Int32) -> ReplicaProposal {
        let ratio = Double(usage) / (Double(target) * Double(statusReplicas))
        var proposal = ReplicaProposal(
            replicas: statusReplicas, utilization: nil,
            // Nothing over no pods is no ratio; it is told as none of the target being used.
            usage: Self.average(of: usage, over: statusReplicas), usageRatio: ratio.isNaN ? 0 : ratio,
            correctedRatio: nil,
            multiplier: Int64(statusReplicas), pods: PodTally(), rule: .withinTolerance)
        if !tolerance.isWithin(ratio) {
            let exact = (Double(usage) / Double(target)).rounded(.up)
            proposal.replicas = Int32(saturating: exact, ifNaN: statusReplicas)
            proposal.rule = .totalOverAverage
        }
        return proposal
    }

    /// The sum of the series of an External `Value` target. It stays at the largest integer once it passed it.
    ///
    /// - Source: `GetExternalMetricReplicas`.
    public static func sum(forValue series: [Int64]) -> Int64 {
        var sum: Int64 = 0
        for value in series {
            if value > 0 && sum > Int64.max - value { return .max }
            sum &+= value
        }
        return sum
    }

    /// The sum of the series of an External `AverageValue` target.
    ///
    /// Kubernetes takes a sum that is negative on the way for one that overflowed, and so does this: a negative queue
    /// length says nothing, and treating it as huge is what its users know.
    ///
    /// - Source: `GetExternalPerPodMetricReplicas`.
    public static func sum(forAverageValue series: [Int64]) -> Int64 {
        var sum: Int64 = 0
        for value in series {
            sum &+= value
            if sum < 0 { return .max }
        }
        return sum
    }

    /// A total divided by the pods that exist, rounded up; reported only.
    ///
    /// With no pods the total itself is reported: Kubernetes reports the smallest integer there, which is no average.
    private static func average(of usage: Int64, over replicas: Int32) -> Int64 {
        if Double(usage) >= 0x1p63 { return .max }
        if replicas == 0 { return usage }
        return Timestamp.saturating((Double(usage) / Double(replicas)).rounded(.up))
    }
}
