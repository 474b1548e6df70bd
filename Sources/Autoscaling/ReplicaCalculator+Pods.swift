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
        if pods.isEmpty { throw .noPods }
        let fallback = Int64(max(100, percent))
        let grouping = PodGrouping(considersReadiness: considersReadiness, now: now, flags: flags)
        var sums = Sums()
        // A request that is not known fails the metric below; until then it counts as zero.
        let requests = readings.requests.milliValues
        for index in 0..<pods.count {
            let sample = index < readings.samples.count ? readings.samples[index] : .missing
            let request = index < requests.count ? requests[index] : 0
            switch grouping.group(of: pods.states[index], sample: sample) {
            case .ready:
                sums.tally.ready &+= 1
                sums.usage &+= sample.value
                sums.requests &+= request
            case .unready:
                sums.tally.unready &+= 1
                sums.unreadyRequests &+= request
            case .missing:
                sums.tally.missing &+= 1
                sums.missingRequests &+= request
                sums.missingStandIn &+= (request &* fallback).quotient(by: 100)
            case .ignored:
                sums.tally.ignored &+= 1
            }
        }
        let samples = Int64(sums.tally.ready) + Int64(readings.unmatched.count)
        if samples == 0 { throw .noMetricsForPods }
        if let failure = readings.requests.failure { throw .request(failure) }
        let first = try utilization(usage: sums.usage, requests: sums.requests)
        let step = try decide(current: currentReplicas, first: Double(first) / Double(percent), tally: sums.tally) {
            scalesUpWithUnready in
            // At a ratio of exactly 1 the missing pods are left out altogether.
            samples + (first == percent ? 0 : Int64(sums.tally.missing))
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
        if pods.isEmpty { throw .noPods }
        let grouping = PodGrouping(considersReadiness: considersReadiness, now: now, flags: flags)
        var tally = PodTally()
        var usage: Int64 = 0
        for index in 0..<pods.count {
            let sample = index < readings.samples.count ? readings.samples[index] : .missing
            switch grouping.group(of: pods.states[index], sample: sample) {
            case .ready:
                tally.ready &+= 1
                usage &+= sample.value
            case .unready: tally.unready &+= 1
            case .missing: tally.missing &+= 1
            case .ignored: tally.ignored &+= 1
            }
        }
        for value in readings.unmatched { usage &+= value }
        let samples = Int64(tally.ready) + Int64(readings.unmatched.count)
        if samples == 0 { throw .noMetricsForPods }
        let average = usage.quotient(by: samples)
        let first = Double(average) / Double(target)
        func counted(_ scalesUpWithUnready: Bool) -> Int64 {
            // At a ratio of exactly 1 the missing pods are left out altogether.
            samples + (first == 1.0 ? 0 : Int64(tally.missing)) + (scalesUpWithUnready ? Int64(tally.unready) : 0)
        }
        let step = try decide(current: currentReplicas, first: first, tally: tally, countedSamples: counted) {
            scalesUpWithUnready in
            let standIn = first < 1.0 ? target &* Int64(tally.missing) : 0
            return Double((usage &+ standIn).quotient(by: counted(scalesUpWithUnready))) / Double(target)
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
