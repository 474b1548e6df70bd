internal import Autoscaling

/// The moments that a failed bound on a score is explained by: each the first of the worst of its kind.
struct WorstMoments {
    struct Moment {
        /// What happened there: "2 of 6 replicas missing".
        var what: String
        var tick: ReplayTick
    }

    private var short: (amount: Int32, tick: ReplayTick)?
    private var spare: (amount: Int32, tick: ReplayTick)?
    private var unserved: (amount: Double, tick: ReplayTick)?
    private var highest: (replicas: Int32, tick: ReplayTick)?
    private var busiest: (utilization: Double, tick: ReplayTick)?
    private var lastUp: ReplayTick?
    private var lastDown: ReplayTick?
    private var lastReversal: ReplayTick?

    mutating func observe(_ tick: ReplayTick) {
        if tick.isKnown {
            let missing = tick.neededReplicas - tick.readyReplicas
            if missing > short?.amount ?? 0 { short = (missing, tick) }
            if -missing > spare?.amount ?? 0 { spare = (-missing, tick) }
            if tick.unserved > unserved?.amount ?? 0 { unserved = (tick.unserved, tick) }
            if let utilization = tick.utilization, utilization > busiest?.utilization ?? 0 {
                busiest = (utilization, tick)
            }
        }
        let desired = tick.decision.desiredReplicas
        if desired > highest?.replicas ?? 0 { highest = (desired, tick) }
        guard tick.decision.rescales else { return }
        let isUp = desired > tick.decision.currentReplicas
        let opposite = isUp ? lastDown : lastUp
        let same = isUp ? lastUp : lastDown
        if let opposite, opposite.time > same?.time ?? .distantPast,
            tick.time.nanoseconds(since: opposite.time) < ScoreKeeper.reversalNanoseconds
        {
            lastReversal = tick
        }
        if isUp { lastUp = tick } else { lastDown = tick }
    }

    /// The moment for a score that is above its bound, or below it; `nil` where no single one stands for it.
    func moment(of score: ScoreName, isTooHigh: Bool) -> Moment? {
        guard isTooHigh else { return nil }
        switch score {
        case .underProvisioning, .timeUnderProvisioned, .deficitPodSeconds, .unavoidableDeficitPodSeconds,
            .longestDeficitMinutes, .meanReactionSeconds, .longestReactionSeconds, .meanRecoverySeconds,
            .longestRecoverySeconds, .demandSteps:
            return short.map { moment in
                Moment(
                    what: "\(moment.amount) of \(moment.tick.neededReplicas) replicas missing", tick: moment.tick)
            }
        case .overProvisioning, .timeOverProvisioned, .podHours, .regretPodHours, .meanReplicas, .meanOvershoot,
            .highestOvershoot:
            return spare.map { moment in
                Moment(
                    what: "\(moment.amount) replicas more than the \(moment.tick.neededReplicas) needed",
                    tick: moment.tick)
            }
        case .unserved, .unservedShare, .overLimitMinutes, .longestOverLimitMinutes:
            return unserved.map { moment in
                Moment(what: "\(NumberText.short(moment.amount)) units per second not served", tick: moment.tick)
            }
        case .highestReplicas: return highest.map { Moment(what: "\($0.replicas) replicas", tick: $0.tick) }
        case .meanUtilization, .p50Utilization, .p95Utilization, .p99Utilization:
            return busiest.map { Moment(what: "\(NumberText.short($0.utilization)) %", tick: $0.tick) }
        case .reversals: return lastReversal.map { Moment(what: "the last one", tick: $0) }
        case .scaleUps: return lastUp.map { Moment(what: "the last one", tick: $0) }
        case .scaleDowns: return lastDown.map { Moment(what: "the last one", tick: $0) }
        case .instability, .deviation, .oraclePodHours, .podsStartedInVain, .censoredShare, .heldByTolerance,
            .heldByWindow, .heldByPolicy, .heldByMin, .heldByMax, .heldByMetrics:
            return nil
        }
    }
}
