internal import Autoscaling

/// Adds up the scores while a replay runs, in memory that does not grow with its length.
struct ScoreKeeper {
    /// A change of direction after less than this is a reversal.
    static let reversalNanoseconds: Int64 = 600_000_000_000

    var maxReplicas: Int32
    private let hasUnserved: Bool
    private var oracle: Oracle
    private var histogram = UtilizationHistogram()
    private var scores = Scores()
    private var seconds = 0.0
    private var under = 0.0
    private var over = 0.0
    private var timeUnder = 0.0
    private var timeOver = 0.0
    private var supplied = 0.0
    private var existing = 0.0
    private var deficit = 0.0
    private var unavoidable = 0.0
    private var demand = 0.0
    private var unserved = 0.0
    private var deficitRun = LongestRun()
    private var overLimitRun = LongestRun()
    private var steps = StepResponses()
    private var censored = 0
    private var highest: Int32 = 0
    /// Decisions that each of the limiters held, in their order.
    private var held = Array(repeating: 0, count: LimiterSet.names.count)
    private var previous: (needed: Int32, ready: Int32)?
    private var unstable = 0
    private var compared = 0
    private var ups = 0
    private var downs = 0
    private var reversals = 0
    private var lastChange: (time: Timestamp, isUp: Bool)?

    init(spec: AutoscalerSpec, leadTicks: Int, hasUnserved: Bool) {
        maxReplicas = spec.maxReplicas
        self.hasUnserved = hasUnserved
        oracle = Oracle(lead: leadTicks, minReplicas: spec.minReplicas, maxReplicas: spec.maxReplicas)
    }

    /// A stretch of time in which nothing changed.
    ///
    /// - Parameter asked: The size that was decided on, where no pods follow it: in an open loop.
    mutating func add(_ step: WorkloadState.Step, needed: Int32, asked: Int32? = nil) {
        let ready = step.readyReplicas
        seconds += step.seconds
        supplied += Double(ready) * step.seconds
        existing += Double(step.existingReplicas) * step.seconds
        demand += step.demand * step.seconds
        unserved += step.unserved
        let missing = Double(max(needed - ready, 0))
        let spare = Double(max(ready - needed, 0))
        deficit += missing * step.seconds
        unavoidable += Double(max(needed - maxReplicas, 0)) * step.seconds
        if missing > 0 {
            under += missing / Double(needed) * step.seconds
            timeUnder += step.seconds
        } else if spare > 0 {
            if needed > 0 { over += spare / Double(needed) * step.seconds }
            timeOver += step.seconds
        }
        deficitRun.add(step.seconds, isOn: missing > 0)
        steps.advance(step.seconds, needed: needed, ready: ready, asked: asked ?? step.existingReplicas)
        overLimitRun.add(step.seconds, isOn: step.isOverLimit)
        if let utilization = step.utilization { histogram.add(utilization, for: step.seconds) }
    }

    /// A decision, before it takes effect.
    mutating func decide(
        _ decision: Decision, needed: Int32, ready: Int32, isScored: Bool, isCensored: Bool, seconds: Double
    ) {
        scores.ticks += 1
        highest = max(highest, decision.desiredReplicas)
        if decision.rescales { change(decision.desiredReplicas > decision.currentReplicas, at: decision.time) }
        guard isScored else {
            scores.ticksInGaps += 1
            previous = nil
            steps.close()
            return
        }
        if isCensored { censored += 1 }
        oracle.add(needed: needed, seconds: seconds)
        if let previous {
            compared += 1
            if (needed - previous.needed).signum() != (ready - previous.ready).signum() { unstable += 1 }
        }
        previous = (needed, ready)
        decision.limiters.count(in: &held)
    }

    private mutating func change(_ isUp: Bool, at time: Timestamp) {
        if isUp { ups += 1 } else { downs += 1 }
        if let lastChange, lastChange.isUp != isUp,
            time.nanoseconds(since: lastChange.time) < ScoreKeeper.reversalNanoseconds
        {
            reversals += 1
        }
        lastChange = (time, isUp)
    }

    /// The scores of the whole run.
    mutating func finish(startedInVain: Int?) -> Scores {
        oracle.finish()
        var result = scores
        result.scoredSeconds = seconds
        let percent = 100 / seconds
        result[.underProvisioning] = under * percent
        result[.overProvisioning] = over * percent
        result[.timeUnderProvisioned] = timeUnder * percent
        result[.timeOverProvisioned] = timeOver * percent
        result[.instability] = compared > 0 ? Double(unstable) / Double(compared) * 100 : nil
        result[.deviation] = deviation(result)
        result[.podHours] = existing / 3600
        result[.oraclePodHours] = oracle.podSeconds / 3600
        result[.regretPodHours] = (existing - oracle.podSeconds) / 3600
        result[.meanReplicas] = supplied / seconds
        result[.highestReplicas] = Double(highest)
        result[.deficitPodSeconds] = deficit
        result[.unavoidableDeficitPodSeconds] = unavoidable
        result[.longestDeficitMinutes] = deficitRun.longest / 60
        result[.scaleUps] = Double(ups)
        result[.scaleDowns] = Double(downs)
        result[.reversals] = Double(reversals)
        result[.podsStartedInVain] = startedInVain.map(Double.init)
        finishSteps(&result)
        finishLoad(&result)
        return result
    }

    private mutating func finishSteps(_ result: inout Scores) {
        steps.close()
        result[.demandSteps] = Double(steps.count)
        result[.meanReactionSeconds] = steps.reaction.mean
        result[.longestReactionSeconds] = steps.reaction.highest
        result[.meanRecoverySeconds] = steps.recovery.mean
        result[.longestRecoverySeconds] = steps.recovery.highest
        result[.meanOvershoot] = steps.overshoot.mean
        result[.highestOvershoot] = steps.overshoot.highest
    }

    private func finishLoad(_ result: inout Scores) {
        result[.meanUtilization] = histogram.mean
        result[.p50Utilization] = histogram.percentile(0.5)
        result[.p95Utilization] = histogram.percentile(0.95)
        result[.p99Utilization] = histogram.percentile(0.99)
        if hasUnserved {
            result[.overLimitMinutes] = overLimitRun.total / 60
            result[.longestOverLimitMinutes] = overLimitRun.longest / 60
            result[.unserved] = unserved
            result[.unservedShare] = demand > 0 ? unserved / demand * 100 : nil
        }
        let scored = scores.ticks - scores.ticksInGaps
        guard scored > 0 else { return }
        result[.censoredShare] = Double(censored) / Double(scored) * 100
        for (name, count) in zip(LimiterSet.names, held) { result[name] = Double(count) / Double(scored) * 100 }
    }

    /// The Euclidean distance to the ideal autoscaler, whose five elasticity scores are all 0.
    private func deviation(_ result: Scores) -> Double? {
        let names: [ScoreName] = [
            .underProvisioning, .overProvisioning, .timeUnderProvisioned, .timeOverProvisioned, .instability,
        ]
        var sum = 0.0
        for name in names {
            guard let value = result[name] else { return nil }
            sum += value * value
        }
        return sum.squareRoot()
    }
}

/// How long something lasted in all, and at most without a break.
private struct LongestRun {
    private(set) var total = 0.0
    private(set) var longest = 0.0
    private var present = 0.0

    mutating func add(_ seconds: Double, isOn: Bool) {
        if isOn {
            total += seconds
            present += seconds
            longest = max(longest, present)
        } else if seconds > 0 {
            present = 0
        }
    }
}
