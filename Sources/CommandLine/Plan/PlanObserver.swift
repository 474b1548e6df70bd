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
                metrics: servers.metrics, configuration: configuration),
            namespace: try arguments[ServerOptions.namespace] ?? servers.access.namespace)
    }

    /// The namespace of autoscalers that name none.
    var defaultNamespace: String {
        switch self {
        case .live(_, _, let namespace): namespace
        case .recorded(let file): file.items.first?.namespace ?? "default"
        }
    }

    func observe(_ autoscalers: [Autoscaler], at now: Timestamp) async throws -> Seen {
        switch self {
        case .recorded(let file):
            let zones = ZoneFiles()
            let observations = try autoscalers.map { autoscaler in
                var observation = try file.observation(of: autoscaler, among: autoscalers.count)
                // Those that were observed are of the policy that was asked then.
                observation.schedules = zones.calendar(of: autoscaler.spec).state(at: observation.time)
                return observation
            }
            return Seen(time: observations.first?.time ?? now, observations: observations)
        case .live(_, let observer, _):
            let round = try await observer.observe(autoscalers, at: now)
            let isUnreadable = round.autoscalers.contains { seen in
                if case .unavailable(.notReadable) = seen.observation.target { return true }
                return false
            }
            return Seen(
                time: now, observations: round.autoscalers.map(\.observation),
                trouble: isUnreadable || !round.queryFailures.isEmpty ? .unreachable : nil)
        }
    }

    func shutDown() async {
        if case .live(let servers, _, _) = self { await servers.shutDown() }
    }
}
