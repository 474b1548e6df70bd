extension PodSet {
    /// A pod that became ready later than this after its start was ready before, and lost it: no start-up takes so long.
    private static let longestStartUp: Int64 = 1_800_000_000_000

    /// How long the pods took from their start until they were ready, in seconds: nine of ten were as fast. `nil` where
    /// no pod tells.
    ///
    /// A pod that was ready, lost it and became ready again counts as if that had been its start, within bounds; and the
    /// time before its start, on the scheduler's side, is not in it.
    public var startUpSeconds: Int32? {
        var times: [Int64] = []
        for pod in states where pod.readiness == .true && pod.startTime != .distantPast {
            let time = pod.readyTransition.nanoseconds(since: pod.startTime)
            if time > 0, time <= Self.longestStartUp { times.append(time) }
        }
        guard !times.isEmpty else { return nil }
        times.sort()
        let slow = times[(times.count * 9 + 9) / 10 - 1]
        return Int32(clamping: (slow + 999_999_999) / 1_000_000_000)
    }
}

extension PredictionPolicy {
    /// How far is looked ahead where no pod tells how long it took to start, in seconds.
    public static let usualStartUpSeconds: Int32 = 120

    /// How far is looked ahead, in seconds: as written, or as long as pods take to start.
    public func lookAheadSeconds(for pods: PodSet) -> Int32 {
        let bounds = Bounds.lookAheadSeconds
        let wanted = lookAheadSeconds ?? pods.startUpSeconds ?? Self.usualStartUpSeconds
        return min(max(wanted, bounds.lowerBound), bounds.upperBound)
    }
}
