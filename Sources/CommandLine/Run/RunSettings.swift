internal import Autoscaling
internal import Controller
internal import Journal
internal import KubernetesClient
internal import Manifests
internal import PrometheusClient

/// What `swiftlet run` was asked for, checked; no server has been asked yet.
struct RunSettings: Sendable {
    /// Where autoscalers come from.
    enum Source: Sendable {
        case watched(AutoscalerObject.Kind)
        case files(ManifestSource)
    }

    /// Where the status page is.
    enum StatusPage: Sendable {
        case besideMetrics
        case at(address: String, port: Int)
        case nowhere

        init(_ text: String?, hasMetrics: Bool) throws(UsageError) {
            guard let text else {
                self = hasMetrics ? .besideMetrics : .nowhere
                return
            }
            self = try RunOptions.endpoint(text).map { .at(address: $0.address, port: $0.port) } ?? .nowhere
        }
    }

    let source: Source
    /// At the start.
    let configuration: ControllerConfiguration
    /// What the configuration is from then on; `nil` without `--config`.
    let configurationFile: WatchedConfiguration?
    let access: ClusterAccess
    let namespaces: [String]
    let prometheus: PrometheusAccess
    let election: Election?
    let budget: (queriesPerSecond: Int, burst: Int)
    let stateFile: StateFile?
    let shadowLogPath: String?
    let journal: ControllerJournal.Options?
    let endpoint: (address: String, port: Int)?
    let statusPage: StatusPage
    let logFormat: EventLog.Format
    let logLevel: EventLog.Level

    /// Whether what the built-in controller does is there to compare with.
    var isCompared: Bool {
        if case .watched(.horizontalPodAutoscaler) = source { configuration.isShadow } else { false }
    }

    init(_ arguments: Arguments, _ console: Console) throws {
        let files = try arguments[RunOptions.files]
        let source = try arguments[RunOptions.source] ?? (files.isEmpty ? .crd : .file)
        try Self.check(source, files)
        guard try arguments[RunOptions.syncPeriod] > .zero, try arguments[MetricOptions.rateWindow] > .zero else {
            throw UsageError("--sync-period and --cpu-rate-window must be longer than 0s", command: "run")
        }
        endpoint = try RunOptions.endpoint(try arguments[RunOptions.bindAddress] ?? "127.0.0.1:9095")
        access = try ClusterAccess.find(arguments, console)
        election = try Election(arguments, access)
        let writeLimit = election.map { min($0.timings.longestWrite, Self.writeLimit) } ?? Self.writeLimit
        let flags = ControllerConfiguration(
            syncPeriod: try arguments[RunOptions.syncPeriod], flags: try ControllerFlags(arguments),
            cpuRateWindow: try arguments[MetricOptions.rateWindow],
            concurrency: try arguments[RequestOptions.concurrency], isShadow: try arguments[RunOptions.shadow],
            writeLimit: writeLimit,
            foreignWriteBackoff: .init(longest: try arguments[RunOptions.foreignWriteBackoff]))
        configurationFile = try WatchedConfiguration(arguments, over: flags)
        let file = configurationFile?.file ?? ConfigurationFile()
        configuration = try file.applied(to: flags, arguments)
        prometheus = try PrometheusAccess(arguments, file, console)
        namespaces = try arguments[RunOptions.watchNamespaces]
        budget = (try arguments[RequestOptions.queriesPerSecond], try arguments[RequestOptions.burst])
        stateFile = try arguments[RunOptions.stateFile].map(StateFile.init(path:))
        journal = try ControllerJournal.Options(arguments, configuration)
        shadowLogPath = try arguments[RunOptions.shadowLog]
        statusPage = try StatusPage(try arguments[RunOptions.statusPage], hasMetrics: endpoint != nil)
        logFormat = try arguments[RunOptions.logFormat]
        logLevel = try arguments[RunOptions.logLevel]
        switch source {
        case .crd: self.source = .watched(.horizontalAutoscaler)
        case .hpa: self.source = .watched(.horizontalPodAutoscaler)
        case .file:
            let namespace = try arguments[ServerOptions.namespace] ?? access.namespace
            self.source = .files(
                try ManifestSource(paths: files, options: ManifestSet.Options(defaultNamespace: namespace)))
        }
        guard shadowLogPath == nil || isCompared else {
            throw UsageError("--shadow-log goes with --shadow and --source=hpa", command: "run")
        }
    }

    /// Longest time of one write: a sync period has room for a failing one and a good one.
    private static let writeLimit = Duration.seconds(10)

    private static func check(_ source: RunOptions.Source, _ files: [String]) throws(UsageError) {
        switch source {
        case .file:
            guard !files.isEmpty else { throw UsageError("-f is missing: the manifests to read", command: "run") }
            if files.contains("-") {
                throw UsageError("-f - cannot be read again when it changes, name a file", command: "run")
            }
        case .crd, .hpa:
            guard files.isEmpty else {
                throw UsageError("-f goes with --source=file, not with --source=\(source.rawValue)", command: "run")
            }
        }
    }
}

extension ControllerJournal.Options {
    /// The journal that `--journal` asks for; `nil` without.
    fileprivate init?(_ arguments: Arguments, _ configuration: ControllerConfiguration) throws(UsageError) {
        guard let path = try arguments[RunOptions.journal] else { return nil }
        self.init(
            path: path, maximumBytes: try arguments[RunOptions.journalMaxBytes],
            count: try arguments[RunOptions.journalFiles],
            header: TraceHeader(
                writtenBy: "swiftlet run \(Version.current)", flags: configuration.flags,
                syncPeriod: configuration.syncPeriod))
    }
}
