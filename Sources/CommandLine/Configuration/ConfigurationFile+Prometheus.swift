internal import Controller
internal import Manifests
internal import PrometheusClient

/// The section `prometheus` of a configuration file; decoding it is checking it.
///
///     prometheus:
///       endpoints:
///       - url: https://mimir.example/prometheus
///         basicAuth: {username: swiftlet, passwordFile: /etc/mimir/password}
///         headers: {X-Scope-OrgID: shop}
struct PrometheusSection: Decodable, Sendable {
    /// In the order of preference; empty where the options or the environment say it.
    var endpoints: [EndpointSettings] = []
    var queryTimeout: Duration?
    var sampleAgeLimit: Duration?
    var minimumRateSamples: Int?
    var partialAnswers = PartialAnswers.holdDown

    private enum Keys: String, CodingKey {
        case endpoints, queryTimeout, sampleAgeLimit, minRateSamples, partialAnswers
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        func duration(_ key: Keys) throws -> Duration? {
            guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
            guard let duration = DurationText.duration(text), duration > .zero else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container, debugDescription: "'\(text)' is no duration over 0s such as 2m")
            }
            return duration
        }
        endpoints = try container.decodeIfPresent([WrittenEndpoint].self, forKey: .endpoints)?.map(\.settings) ?? []
        queryTimeout = try duration(.queryTimeout)
        sampleAgeLimit = try duration(.sampleAgeLimit)
        if let count = try container.decodeIfPresent(Int.self, forKey: .minRateSamples) {
            guard MetricOptions.rateSamples.contains(count) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .minRateSamples, in: container,
                    debugDescription: "must be from \(MetricOptions.rateSamples.lowerBound) to "
                        + "\(MetricOptions.rateSamples.upperBound)")
            }
            minimumRateSamples = count
        }
        if let text = try container.decodeIfPresent(String.self, forKey: .partialAnswers) {
            guard let policy = PartialAnswers(rawValue: text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .partialAnswers, in: container,
                    debugDescription: "'\(text)' is none of "
                        + PartialAnswers.allCases.map(\.rawValue).joined(separator: ", "))
            }
            partialAnswers = policy
        }
    }
}

/// One of `prometheus.endpoints` as it is written.
private struct WrittenEndpoint: Decodable {
    var settings: EndpointSettings

    private enum Keys: String, CodingKey {
        case url, basicAuth, bearerTokenFile, headers, headerFiles, parameters, tls
    }

    private struct BasicAuth: Decodable {
        var username: String
        var passwordFile: String
    }

    private struct TLS: Decodable {
        var caFile: String?
        var certFile: String?
        var keyFile: String?
        var serverName: String?
        var insecureSkipVerify: Bool?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let (basic, tls) = (
            try container.decodeIfPresent(BasicAuth.self, forKey: .basicAuth),
            try container.decodeIfPresent(TLS.self, forKey: .tls)
        )
        func pairs(_ key: Keys) throws -> [(String, String)] {
            let written = try container.decodeIfPresent([String: String].self, forKey: key) ?? [:]
            return written.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        let written = EndpointSettings.Written(
            url: try container.decode(String.self, forKey: .url), username: basic?.username,
            passwordFile: basic?.passwordFile,
            bearerTokenFile: try container.decodeIfPresent(String.self, forKey: .bearerTokenFile),
            headers: try pairs(.headers).map { (name: $0.0, value: $0.1) },
            headerFiles: try pairs(.headerFiles).map { (name: $0.0, file: $0.1) },
            parameters: try pairs(.parameters).map { (name: $0.0, value: $0.1) }, caFile: tls?.caFile,
            certFile: tls?.certFile, keyFile: tls?.keyFile, serverName: tls?.serverName,
            insecureSkipVerify: tls?.insecureSkipVerify ?? false)
        do {
            settings = try EndpointSettings(written)
        } catch let fault {
            let key: Keys =
                switch fault.field {
                case .url: .url
                case .authentication: basic == nil ? .bearerTokenFile : .basicAuth
                case .headers: container.contains(.headers) ? .headers : .headerFiles
                case .parameters: .parameters
                case .tls: .tls
                }
            throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: fault.description)
        }
    }
}
