/// Where Prometheus is, what to say who asks, and how long to wait: options of every command that asks it. The section
/// `prometheus` of a file of `--config` says the same.
enum PrometheusOptions {
    static let urls = Option<[String]>.list(
        "prometheus-url", "URL",
        "Where Prometheus answers, its path prefix included; written several times, the next one is asked when one fails "
            + "(default $PROMETHEUS_URL, else http://localhost:9090)")
    static let username = Option<String?>.text(
        "prometheus-username", "NAME", "The user of basic authentication; goes with --prometheus-password-file")
    static let passwordFile = Option<String?>.text(
        "prometheus-password-file", "FILE", completes: .files, "The password of that user, read for each query")
    static let tokenFile = Option<String?>.text(
        "prometheus-bearer-token-file", "FILE", completes: .files, "A bearer token, read for each query")
    static let headers = Option<[String]>.list(
        "prometheus-header", "NAME:VALUE",
        "Send this header with each query, such as X-Scope-OrgID:shop; may be written several times")
    static let headerFiles = Option<[String]>.list(
        "prometheus-header-file", "NAME:FILE", completes: .files,
        "Send this header with what the file says, read for each query; may be written several times")
    static let parameters = Option<[String]>.list(
        "prometheus-parameter", "NAME:VALUE",
        "Send this field with each query, such as extra_label:cluster=eu of VictoriaMetrics; may be written several times"
    )
    static let authorities = Option<String?>.text(
        "prometheus-ca-file", "FILE", completes: .files, "The certificate authorities to trust Prometheus by",
        defaultText: "the system's")
    static let certificate = Option<String?>.text(
        "prometheus-client-certificate", "FILE", completes: .files,
        "The client certificate to show; goes with --prometheus-client-key")
    static let key = Option<String?>.text(
        "prometheus-client-key", "FILE", completes: .files, "The key of that certificate")
    static let serverName = Option<String?>.text(
        "prometheus-tls-server-name", "NAME", "The name that the server's certificate must have",
        defaultText: "the host of the URL")
    static let insecure = Option<Bool>.flag(
        "prometheus-insecure-skip-tls-verify", "Believe any certificate; for tries alone")
    static let queryTimeout = Option<Duration?>.duration(
        "prometheus-query-timeout", "How long Prometheus may work on one query", defaultText: "10s")

    static let all: [OptionSpec] = [
        urls.spec, username.spec, passwordFile.spec, tokenFile.spec, headers.spec, headerFiles.spec, parameters.spec,
        authorities.spec,
        certificate.spec, key.spec, serverName.spec, insecure.spec, queryTimeout.spec,
    ]

    /// Those that say how the endpoints of `--prometheus-url` are reached, and nothing of those of a file.
    static let ofEndpoints: [OptionSpec] = Array(all.dropFirst().dropLast())
}
