internal import Autoscaling

// A sample for each pod, put into an array that is used again.

extension ScrapeWindow {
    /// Usage of each pod: what its counter grew by between the first and the last scrape of the window.
    func fill(_ samples: inout [PodSample], from state: inout WorkloadState) {
        let starting = state.model.startingCores
        fill(&samples, &state) { pod, counters, time in
            let whileStarting = Double(min(time, pod.readyAt) - pod.runningAt) / 1e9 * starting
            return (pod.readyAt <= time ? counters.podCores - pod.coresAtReady : 0) + whileStarting
        }
    }

    /// What each pod served, times a factor.
    func fill(_ samples: inout [PodSample], servedBy state: inout WorkloadState, factor: Double) {
        fill(&samples, &state) { pod, counters, time in
            pod.readyAt <= time ? (counters.podServed - pod.servedAtReady) * factor : 0
        }
    }

    private func fill(
        _ samples: inout [PodSample], _ state: inout WorkloadState, counter: (ModelPod, Counters, Int64) -> Double
    ) {
        Self.makeRoom(in: &samples, for: state.pods)
        let interval = state.ring.interval
        let end = state.ring[last]
        let (firstOfAll, firstTime) = (state.ring[first], Int64(first) * interval)
        for index in state.pods.indices {
            let pod = state.pods[index]
            guard pod.isRunning, pod.runningAt <= lastTime else {
                samples[index] = .missing
                continue
            }
            // Most pods run for longer than the window is: their first scrape is the window's.
            var (first, counters, beginning) = (self.first, firstOfAll, firstTime)
            if pod.runningAt > firstTime {
                first = max(first, state.ring.number(atOrBefore: pod.runningAt - 1) + 1)
                (counters, beginning) = (state.ring[first], Int64(first) * interval)
            }
            guard last > first else {
                samples[index] = .missing
                continue
            }
            let grown = counter(pod, end, lastTime) - counter(pod, counters, beginning)
            let seconds = Double(Int64(last - first) * interval) / 1e9
            let value = max(grown, 0) / seconds * state.sampleNoise()
            samples[index] = PodSample(value: Self.milli(value), time: time, windowNanoseconds: length)
        }
    }

    /// Memory of each pod as it was at the last scrape, for what it served since the one before.
    func fill(_ samples: inout [PodSample], with memory: WorkloadModel.Memory, _ state: WorkloadState) {
        Self.makeRoom(in: &samples, for: state.pods)
        let seconds = Double(state.ring.interval) / 1e9
        let (before, end) = (state.ring[last - 1].podServed, state.ring[last].podServed)
        for (index, pod) in state.pods.enumerated() {
            guard pod.isRunning, pod.runningAt <= lastTime else {
                samples[index] = .missing
                continue
            }
            let served = pod.readyAt <= lastTime ? max(end - max(before, pod.servedAtReady), 0) / seconds : 0
            let bytes = memory.idleBytes + served * memory.bytesPerUnit
            samples[index] = PodSample(value: Self.milli(bytes), time: time, windowNanoseconds: 0)
        }
    }

    /// The same value for each pod that was ready at the last scrape.
    func fill(_ samples: inout [PodSample], with value: Double, _ state: WorkloadState) {
        Self.makeRoom(in: &samples, for: state.pods)
        for (index, pod) in state.pods.enumerated() {
            samples[index] =
                pod.isReady && pod.readyAt <= lastTime
                ? PodSample(value: Self.milli(value), time: time, windowNanoseconds: 0) : .missing
        }
    }

    private static func makeRoom(in samples: inout [PodSample], for pods: [ModelPod]) {
        if samples.count != pods.count { samples = Array(repeating: .missing, count: pods.count) }
    }
}
