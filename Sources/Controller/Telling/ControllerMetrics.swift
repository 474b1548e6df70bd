internal import Autoscaling
internal import Exposition
internal import FoundationEssentials
package import HTTPTransport
package import KubernetesClient
internal import Locking

/// The controller's own metrics.
package final class ControllerMetrics: Sendable {
    /// Autoscalers that have gauges of their own; further ones are counted as dropped.
    static let maximumAutoscalers = 10_000

    private let registry = MetricRegistry()
    private let ticks: Counter
    private let tickDuration: Histogram
    private let lastTick: Gauge
    private let count: Gauge
    private let reconciliations: MetricFamily<Counter>
    private let desired: MetricFamily<Gauge>
    private let current: MetricFamily<Gauge>
    private let minimum: MetricFamily<Gauge>
    private let maximum: MetricFamily<Gauge>
    private let limited: MetricFamily<Gauge>
    private let requests: MetricFamily<Histogram>
    private let leader: Gauge
    private let cached: MetricFamily<Gauge>
    private let shadow: ShadowMetrics
    /// Autoscalers that have gauges now, with the reason that limits each.
    private let shown = Locked<[AutoscalerKey: String?]>([:])

    /// - Throws: `MetricRegistry.DuplicateName`, never as the names stand here.
    package init(version: String) throws {
        let limit = Self.maximumAutoscalers
        let registry = registry
        func gauges(_ name: MetricName, _ help: String) throws -> MetricFamily<Gauge> {
            try registry.gauges(name, help: help, labels: ["namespace", "name"], limit: limit)
        }
        try registry.gauges(
            "swiftlet_build_info", help: "Always 1; the version as a label.", labels: ["version"], limit: 1)[
                version
            ].set(1)
        ticks = try registry.counter("swiftlet_ticks_total", help: "Ticks of the control loop.")
        tickDuration = try registry.histogram(
            "swiftlet_tick_duration_seconds", help: "Time that a tick takes, in seconds.", buckets: .seconds)
        lastTick = try registry.gauge(
            "swiftlet_last_tick_timestamp_seconds", help: "Start of the last tick, in seconds since the Unix epoch.")
        count = try registry.gauge("swiftlet_autoscalers", help: "Autoscalers that the controller works for.")
        reconciliations = try registry.counters(
            "swiftlet_reconciliations_total", help: "Decisions, by what was done and whether something was wrong.",
            labels: ["action", "error"], limit: 16)
        desired = try gauges("swiftlet_autoscaler_desired_replicas", "Replicas that were decided on last.")
        current = try gauges("swiftlet_autoscaler_current_replicas", "Replicas that the target was asked to have.")
        minimum = try gauges("swiftlet_autoscaler_min_replicas", "Fewest replicas of the spec.")
        maximum = try gauges("swiftlet_autoscaler_max_replicas", "Most replicas of the spec.")
        limited = try registry.gauges(
            "swiftlet_autoscaler_limited", help: "1 while a bound or a rate limit holds the decision, by its reason.",
            labels: ["namespace", "name", "reason"], limit: limit)
        requests = try registry.histograms(
            "swiftlet_request_duration_seconds", help: "Time of requests by server and status or error, in seconds.",
            labels: ["server", "code"], limit: 64, buckets: .seconds)
        leader = try registry.gauge("swiftlet_leader", help: "1 while this process works, 0 while another one leads.")
        cached = try registry.gauges(
            "swiftlet_cached_objects", help: "Objects held in memory, by resource.", labels: ["resource"], limit: 64)
        shadow = try ShadowMetrics(registry)
        try registry.register(
            ProcessCollector(
                readFile: { path in (try? Data(contentsOf: URL(filePath: path))).map { [UInt8]($0) } },
                countEntries: { try? FileManager.default.contentsOfDirectory(atPath: $0).count }))
    }

    /// The page, in the Prometheus text format.
    package var page: [UInt8] {
        var bytes: [UInt8] = []
        registry.emit(into: &bytes)
        return bytes
    }

    /// A transport whose requests are counted under a server's name.
    package func measured(_ transport: any HTTPSending, server: String) -> any HTTPSending {
        MeasuredTransport(transport: transport, server: server, durations: requests)
    }

    /// Takes what is new in who leads.
    package func record(_ change: LeadershipChange) {
        switch change {
        case .started: leader.set(1)
        case .lost, .released, .following: leader.set(0)
        case .failing: break
        }
    }

    /// Takes note that somebody else leads: what was decided here is no longer what is.
    package func recordStandby() {
        leader.set(0)
        forget { _ in true }
        count.set(0)
    }

    /// Takes the comparison of a shadow run.
    package func record(_ finding: ShadowLog.Finding) {
        shadow.record(finding)
    }

    /// Takes the report of a tick.
    ///
    /// - Parameter cached: Objects held, by resource.
    package func record(_ report: TickReport, cached sizes: [String: Int] = [:]) {
        leader.set(1)
        for (resource, size) in sizes { cached[resource].set(Double(size)) }
        ticks.increment()
        tickDuration.observe(report.duration)
        lastTick.set(report.time.secondsSinceEpoch)
        count.set(Double(report.autoscalers.count))
        for one in report.autoscalers { record(one) }
        let present = Set(report.autoscalers.map(\.autoscaler.key))
        forget { !present.contains($0) }
    }

    private func forget(_ isGone: (AutoscalerKey) -> Bool) {
        let gone = shown.withLock { shown in
            let gone = shown.filter { isGone($0.key) }
            for key in gone.keys { shown[key] = nil }
            return gone
        }
        for (key, reason) in gone {
            for family in [desired, current, minimum, maximum] { family.remove(key.namespace, key.name) }
            if let reason { limited.remove(key.namespace, key.name, reason) }
        }
    }

    private func record(_ one: AutoscalerReport) {
        let key = one.autoscaler.key
        reconciliations[one.action, one.problem == nil ? "none" : "internal"].increment()
        minimum[key.namespace, key.name].set(Double(one.autoscaler.spec.minReplicas))
        maximum[key.namespace, key.name].set(Double(one.autoscaler.spec.maxReplicas))
        if case .found = one.observation.target {
            desired[key.namespace, key.name].set(Double(one.decision.desiredReplicas))
            current[key.namespace, key.name].set(Double(one.decision.currentReplicas))
        }
        let limitation = one.decision.limitation
        let reason = limitation.flatMap { $0.isLimited ? $0.condition.reason : nil }
        let former = shown.withLock { shown in
            let former = shown[key] ?? nil
            shown[key] = .some(reason)
            return former
        }
        if let former, former != reason { limited.remove(key.namespace, key.name, former) }
        if let reason { limited[key.namespace, key.name, reason].set(1) }
    }
}

extension AutoscalerReport {
    /// As the HPA controller's own metric names it.
    fileprivate var action: String {
        switch outcome {
        case .scaled(let from, let to): to > from ? "scale_up" : "scale_down"
        case .kept, .withheld, .superseded, .failed: "none"
        }
    }
}
