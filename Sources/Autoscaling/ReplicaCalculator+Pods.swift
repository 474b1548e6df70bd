extension ReplicaCalculator {
    /// Replicas that bring the pods' average utilisation to a percentage of their request.
    ///
    /// Missing pods stand in with their whole request on the way down (with the target where that is above 100 %) and
    /// with nothing on the way up; unready pods with nothing on the way up. With 2 ready pods at 95m of 100m against
    /// 70 % the ratio is 95/70 = 1.357 and the result 3.
    ///
    /// - Parameters:
    ///   - percent: The target, whole percent of the request, above 0.
    ///   - readings: Samples and requests, parallel to `pods`.
    ///   - currentReplicas: The size the target was last asked to have.
    ///   - considersReadiness: True for cpu.
    /// - Throws: ``ReplicaProposalError`` when no sample counts or a request is not known.
    /// - Complexity: O(pods), without allocation.
    /// - Source: `GetResourceReplicas`.
    public func replicas(
        forUtilization percent: Int32,
        readings: PodReadings,
        pods: PodSet,
        currentReplicas: Int32,
        considersReadiness: Bool,
        now: Timestamp
    ) throws(ReplicaProposalError) -> ReplicaProposal {
        let grouping = PodGrouping(considersReadiness: considersReadiness, now: now, flags: flags)
        return try replicas(
            forUtilization: percent, grouping.sums(readings, pods, percent: percent),
            currentReplicas: currentReplicas, failure: readings.requests.failure)
    }

    /// - Parameter failure: Why a request is not known; asked for where one is not.
    func replicas(
        forUtilization percent: Int32, _ sums: Sums, currentReplicas: Int32,
        failure: @autoclosure () -> PodRequests.Failure?
    ) throws(ReplicaProposalError) -> ReplicaProposal {
        if sums.pods == 0 { throw .noPods }
        if sums.samples == 0 { throw .noMetricsForPods }
        if sums.isRequestUnknown, let failure = failure() { throw .request(failure) }
        let first = try utilization(usage: sums.usage, requests: sums.requests)
        let step = try decide(current: currentReplicas, first: Double(first) / Double(percent), tally: sums.tally) {
            scalesUpWithUnready in
            // At a ratio of exactly 1 the missing pods are left out altogether.
            sums.samples + (first == percent ? 0 : Int64(sums.tally.missing))
                + (scalesUpWithUnready ? Int64(sums.tally.unready) : 0)
        } corrected: { (scalesUpWithUnready) throws(ReplicaProposalError) -> Double in
            var usage = sums.usage
            var total = sums.requests
            if first != percent { total &+= sums.missingRequests }
            if Double(first) / Double(percent) < 1.0 { usage &+= sums.missingStandIn }
            if scalesUpWithUnready { total &+= sums.unreadyRequests }
            return Double(try utilization(usage: usage, requests: total)) / Double(percent)
        }
        return ReplicaProposal(
            replicas: step.replicas, utilization: first, usage: sums.usage.quotient(by: Int64(sums.tally.ready)),
            usageRatio: step.ratio, correctedRatio: step.corrected, multiplier: step.multiplier, pods: sums.tally,
            rule: step.rule)
    }

    /// Replicas that bring the pods' average usage to a target for each pod.
    ///
    /// Missing pods stand in with the target on the way down and with nothing on the way up.
    ///
    /// - Parameters:
    ///   - target: Thousandths for each pod, above 0.
    ///   - readings: Samples parallel to `pods`.
    ///   - currentReplicas: The size the target was last asked to have.
    ///   - considersReadiness: True for cpu.
    /// - Throws: ``ReplicaProposalError`` when no sample counts.
    /// - Complexity: O(pods), without allocation.
    /// - Source: `calcPlainMetricReplicas`, behind `GetRawResourceReplicas` and `GetMetricReplicas`.
    public func replicas(
        forAverageValue target: Int64,
        readings: PodReadings,
        pods: PodSet,
        currentReplicas: Int32,
        considersReadiness: Bool,
        now: Timestamp
    ) throws(ReplicaProposalError) -> ReplicaProposal {
        let grouping = PodGrouping(considersReadiness: considersReadiness, now: now, flags: flags)
        return try replicas(
            forAverageValue: target, grouping.sums(readings, pods), currentReplicas: currentReplicas)
    }

    func replicas(
        forAverageValue target: Int64, _ sums: Sums, currentReplicas: Int32
    ) throws(ReplicaProposalError) -> ReplicaProposal {
        if sums.pods == 0 { throw .noPods }
        if sums.samples == 0 { throw .noMetricsForPods }
        let tally = sums.tally
        let average = sums.usage.quotient(by: sums.samples)
        let first = Double(average) / Double(target)
        func counted(_ scalesUpWithUnready: Bool) -> Int64 {
            // At a ratio of exactly 1 the missing pods are left out altogether.
            sums.samples + (first == 1.0 ? 0 : Int64(tally.missing)) + (scalesUpWithUnready ? Int64(tally.unready) : 0)
        }
        let step = try decide(current: currentReplicas, first: first, tally: tally, countedSamples: counted) {
            scalesUpWithUnready in
            let standIn = first < 1.0 ? target &* Int64(tally.missing) : 0
            return Double((sums.usage &+ standIn).quotient(by: counted(scalesUpWithUnready))) / Double(target)
        }
        return ReplicaProposal(
            replicas: step.replicas, utilization: nil, usage: average, usageRatio: step.ratio,
            correctedRatio: step.corrected, multiplier: step.multiplier, pods: tally, rule: step.rule)
    }

    /// Summed usage over summed requests in whole percent, truncated.
    ///
    /// - Source: `metrics/utilization.go`, `GetResourceUtilizationRatio`.
    private func utilization(usage: Int64, requests: Int64) throws(ReplicaProposalError) -> Int32 {
        if requests == 0 { throw .noMetricsMatchedPods }
        return Int32(clamping: (usage &* 100).quotient(by: requests))
    }
}
