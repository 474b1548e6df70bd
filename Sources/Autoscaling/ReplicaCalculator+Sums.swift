extension ReplicaCalculator {
    /// What one walk over the pods of a metric adds up: plain numbers.
    struct Sums {
        /// Pods in all, and how they were counted.
        var pods = 0
        var tally = PodTally()
        /// Samples that count, those of pods that are not among the observed ones included.
        var samples: Int64 = 0
        /// Usage of the pods that count, and their requests.
        var usage: Int64 = 0
        var requests: Int64 = 0
        /// Requests of pods without a sample, and what stands in for their usage on the way down.
        var missingRequests: Int64 = 0
        var missingStandIn: Int64 = 0
        var unreadyRequests: Int64 = 0
        /// Whether a pod's request is not known.
        var isRequestUnknown = false
    }
}

// Functions and no initializers, which would take a copy of what they are given.

extension PodGrouping {
    /// Sums for a target of utilisation: a missing pod stands in with its request, or the target where that is higher.
    func sums(_ readings: PodReadings, _ pods: PodSet, percent: Int32) -> ReplicaCalculator.Sums {
        var sums = ReplicaCalculator.Sums()
        let fallback = Int64(max(100, percent))
        sums.pods = pods.count
        for index in 0..<pods.count {
            let sample = index < readings.samples.count ? readings.samples[index] : .missing
            // A request that is not known fails the metric later; until then it counts as zero.
            let request =
                index < readings.requests.milliValues.count ? readings.requests.milliValues[index] : 0
            switch group(of: pods.states[index], sample: sample) {
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
        sums.samples = Int64(sums.tally.ready) + Int64(readings.unmatched.count)
        sums.isRequestUnknown = readings.requests.$failure
        return sums
    }

    /// Sums for a target for each pod.
    func sums(_ readings: PodReadings, _ pods: PodSet) -> ReplicaCalculator.Sums {
        var sums = ReplicaCalculator.Sums()
        sums.pods = pods.count
        for index in 0..<pods.count {
            let sample = index < readings.samples.count ? readings.samples[index] : .missing
            switch group(of: pods.states[index], sample: sample) {
            case .ready:
                sums.tally.ready &+= 1
                sums.usage &+= sample.value
            case .unready: sums.tally.unready &+= 1
            case .missing: sums.tally.missing &+= 1
            case .ignored: sums.tally.ignored &+= 1
            }
        }
        for value in readings.unmatched { sums.usage &+= value }
        sums.samples = Int64(sums.tally.ready) + Int64(readings.unmatched.count)
        return sums
    }
}
