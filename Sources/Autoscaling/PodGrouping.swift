/// Sorts pods into those whose sample counts and those that need a stand-in.
///
/// - Source: `replica_calculator.go` v1.36, `groupPods`.
struct PodGrouping {
    enum Group {
        case ready, unready, missing, ignored
    }

    /// Readiness is looked at for cpu only: a pod that starts up burns cpu that says nothing about its load.
    let considersReadiness: Bool
    let now: Timestamp
    private let initializationPeriod: Int64
    private let readinessDelay: Int64

    init(considersReadiness: Bool, now: Timestamp, flags: ControllerFlags) {
        self.considersReadiness = considersReadiness
        self.now = now
        self.initializationPeriod = flags.cpuInitializationPeriodNanoseconds
        self.readinessDelay = flags.initialReadinessDelayNanoseconds
    }

    @inline(__always)
    func group(of pod: PodState, sample: PodSample) -> Group {
        if pod.isDeleted || pod.phase == .failed { return .ignored }
        if pod.phase == .pending { return .unready }
        if sample.isMissing { return .missing }
        if considersReadiness && isUnready(pod, sample: sample) { return .unready }
        return .ready
    }

    @inline(__always)
    private func isUnready(_ pod: PodState, sample: PodSample) -> Bool {
        if pod.readiness == .absent || pod.startTime == .distantPast { return true }
        if pod.startTime.advanced(byNanoseconds: initializationPeriod) > now {
            // May still be starting up: its sample counts once a whole window was measured after it became ready.
            return pod.readiness == .false
                || sample.time < pod.readyTransition.advanced(byNanoseconds: sample.windowNanoseconds)
        }
        // Old enough: an unready pod counts unless it was never ready since it started.
        return pod.readiness == .false
            && pod.startTime.advanced(byNanoseconds: readinessDelay) > pod.readyTransition
    }
}
