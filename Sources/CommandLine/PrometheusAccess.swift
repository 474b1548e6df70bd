internal import Controller
internal import HTTPTransport
internal import PrometheusClient

/// How a command reaches Prometheus: by the options, or by the section `prometheus` of the configuration file.
struct PrometheusAccess: Sendable {
    /// At least one; the first is the one to prefer.
    let endpoints: [EndpointSettings]
    /// How long Prometheus may work on one query.
    let queryTimeout: Duration

    /// Where Prometheus is looked for when nothing names it.
    static let defaultURL = "http://localhost:9090"
    static let defaultQueryTimeout = Duration.seconds(10)

    /// - Throws: ``UsageError`` for options that cannot be; no server is asked yet.
    init(_ arguments: Arguments, _ file: ConfigurationFile, _ console: Console) throws {
        let own = file.prometheus
        queryTimeout = try arguments[PrometheusOptions.queryTimeout] ?? own.queryTimeout ?? Self.defaultQueryTimeout
        let urls = try arguments[PrometheusOptions.urls]
        if urls.isEmpty, !own.endpoints.isEmpty {
            if let option = PrometheusOptions.ofEndpoints.first(where: { arguments.isWritten($0) }) {
                throw UsageError(
                    "\(option.longForm) goes with --prometheus-url; the endpoints of --config have theirs in the file")
            }
            endpoints = own.endpoints
            return
        }
        let named = urls.isEmpty ? [console.environment["PROMETHEUS_URL"] ?? Self.defaultURL] : urls
        endpoints = try named.map { try Self.endpoint($0, arguments) }
    }

    private static func endpoint(_ url: String, _ arguments: Arguments) throws -> EndpointSettings {
        var written = EndpointSettings.Written(url: url)
        written.username = try arguments[PrometheusOptions.username]
        written.passwordFile = try arguments[PrometheusOptions.passwordFile]
        written.bearerTokenFile = try arguments[PrometheusOptions.tokenFile]
        written.headers = try arguments[PrometheusOptions.headers].map { text in
            let (name, value) = try halves(text, of: PrometheusOptions.headers.spec)
            return (name: name, value: value)
        }
        written.headerFiles = try arguments[PrometheusOptions.headerFiles].map { text in
            let (name, file) = try halves(text, of: PrometheusOptions.headerFiles.spec)
            return (name: name, file: file)
        }
        written.parameters = try arguments[PrometheusOptions.parameters].map { text in
            let (name, value) = try halves(text, of: PrometheusOptions.parameters.spec)
            return (name: name, value: value)
        }
        written.caFile = try arguments[PrometheusOptions.authorities]
        written.certFile = try arguments[PrometheusOptions.certificate]
        written.keyFile = try arguments[PrometheusOptions.key]
        written.serverName = try arguments[PrometheusOptions.serverName]
        written.insecureSkipVerify = try arguments[PrometheusOptions.insecure]
        do {
            return try EndpointSettings(written)
        } catch {
            let names =
                switch error.field {
                case .url: "--prometheus-url"
                case .authentication:
                    "--prometheus-username, --prometheus-password-file, --prometheus-bearer-token-file"
                case .headers: "--prometheus-header, --prometheus-header-file"
                case .parameters: "--prometheus-parameter"
                case .tls: "--prometheus-client-certificate, --prometheus-client-key"
                }
            throw UsageError("\(names): \(error.description)")
        }
    }

    /// `NAME:VALUE`; white space around the value does not count. The value may be a secret, and is not repeated.
    private static func halves(_ text: String, of option: OptionSpec) throws(UsageError) -> (String, String) {
        guard let colon = text.firstIndex(of: ":") else {
            throw UsageError("\(option.longForm): has no ':' between a name and what it is")
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        guard !value.isEmpty else { throw UsageError("\(option.longForm): nothing stands behind the ':'") }
        return (String(text[..<colon]), String(value))
    }

    /// Opens the connections; no server is asked yet.
    ///
    /// - Parameters:
    ///   - policy: When an endpoint that fails is left alone.
    ///   - measured: What is put around the transport of each.
    /// - Throws: `TransportError` for a file that cannot be read.
    func connect(
        policy: EndpointPolicy = .always, measured: (any HTTPSending) -> any HTTPSending = { $0 },
        onEvent: @escaping @Sendable (EndpointEvent) -> Void = { _ in }
    ) throws -> PrometheusConnection {
        var clients: [TLSConfiguration: HTTPClient] = [:]
        let parts = try endpoints.map { settings in
            let client = try clients[settings.tls] ?? HTTPClient(configuration: .init(tls: settings.tls))
            clients[settings.tls] = client
            let configuration = try PrometheusConfiguration(
                baseURL: settings.url, headers: settings.headers, secrets: settings.secrets,
                parameters: settings.parameters,
                queryTimeout: queryTimeout)
            return PrometheusEndpoint(configuration, over: measured(client))
        }
        return PrometheusConnection(
            api: PrometheusAPI(parts, policy: policy, onEvent: onEvent), clients: Array(clients.values))
    }
}

/// The query API and what it goes through.
struct PrometheusConnection: Sendable {
    let api: PrometheusAPI
    fileprivate let clients: [HTTPClient]

    /// Ends every connection.
    func shutDown() async {
        for client in clients { await client.shutDown() }
    }
}
