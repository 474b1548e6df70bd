internal import Autoscaling
internal import Controller
internal import HTTPService
internal import HTTPTransport
internal import Journal
internal import KubernetesClient
internal import Manifests
internal import PrometheusClient

extension Command {
    /// `swiftlet run`.
    static let run = Command(
        CommandSpec(
            "run", "Scale workloads until stopped",
            discussion: [
                "Reads HorizontalPodAutoscalers from files and keeps their targets at the size that the HPA controller "
                    + "would give them, from CPU and memory usage in Prometheus.",
                "SIGTERM or SIGINT ends it in order, after the writes under way; a second one at once.",
            ],
            options: RunOptions.all,
            examples: [
                .init("swiftlet run -f hpa.yaml --prometheus-url http://localhost:9090", "One autoscaler"),
                .init("swiftlet run -f autoscalers/ --shadow", "A folder; decide, and write nothing"),
            ]),
        run: { arguments, console in
            try await Run(arguments, console).run()
            return .done
        })
}

/// One run of the controller, from its arguments to its end.
struct Run: Sendable {
    /// Longest time of one request to the API server: a sync period has room for a failing one and a good one.
    private static let requestLimit = Duration.seconds(10)

    private let configuration: ControllerConfiguration
    private let access: ClusterAccess
    private let prometheus: PrometheusAccess
    private let source: ManifestSource
    private let stateFile: StateFile?
    private let journal: ControllerJournal?
    private let endpoint: (address: String, port: Int)?
    private let log: EventLog

    init(_ arguments: Arguments, _ console: Console) throws {
        let source = try arguments[RunOptions.source]
        guard source == .file else {
            throw UsageError(
                "--source=\(source.rawValue) is not in this version, only --source=file with -f PATH is", command: "run"
            )
        }
        let files = try arguments[RunOptions.files]
        guard !files.isEmpty else { throw UsageError("-f is missing: the manifests to read", command: "run") }
        if files.contains("-") {
            throw UsageError("-f - cannot be read again when it changes, name a file", command: "run")
        }
        endpoint = try RunOptions.endpoint(try arguments[RunOptions.bindAddress] ?? "127.0.0.1:9095")
        guard try arguments[RunOptions.syncPeriod] > .zero, try arguments[RunOptions.rateWindow] > .zero else {
            throw UsageError("--sync-period and --cpu-rate-window must be longer than 0s", command: "run")
        }
        configuration = ControllerConfiguration(
            syncPeriod: try arguments[RunOptions.syncPeriod], flags: try ControllerFlags(arguments),
            cpuRateWindow: try arguments[RunOptions.rateWindow], isShadow: try arguments[RunOptions.shadow])
        access = try ClusterAccess.find(arguments, console)
        prometheus = try PrometheusAccess(arguments, console)
        stateFile = try arguments[RunOptions.stateFile].map(StateFile.init(path:))
        journal = try ControllerJournal(arguments, configuration)
        self.source = try ManifestSource(
            paths: files,
            options: ManifestSet.Options(defaultNamespace: try arguments[ServerOptions.namespace] ?? access.namespace))
        let errors = console.errors
        log = EventLog(format: try arguments[RunOptions.logFormat], level: try arguments[RunOptions.logLevel]) {
            // When standard error is closed there is nobody to tell, and workloads still need their size.
            try? errors.write($0)
        }
    }

    /// Runs until the task is cancelled.
    func run() async throws {
        let metrics = try ControllerMetrics(version: Version.current)
        let endpoints = ControllerEndpoints(metrics: metrics, syncPeriod: configuration.syncPeriod)
        let cluster = try ClusterTransport(access)
        let queries = try HTTPClient(configuration: prometheus.transport)
        let server = try endpoint.map { endpoint in
            try HTTPServer(
                address: endpoint.address, port: endpoint.port, limits: ServiceLimits(heartbeat: .seconds(10)),
                routes: endpoints.routes)
        }
        let loop = loop(metrics, endpoints, cluster: cluster, queries: queries)
        announce(server)
        async let journaling: Void? = journal?.run()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await loop.run())
        } catch {
            outcome = .failure(error)
        }
        journal?.finish()
        await journaling
        await journal?.drain()
        await server?.stop()
        await cluster.shutDown()
        await queries.shutDown()
        log.event(.info, "stopped", at: SystemClock().now())
        try outcome.get()
    }

    private func loop(
        _ metrics: ControllerMetrics, _ endpoints: ControllerEndpoints, cluster: ClusterTransport, queries: HTTPClient
    ) -> ControlLoop {
        var options = KubernetesClient.Options(userAgent: "swiftlet/\(Version.current)")
        options.limits.total = Self.requestLimit
        let log = log
        options.onWarning = { warning in
            log.event(.debug, "api-warning", at: SystemClock().now(), [.init("text", warning.description)])
        }
        let client = KubernetesClient(
            access: access, transport: metrics.measured(cluster, server: "kubernetes"), options: options)
        let reconciler = Reconciler(
            cluster: client, metrics: prometheus.collector(over: metrics.measured(queries, server: "prometheus")),
            configuration: configuration)
        let tickLog = TickLog(log)
        return ControlLoop(
            source: source, reconciler: reconciler, syncPeriod: configuration.syncPeriod, stateFile: stateFile
        ) { [journal] report in
            var report = report
            report.problems += journal?.record(report) ?? []
            metrics.record(report)
            tickLog.record(report)
            endpoints.tickCompleted()
        }
    }

    private func announce(_ server: HTTPServer?) {
        let now = SystemClock().now()
        for remark in source.remarks {
            log.event(
                remark.severity == .warning ? .warning : .debug, "manifest", at: now,
                [.init("text", remark.description)])
        }
        var fields: [EventLog.Field] = [
            .init("version", Version.current), .init("autoscalers", source.count), .init("cluster", access.server),
            .init("prometheus", prometheus.configuration.baseURL),
            .init("sync_period", DurationText.text(configuration.syncPeriod)),
            .init("mode", configuration.isShadow ? "shadow" : "active"),
        ]
        if let server { fields.append(.init("metrics", server.url + "/metrics")) }
        log.event(.info, "started", at: now, fields)
    }
}

extension ControllerJournal {
    /// The journal that `--journal` asks for; `nil` without.
    fileprivate convenience init?(_ arguments: Arguments, _ configuration: ControllerConfiguration) throws(UsageError) {
        guard let path = try arguments[RunOptions.journal] else { return nil }
        self.init(
            Options(
                path: path, maximumBytes: try arguments[RunOptions.journalMaxBytes],
                count: try arguments[RunOptions.journalFiles],
                header: TraceHeader(
                    writtenBy: "swiftlet run \(Version.current)", flags: configuration.flags,
                    syncPeriod: configuration.syncPeriod)))
    }
}
