internal import Autoscaling
package import Exposition
internal import Files
internal import FoundationEssentials
package import HTTPTransport
package import KubernetesClient
package import PrometheusClient

/// The controller's own metrics. `docs/observing.md` lists them.
package final class ControllerMetrics: Sendable {
    private let book: StatusBook
    private let crowds: MetricFamily<Counter>
    private let registry = MetricRegistry()
    private let ticks: Counter
    private let tickDuration: Histogram
    private let lastTick: Gauge
    private let syncPeriod: Gauge
    private let count: Gauge
    private let failing: Gauge
    private let problems: Gauge
    private let reconciliations: Reconciliations
    private let requests: MetricFamily<Histogram>
    private let queries: QueryFailures
    private let leader: Gauge
    private let leadership: MetricFamily<Counter>
    private let shards: Gauge
    private let ownedShards: Gauge
    private let shadow: ShadowMetrics
    private let endpoints: EndpointMetrics

    /// - Parameters:
    ///   - book: What the gauges of each autoscaler are read from.
    ///   - watches: How the watches stand, asked for each page.
    /// - Throws: `MetricRegistry.DuplicateName`, never as the names stand here.
    package init(
        version: String, book: StatusBook, watches: @escaping @Sendable () -> [WatchReading] = { [] }
    ) throws {
        self.book = book
        let registry = registry
        let info = try registry.gauges(
            "swiftlet_build_info", help: "Always 1; the version as a label.", labels: ["version"], limit: 1)
        info[version].set(1)
        ticks = try registry.counter("swiftlet_ticks_total", help: "Ticks of the control loop.")
        tickDuration = try registry.histogram(
            "swiftlet_tick_duration_seconds",
            help: "Time from the start of a tick until everything is written, in seconds.", buckets: .seconds)
        lastTick = try registry.gauge(
            "swiftlet_last_tick_timestamp_seconds", help: "Start of the last tick, in seconds since the Unix epoch.")
        syncPeriod = try registry.gauge(
            "swiftlet_sync_period_seconds", help: "From the start of one tick to the start of the next, in seconds.")
        count = try registry.gauge("swiftlet_autoscalers", help: "Autoscalers that the controller works for.")
        failing = try registry.gauge(
            "swiftlet_failing_autoscalers", help: "Autoscalers with which something is wrong.")
        problems = try registry.gauge(
            "swiftlet_problems",
            help: "What is wrong beside the autoscalers: with their source, the journal, the state; the log tells.")
        reconciliations = try Reconciliations(registry)
        crowds = try registry.counters(
            "swiftlet_simultaneous_change_holds_total",
            help: "Times that many autoscalers of one source wanted the same at once and were held.",
            labels: ["source", "direction"], limit: 64)
        requests = try registry.histograms(
            "swiftlet_request_duration_seconds", help: "Time of requests by server and status or error, in seconds.",
            labels: ["server", "code"], limit: 64, buckets: .seconds)
        queries = try QueryFailures(registry)
        leader = try registry.gauge("swiftlet_leader", help: "1 while this process works, 0 while another one leads.")
        leadership = try registry.counters(
            "swiftlet_leadership_changes_total", help: "Times that this process became leader, and ceased to be.",
            labels: ["change"], limit: 3)
        for change in ["started", "lost", "released"] { _ = leadership[change] }
        shards = try registry.gauge(
            "swiftlet_shards", help: "Parts that the work is shared in among controllers; 1 where one leads.")
        shards.set(1)
        ownedShards = try registry.gauge(
            "swiftlet_shards_owned", help: "Parts that this process works on; 1 for a leader, 0 for one that stands by."
        )
        shadow = try ShadowMetrics(registry)
        endpoints = try EndpointMetrics(registry)
        try registry.register(AutoscalerMetrics(book: book))
        try registry.register(WatchMetrics(watches: watches))
        try registry.register(
            ProcessCollector(
                readFile: { try? WholeFile.read($0, limit: 1 << 20) },
                countEntries: { try? FileManager.default.contentsOfDirectory(atPath: $0).count }))
    }

    /// The page, in the Prometheus text format.
    package var page: [UInt8] {
        var bytes: [UInt8] = []
        registry.emit(into: &bytes)
        return bytes
    }

    /// Every family that the page may have.
    package var families: [FamilyDescription] { registry.families }

    /// A transport whose requests are counted under a server's name.
    package func measured(_ transport: any HTTPSending, server: String) -> any HTTPSending {
        MeasuredTransport(transport: transport, server: server, durations: requests)
    }

    /// Says how far apart ticks are meant to be, for who judges whether the last one is late.
    package func announce(syncPeriod period: Duration) {
        syncPeriod.set(period.inSeconds)
    }

    /// Says in how many parts the work is shared.
    package func announce(shards count: Int) {
        shards.set(Double(count))
    }

    /// Takes what is new in who leads.
    package func record(_ change: LeadershipChange, _ ownership: Ownership) {
        switch change {
        case .started: leadership["started"].increment()
        case .lost: leadership["lost"].increment()
        case .released: leadership["released"].increment()
        case .following, .failing: break
        }
        leader.set(ownership.isAny ? 1 : 0)
        ownedShards.set(Double(ownership.terms.count))
    }

    /// Takes note that somebody else leads: what was decided here is no longer what is.
    package func recordStandby() {
        for gauge in [leader, ownedShards, count, failing, problems] { gauge.set(0) }
    }

    /// Names an endpoint of Prometheus, by its URL without user and password.
    package func add(endpoint: String, isInUse: Bool) {
        endpoints.add(endpoint, isInUse: isInUse)
    }

    /// Takes what became of an endpoint.
    package func record(_ event: EndpointEvent) {
        endpoints.record(event)
    }

    /// Takes the comparison of a shadow run.
    package func record(_ finding: ShadowLog.Finding) {
        shadow.record(finding)
    }

    /// Takes the report of a tick; what it says of each autoscaler is in the ``StatusBook``.
    package func record(_ report: TickReport) {
        leader.set(1)
        ticks.increment()
        tickDuration.observe(report.duration)
        lastTick.set(report.time.secondsSinceEpoch)
        count.set(Double(report.autoscalers.count + report.resting.count))
        if report.resting.isEmpty {
            failing.set(Double(report.autoscalers.count { $0.problem != nil }))
        } else {
            failing.set(Double(book.reading.entries.count { $0.error != nil }))
        }
        problems.set(Double(report.problems.count))
        queries.record(report.queryFailures)
        reconciliations.record(report.autoscalers)
        for crowd in report.crowds { crowds[crowd.source, crowd.isUp ? "up" : "down"].increment() }
    }
}
