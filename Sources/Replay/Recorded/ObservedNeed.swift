internal import Autoscaling

extension Decision {
    /// The fewest replicas that would bring every metric that was read to its target; `nil` when none was.
    ///
    /// From the usage ratio itself, before tolerance, windows, policies and bounds: the demand curve d(t) of the scores.
    var observedNeed: Int32? {
        var most: Int32?
        for metric in metrics {
            guard let proposal = metric.proposal, proposal.usageRatio.isFinite else { continue }
            let ratio = proposal.correctedRatio ?? proposal.usageRatio
            let exact = (ratio * Double(proposal.multiplier) - 1e-9).rounded(.up)
            most = max(most ?? 1, Int32(min(max(exact, 1), 1e9)))
        }
        return most
    }

    /// Percent of the request, as the metric that decided saw it; `nil` for other metrics.
    var observedUtilization: Double? {
        for metric in metrics {
            if let percent = metric.proposal?.utilization { return Double(percent) }
        }
        return nil
    }
}

extension Observation {
    /// Cores that the first pod requests; `nil` where no cpu was read.
    func cpuRequest(_ spec: AutoscalerSpec) -> Double? {
        guard let index = spec.metrics.firstIndex(where: { $0.source.isCPU }), readings.indices.contains(index),
            case .pods(let pods) = readings[index], let milli = pods.requests.milliValues.first, milli > 0
        else { return nil }
        return Double(milli) / 1000
    }

    /// Pods that serve.
    var readyReplicas: Int32 {
        Int32(clamping: pods.states.count { $0.phase == .running && $0.readiness == .true && !$0.isDeleted })
    }
}
