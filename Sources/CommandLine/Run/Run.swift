internal import Autoscaling
internal import Controller
internal import HTTPService
internal import HTTPTransport
internal import Journal
internal import KubernetesClient
internal import Locking
internal import Manifests
internal import PrometheusClient

/// One run of the controller, from its settings to its end.
struct Run: Sendable {
    /// Longest time of one request to the API server, but for a watch.
    private static let requestLimit = Duration.seconds(10)

    /// How long a tick waits for one query: most answer in a few hundredths of that.
    private var patience: Duration { min(max(settings.configuration.syncPeriod / 4, .milliseconds(500)), .seconds(1)) }

    private let settings: RunSettings
    private let log: EventLog

    init(_ settings: RunSettings, _ console: Console) {
        self.settings = settings
        let errors = console.errors
        log = EventLog(format: settings.logFormat, level: settings.logLevel) {
            // When standard error is closed there is nobody to tell, and workloads still need their size.
            try? errors.write($0)
        }
    }

    /// What a run works with.
    private struct Parts: Sendable {
        var book: StatusBook
        var metrics: ControllerMetrics
        var endpoints: ControllerEndpoints
        /// What is served apart from the metrics.
        var page: StatusService?
        var client: KubernetesClient
        var prometheus: PrometheusConnection
        var collector: SnapshotCollector
        var histories: DemandHistories
        var caches: ClusterCaches
        var ownership: Ownership
        var shadowLog: ShadowLog?
        var journal: ControllerJournal?
    }

    /// Runs until the task is cancelled.
    func run() async throws {
        let cluster = try ClusterTransport(settings.access)
        let parts = try parts(cluster: cluster)
        let servers = try await RunServers(settings, parts.endpoints, page: parts.page)
        announce(servers)
        async let journaling: Void? = parts.journal?.run()
        let outcome = await work(parts)
        parts.journal?.finish()
        await journaling
        await parts.journal?.drain()
        await parts.shadowLog?.finish(at: SystemClock().now())
        await servers.stop()
        await cluster.shutDown()
        await parts.prometheus.shutDown()
        log.event(.info, .stopped, at: SystemClock().now())
        try outcome.get()
    }

    // MARK: - Parts

    /// The connections to Prometheus; what becomes of its endpoints is told.
    private func connect(_ metrics: ControllerMetrics) throws -> PrometheusConnection {
        let log = log
        for (index, endpoint) in settings.prometheus.endpoints.enumerated() {
            metrics.add(endpoint: endpoint.url, isInUse: index == 0)
        }
        return try settings.prometheus.connect(
            policy: EndpointPolicy(), measured: { metrics.measured($0, server: "prometheus") },
            onEvent: { event in
                metrics.record(event)
                log.record(event, at: SystemClock().now())
            })
    }

    private func parts(cluster: ClusterTransport) throws -> Parts {
        let showsPage = if case .nowhere = settings.statusPage { false } else { true }
        let book = StatusBook(
            syncPeriod: settings.configuration.syncPeriod, keepsTrails: showsPage)
        let ownership = settings.election.map(\.ownership) ?? .uncontested()
        // The caches need the client, and the client counts its requests.
        let watching = Locked<ClusterCaches?>(nil)
        let metrics = try ControllerMetrics(version: Version.current, book: book) {
            watching.withLock { $0 }?.watches ?? []
        }
        metrics.announce(syncPeriod: settings.configuration.syncPeriod)
        metrics.announce(shards: ownership.count)
        let prometheus = try connect(metrics)
        var options = KubernetesClient.Options(userAgent: "swiftlet/\(Version.current)")
        options.limits.total = Self.requestLimit
        options.budget = RequestBudget(
            queriesPerSecond: settings.budget.queriesPerSecond, burst: settings.budget.burst)
        let log = log
        options.onWarning = { warning in
            log.event(.debug, .apiWarning, at: SystemClock().now(), [.init("text", warning.description)])
        }
        let client = KubernetesClient(
            access: settings.access, transport: metrics.measured(cluster, server: "kubernetes"), options: options)
        let caches = ClusterCaches(
            client: client, namespaces: settings.namespaces, concurrency: settings.configuration.concurrency)
        watching.withLock { $0 = caches }
        let status = StatusService(
            StatusService.About(settings.configuration, version: Version.current), book: book, ownership: ownership
        ) { caches.watches }
        let isBesideMetrics = if case .besideMetrics = settings.statusPage { true } else { false }
        return Parts(
            book: book, metrics: metrics,
            endpoints: ControllerEndpoints(
                metrics: metrics, status: isBesideMetrics ? status : nil, syncPeriod: settings.configuration.syncPeriod),
            page: isBesideMetrics ? nil : status,
            client: client,
            prometheus: prometheus,
            collector: SnapshotCollector(
                prometheus.api, at: .serverNow, patience: patience,
                roundLimit: max(settings.configuration.syncPeriod * 0.8, patience * 2)),
            histories: DemandHistories(prometheus.api),
            caches: caches,
            ownership: ownership,
            shadowLog: settings.isCompared
                ? ShadowLog(path: settings.shadowLogPath, configuration: settings.configuration) : nil,
            journal: settings.journal.map { ControllerJournal($0) })
    }

