/// A score by the name that expectations and outputs use. The formulas stand in `docs/replay.md`.
package enum ScoreName: String, CaseIterable, Hashable, Sendable, Codable, CodingKeyRepresentable {
    case underProvisioning, overProvisioning
    case timeUnderProvisioned, timeOverProvisioned
    case instability, deviation
    case podHours, oraclePodHours, regretPodHours, meanReplicas, highestReplicas
    case deficitPodSeconds, unavoidableDeficitPodSeconds, longestDeficitMinutes
    case overLimitMinutes, longestOverLimitMinutes
    case meanUtilization, p50Utilization, p95Utilization, p99Utilization
    case unserved, unservedShare
    case scaleUps, scaleDowns, reversals, podsStartedInVain
    case demandSteps, meanReactionSeconds, longestReactionSeconds, meanRecoverySeconds, longestRecoverySeconds
    case meanOvershoot, highestOvershoot
    case censoredShare
    case heldByTolerance, heldByWindow, heldByPolicy, heldByMin, heldByMax, heldByMetrics

    /// What its number counts.
    package var unit: String {
        switch self {
        case .underProvisioning, .overProvisioning, .timeUnderProvisioned, .timeOverProvisioned, .instability,
            .deviation, .unservedShare, .heldByTolerance, .heldByWindow, .heldByPolicy, .heldByMin, .heldByMax,
            .heldByMetrics, .meanUtilization, .p50Utilization, .p95Utilization, .p99Utilization, .meanOvershoot,
            .highestOvershoot, .censoredShare:
            "%"
        case .podHours, .oraclePodHours, .regretPodHours: "pod-hours"
        case .deficitPodSeconds, .unavoidableDeficitPodSeconds: "pod-seconds"
        case .overLimitMinutes, .longestOverLimitMinutes, .longestDeficitMinutes: "minutes"
        case .unserved: "units"
        case .meanReplicas, .highestReplicas, .podsStartedInVain: "pods"
        case .scaleUps, .scaleDowns, .reversals: "changes"
        case .demandSteps: "steps"
        case .meanReactionSeconds, .longestReactionSeconds, .meanRecoverySeconds, .longestRecoverySeconds: "seconds"
        }
    }

    /// A few words for people.
    package var title: String {
        switch self {
        case .underProvisioning: "under-provisioning accuracy θU"
        case .overProvisioning: "over-provisioning accuracy θO"
        case .timeUnderProvisioned: "time under-provisioned τU"
        case .timeOverProvisioned: "time over-provisioned τO"
        case .instability: "instability υ"
        case .deviation: "deviation from the ideal σ"
        case .podHours: "pod-hours"
        case .oraclePodHours: "pod-hours of the clairvoyant plan"
        case .regretPodHours: "pod-hours beyond the clairvoyant plan"
        case .meanReplicas: "ready replicas, mean"
        case .highestReplicas: "replicas, highest"
        case .deficitPodSeconds: "deficit"
        case .unavoidableDeficitPodSeconds: "deficit that maxReplicas forces"
        case .longestDeficitMinutes: "longest deficit"
        case .overLimitMinutes: "time over the limit"
        case .longestOverLimitMinutes: "longest time over the limit"
        case .meanUtilization: "utilisation, mean"
        case .p50Utilization: "utilisation, median"
        case .p95Utilization: "utilisation, 95th percentile"
        case .p99Utilization: "utilisation, 99th percentile"
        case .unserved: "unserved demand"
        case .unservedShare: "unserved share of the demand"
        case .scaleUps: "scale-ups"
        case .scaleDowns: "scale-downs"
        case .reversals: "reversals within 10 minutes"
        case .podsStartedInVain: "pods started in vain"
        case .demandSteps: "demand steps beyond the ready pods"
        case .meanReactionSeconds: "reaction to a step, mean"
        case .longestReactionSeconds: "reaction to a step, longest"
        case .meanRecoverySeconds: "recovery from a step, mean"
        case .longestRecoverySeconds: "recovery from a step, longest"
        case .meanOvershoot: "overshoot of a step, mean"
        case .highestOvershoot: "overshoot of a step, highest"
        case .censoredShare: "ticks with censored demand"
        case .heldByTolerance: "ticks held by tolerance"
        case .heldByWindow: "ticks held by a stabilization window"
        case .heldByPolicy: "ticks held by a scaling policy"
        case .heldByMin: "ticks held by minReplicas"
        case .heldByMax: "ticks held by maxReplicas"
        case .heldByMetrics: "ticks without a usable metric"
        }
    }
}

/// The scores of one replay.
package struct Scores: Hashable, Sendable {
    /// Those that are defined.
    private var values: [ScoreName: Double] = [:]
    /// Seconds that the scores are about: those for which the trace says what the demand was.
    package var scoredSeconds = 0.0
    /// Decisions in all, and those in gaps of the trace, which no score counts.
    package var ticks = 0
    package var ticksInGaps = 0

    package init() {}

    /// A score, or `nil` where it is undefined, e.g. a percentile of a run without a ready pod.
    package subscript(name: ScoreName) -> Double? {
        get { values[name] }
        set { values[name] = newValue.flatMap { $0.isFinite ? $0 : nil } }
    }
}
