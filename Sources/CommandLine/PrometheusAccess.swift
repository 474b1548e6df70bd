internal import Controller
internal import HTTPTransport
internal import PrometheusClient

/// How a command reaches Prometheus: the URL, the authorities to trust it by, and what to say who asks.
struct PrometheusAccess: Sendable {
    let configuration: PrometheusConfiguration
    let transport: HTTPClient.Configuration
    private let tokenFile: String?

    /// Where Prometheus is looked for when nothing names it.
    static let defaultURL = "http://localhost:9090"

    /// - Throws: ``UsageError`` for a URL that is none; no server is asked yet.
    init(_ arguments: Arguments, _ console: Console) throws {
        let url =
            try arguments[ServerOptions.prometheusURL] ?? console.environment["PROMETHEUS_URL"] ?? Self.defaultURL
        do {
            configuration = try PrometheusConfiguration(baseURL: url)
        } catch let error as PrometheusConfiguration.InvalidURL {
            throw UsageError("--prometheus-url: \(error)")
        }
        let authorities = try arguments[ServerOptions.prometheusAuthorities].map(PEMSource.file)
        transport = HTTPClient.Configuration(tls: TLSConfiguration(certificateAuthorities: authorities))
        tokenFile = try arguments[ServerOptions.prometheusTokenFile]
    }

    /// Queries, one round at a time.
    func collector(over transport: any HTTPSending) -> SnapshotCollector { SnapshotCollector(api(over: transport)) }

    /// The query API itself.
    func api(over transport: any HTTPSending) -> PrometheusAPI {
        let authenticated: any HTTPSending = tokenFile.map { TokenFileTransport(transport, path: $0) } ?? transport
        return PrometheusAPI(configuration, over: authenticated)
    }
}
