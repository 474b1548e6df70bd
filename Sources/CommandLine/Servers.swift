internal import FoundationEssentials
internal import HTTPTransport
internal import KubernetesClient
internal import PrometheusClient

/// The cluster and the Prometheus that a command asks, with the connections to them.
struct Servers: Sendable {
    let access: ClusterAccess
    let cluster: KubernetesClient
    let metrics: SnapshotCollector
    private let transports: [HTTPClient]

    /// - Throws: What is wrong with the kubeconfig or the URL; no server is asked yet.
    init(_ arguments: Arguments, _ console: Console) throws {
        let access = try ClusterAccess.find(arguments, console)
        let prometheus = try PrometheusAccess(arguments, console)
        let clusterTransport = try HTTPClient(configuration: access.transportConfiguration)
        let prometheusTransport = try HTTPClient(configuration: prometheus.transport)
        self.access = access
        self.cluster = KubernetesClient(access: access, transport: clusterTransport)
        self.metrics = prometheus.collector(over: prometheusTransport)
        self.transports = [clusterTransport, prometheusTransport]
    }

    /// Ends every connection.
    func shutDown() async {
        for transport in transports { await transport.shutDown() }
    }
}

extension ClusterAccess {
    /// The cluster that the options and the environment name.
    ///
    /// - Throws: What is wrong with the kubeconfig; no server is asked yet.
    static func find(_ arguments: Arguments, _ console: Console) throws -> ClusterAccess {
        try find(
            kubeconfig: arguments[ServerOptions.kubeconfig], context: arguments[ServerOptions.context],
            environment: console.environment)
    }
}