    private func source(_ parts: Parts) -> (source: any AutoscalerSource, watched: WatchedAutoscalers?) {
        switch settings.source {
        case .files(let source): return (source, nil)
        case .watched(let kind):
            let watched = WatchedAutoscalers(kind, caches: parts.caches)
            return (watched, watched)
        }
    }

    private func loop(_ parts: Parts, _ source: any AutoscalerSource) -> ControlLoop {
        let configuration = settings.configuration
        let reconciler = Reconciler(
            view: parts.caches, client: parts.client, metrics: parts.collector, histories: parts.histories,
            ownership: parts.ownership, configuration: configuration)
        var objects: ObjectWriter?
        if case .watched = settings.source, !configuration.isShadow {
            objects = ObjectWriter(
                client: parts.client,
                events: EventRecorder(client: parts.client, instance: settings.election?.identity ?? ""),
                ownership: parts.ownership, configuration: configuration)
        }
        let tickLog = TickLog(log)
        var file = settings.configurationFile
        file?.onChange = { [log] path in
            log.event(.info, .configuration, at: SystemClock().now(), [.init("file", path)])
        }
        return ControlLoop(
            source: source, configuration: file, reconciler: reconciler, objects: objects, ownership: parts.ownership,
            syncPeriod: configuration.syncPeriod, stateFile: settings.stateFile,
            onTick: { report in
                var report = report
                report.problems += parts.journal?.record(report) ?? []
                if let shadowLog = parts.shadowLog {
                    let finding = await shadowLog.record(report)
                    report.problems += finding.problems
                    parts.metrics.record(finding)
                    tickLog.record(finding.records, at: report.time)
                }
                parts.book.record(report)
                parts.metrics.record(report)
                tickLog.record(report)
                parts.endpoints.tickCompleted()
                ProcessHeap.tickEnded(report.number)
            },
            onStandby: {
                parts.book.clear()
                parts.metrics.recordStandby()
                parts.endpoints.tickCompleted()
            })
    }

    // MARK: - Work

    /// Runs watches, election and loop until the task is cancelled, and ends them in the opposite order.
    private func work(_ parts: Parts) async -> Result<Void, any Error> {
        let (source, watched) = source(parts)
        let loop = loop(parts, source)
        let (log, metrics, election) = (log, parts.metrics, settings.election)
        // Both are awaited below. Tasks of their own, because they have to outlive the loop, which writes until it ends:
        // the lease must be ours until then, and is given back after.
        let watching = Task { await parts.caches.run() }
        let electing = Task {
            guard let election else { return }
            await election.run(parts.ownership, client: parts.client) { change, lease in
                metrics.record(change, parts.ownership)
                log.record(change, lease: lease, at: SystemClock().now())
            }
        }
        // What is foreseen is read beside the ticks, which wait for none of it.
        let foreseeing = Task { await parts.histories.run(SystemClock()) }
        var outcome: Result<Void, any Error> = .success(())
        do {
            try await waitForCaches(parts.caches, watched)
            try await loop.run()
        } catch is CancellationError {
        } catch {
            outcome = .failure(error)
        }
        foreseeing.cancel()
        await foreseeing.value
        electing.cancel()
        await electing.value
        watching.cancel()
        await watching.value
        return outcome
    }

    /// Waits for the first lists, and says each while what it waits for and why.
    private func waitForCaches(_ caches: ClusterCaches, _ watched: WatchedAutoscalers?) async throws {
        let log = log
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await watched?.waitUntilSynced()
                try await caches.waitUntilSynced()
            }
            group.addTask {
                var told: String?
                while true {
                    try await Task.sleep(for: .seconds(5))
                    let problems = (watched?.autoscalers().problems ?? []) + [caches.podProblem()].compactMap(\.self)
                    let text = problems.joined(separator: "; ")
                    if !text.isEmpty, text != told {
                        log.event(.warning, .waiting, at: SystemClock().now(), [.init("for", text)])
                    }
                    told = text
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func announce(_ servers: RunServers) {
        let now = SystemClock().now()
        let configuration = settings.configuration
        var fields: [EventLog.Field] = [.init("version", Version.current)]
        switch settings.source {
        case .files(let source):
            for remark in source.remarks {
                log.event(
                    remark.severity == .warning ? .warning : .debug, .manifest, at: now,
                    [.init("text", remark.description)])
            }
            fields += [.init("source", "file"), .init("autoscalers", source.count)]
        case .watched(.horizontalAutoscaler): fields.append(.init("source", "crd"))
        case .watched(.horizontalPodAutoscaler): fields.append(.init("source", "hpa"))
        }
        fields += [
            .init("cluster", settings.access.server),
            .init("prometheus", settings.prometheus.endpoints.map(\.url).joined(separator: ",")),
            .init("sync_period", DurationText.text(configuration.syncPeriod)),
            .init("mode", configuration.isShadow ? "shadow" : "active"),
        ]
        if !settings.namespaces.isEmpty {
            fields.append(.init("namespaces", settings.namespaces.joined(separator: ",")))
        }
        if let election = settings.election {
            fields.append(.init("identity", election.identity))
            if election.shards > 1 { fields.append(.init("shards", election.shards)) }
        }
        if let server = servers.metrics { fields.append(.init("metrics", server.url + "/metrics")) }
        if let url = servers.pageURL { fields.append(.init("page", url)) }
        log.event(.info, .started, at: now, fields)
    }
}
