internal import Autoscaling
internal import Controller
internal import KubernetesClient
internal import PrometheusClient
internal import Schedules

/// Where `plan` gets its observations: from live servers, or from a file.
enum PlanObserver: Sendable {
    case live(Servers, Observer, namespace: String)
    case recorded(ObservationFile)

    /// What was seen at one instant, parallel to the autoscalers asked for.
    struct Seen: Sendable {
        var time: Timestamp
        var observations: [Observation]
        /// What was kept of decisions before, parallel to the observations.
        var histories: [History]
        /// The exit code that a server's failure stands for.
        var trouble: ExitCode?
    }

    init(_ arguments: Arguments, _ console: Console) throws {
        if let path = try arguments[PlanOptions.observation] {
            self = .recorded(try ObservationFile(reading: path))
            return
        }
        let file = try ConfigurationFile(arguments)
        let configuration = try file.applied(
            to: ControllerConfiguration(
                flags: try ControllerFlags(arguments), cpuRateWindow: try arguments[MetricOptions.rateWindow]),
            arguments)
        let servers = try Servers(arguments, file, console)
        self = .live(
            servers,
            Observer(
                cluster: ClusterObserver(client: servers.cluster, concurrency: configuration.concurrency),
                metrics: servers.metrics, histories: servers.histories, configuration: configuration),
            namespace: try arguments[ServerOptions.namespace] ?? servers.access.namespace)
    }

    /// The namespace of autoscalers that name none.
    var defaultNamespace: String {
        switch self {
        case .live(_, _, let namespace): namespace
        case .recorded(let file): file.items.first?.namespace ?? "default"
        }
    }

    /// The autoscalers of the cluster by their names.
    ///
    /// - Throws: ``UsageError`` where no cluster is asked; ``CommandFailure`` and errors of the API server.
    func autoscalers(named names: [String]) async throws -> [Autoscaler] {
        guard case .live(let servers, _, let namespace) = self else {
            throw UsageError("names are looked up in the cluster, and --observation asks none: use -f", command: "plan")
        }
        return try await NamedAutoscalers(client: servers.cluster, namespace: namespace).find(names)
    }

    func observe(_ autoscalers: [Autoscaler], at now: Timestamp) async throws -> Seen {
        switch self {
        case .recorded(let file):
            let zones = ZoneFiles()
            let items = try autoscalers.map { autoscaler in
                var item = try file.observation(of: autoscaler, among: autoscalers.count)
                // Those that were observed are of the policy that was asked then.
                item.observation.schedules = zones.calendar(of: autoscaler.spec).state(at: item.observation.time)
                return item
            }
            return Seen(
                time: items.first?.observation.time ?? now, observations: items.map(\.observation),
                histories: items.map(\.history))
        case .live(_, let observer, _):
            await observer.readPast(of: autoscalers, at: now)
            let round = try await observer.observe(autoscalers, at: now)
            let isUnreadable = round.autoscalers.contains { seen in
                if case .unavailable(.notReadable) = seen.observation.target { return true }
                return false
            }
            return Seen(
                time: now,
                observations: round.autoscalers.map { seen in
                    var observation = seen.observation
                    observation.holds = seen.holds(observer.configuration) + observation.holds
                    return observation
                },
                histories: round.autoscalers.map { $0.storedHistory(syncPeriod: observer.configuration.syncPeriod) },
                trouble: isUnreadable || !round.queryFailures.isEmpty ? .unreachable : nil)
        }
    }

    func shutDown() async {
        if case .live(let servers, _, _) = self { await servers.shutDown() }
    }
}
