internal import Exposition
internal import Locking

/// Where a shadow run and the controller in charge differ, as metrics.
struct ShadowMetrics: Sendable {
    private let compared: MetricFamily<Counter>
    private let divergences: Counter
    private let diverging: Gauge
    private let told = Locked((agreed: 0, differing: 0, divergences: 0))

    init(_ registry: MetricRegistry) throws {
        compared = try registry.counters(
            "swiftlet_shadow_compared_ticks_total",
            help: "Decisions of a shadow run compared with those of the controller in charge.", labels: ["result"],
            limit: 2)
        divergences = try registry.counter(
            "swiftlet_shadow_divergences_total", help: "Times that the two began to want different sizes for long.")
        diverging = try registry.gauge(
            "swiftlet_shadow_diverging", help: "Autoscalers about which the two differ now.")
    }

    func record(_ finding: ShadowLog.Finding) {
        let differing = finding.ticks - finding.agreed
        let new = told.withLock { told in
            let new = (
                agreed: finding.agreed - told.agreed, differing: differing - told.differing,
                divergences: finding.divergences - told.divergences
            )
            told = (finding.agreed, differing, finding.divergences)
            return new
        }
        compared["agreed"].increment(by: Double(new.agreed))
        compared["differed"].increment(by: Double(new.differing))
        divergences.increment(by: Double(new.divergences))
        diverging.set(Double(finding.diverging))
    }
}
