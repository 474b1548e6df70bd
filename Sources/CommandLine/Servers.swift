internal import Controller
internal import FoundationEssentials
internal import HTTPTransport
internal import KubernetesClient
internal import PrometheusClient

/// The cluster and the Prometheus that a command asks, with the connections to them.
struct Servers: Sendable {
    let access: ClusterAccess
    let cluster: KubernetesClient
    let metrics: SnapshotCollector
    let histories: DemandHistories
    private let clusterTransport: ClusterTransport
    private let prometheus: PrometheusConnection

    /// - Throws: What is wrong with the kubeconfig or the URL; no server is asked yet.
    init(_ arguments: Arguments, _ file: ConfigurationFile, _ console: Console) throws {
        let access = try ClusterAccess.find(arguments, console)
        let prometheus = try PrometheusAccess(arguments, file, console).connect()
        let clusterTransport = try ClusterTransport(access)
        self.access = access
        self.cluster = KubernetesClient(access: access, transport: clusterTransport)
        self.metrics = SnapshotCollector(prometheus.api, at: .serverNow)
        self.histories = DemandHistories(prometheus.api)
        self.clusterTransport = clusterTransport
        self.prometheus = prometheus
    }

    /// Ends every connection.
    func shutDown() async {
        await clusterTransport.shutDown()
        await prometheus.shutDown()
    }
}

extension ClusterAccess {
    /// The cluster that the options and the environment name.
    ///
    /// - Throws: What is wrong with the kubeconfig; no server is asked yet.
    static func find(_ arguments: Arguments, _ console: Console) throws -> ClusterAccess {
        var access = try find(
            kubeconfig: arguments[ServerOptions.kubeconfig], context: arguments[ServerOptions.context],
            environment: console.environment)
        access.impersonation = try impersonation(arguments, insteadOf: access.impersonation)
        return access
    }

    /// Each option goes before what the kubeconfig says in its place, as with kubectl.
    private static func impersonation(
        _ arguments: Arguments, insteadOf configured: Impersonation?
    ) throws -> Impersonation? {
        let user = try arguments[ServerOptions.actAs]
        let groups = try arguments[ServerOptions.actAsGroups]
        let uid = try arguments[ServerOptions.actAsUID]
        for (name, text) in [("as", user), ("as-uid", uid)] + groups.map({ ("as-group", $0) }) {
            guard let text, !Impersonation.isValid(text) else { continue }
            throw UsageError("--\(name): '\(text)' is empty or has a control character in it")
        }
        guard var impersonation = user.map({ Impersonation(user: $0) }) ?? configured else {
            guard groups.isEmpty, uid == nil else {
                throw UsageError("--as-group and --as-uid need a user to act as, write --as USER")
            }
            return nil
        }
        impersonation.uid = uid ?? configured?.uid
        impersonation.groups = groups.isEmpty ? configured?.groups ?? [] : groups
        impersonation.extra = configured?.extra ?? [:]
        return impersonation
    }
}
