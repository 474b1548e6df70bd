internal import FoundationEssentials
public import HTTPTransport

/// Where a Prometheus server is and how to ask it.
public struct PrometheusConfiguration: Sendable {
    /// Why a base URL cannot be used. The text never holds its user or password.
    public struct InvalidURL: Error, Sendable, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// A field of a query that other servers than Prometheus know.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let value: String

        /// `nil` for a name that is empty, or one of those that say what is asked.
        public init?(_ name: String, _ value: String) {
            let own: Set<String> = ["", "query", "time", "start", "end", "step", "timeout"]
            guard !own.contains(name) else { return nil }
            (self.name, self.value) = (name, value)
        }
    }

    /// The URL under which `/api/v1` lies: no user, no query, no slash at the end.
    public let baseURL: String
    /// Sent with every request, e.g. Thanos' or Mimir's tenant header.
    public var headers: HTTPHeaders
    /// Headers that are read for each request: a token, a password. They go before ``headers``.
    public var secrets: [SecretFile]
    /// Further fields of each query, e.g. `dedup` and `partial_response` of Thanos or `extra_label` of VictoriaMetrics.
    public var parameters: [Parameter]
    /// How long Prometheus may work on one query.
    public var queryTimeout: Duration
    /// Most bytes of an answer after decompression.
    public var maximumAnswerBytes: Int

    /// Time beyond `queryTimeout` for the transfer itself, so that the server's own time-out, which says more, is
    /// seen first.
    static let transferAllowance = Duration.seconds(2)

    /// - Parameters:
    ///   - baseURL: `http` or `https`; a path prefix is kept (`https://example.com/prometheus/`). A user and password
    ///     in it become an `Authorization` header.
    ///   - queryTimeout: At least 1 ms; 10 s leaves a sync period of 15 s room for a decision.
    /// - Throws: ``InvalidURL``.
    public init(
        baseURL text: String,
        headers: HTTPHeaders = HTTPHeaders(),
        secrets: [SecretFile] = [],
        parameters: [Parameter] = [],
        queryTimeout: Duration = .seconds(10),
        maximumAnswerBytes: Int = 64 << 20
    ) throws {
        let parts = try Self.parts(of: text)
        self.baseURL = parts.url
        self.headers = headers
        self.secrets = secrets
        self.parameters = parameters
        if let user = parts.userInformation, headers["Authorization"] == nil {
            let credentials = Data(Self.percentDecoded(user)).base64EncodedString()
            self.headers["Authorization"] = "Basic " + credentials
        }
        self.queryTimeout = max(queryTimeout, .milliseconds(1))
        self.maximumAnswerBytes = maximumAnswerBytes
    }

    private struct Parts {
        var url: String
        var userInformation: Substring?
    }

    private static func parts(of text: String) throws -> Parts {
        guard let separator = text.firstRange(of: "://") else {
            throw InvalidURL(description: "the Prometheus URL needs http:// or https:// in front")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw InvalidURL(description: "the Prometheus URL's scheme is '\(scheme)', not http or https")
        }
        let rest = text[separator.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InvalidURL(description: "the Prometheus URL holds white space or characters that must be escaped")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw InvalidURL(description: "the Prometheus URL must have no query and no fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        let at = authority.lastIndex(of: "@")
        let host = at.map { authority[authority.index(after: $0)...] } ?? authority
        guard !host.isEmpty, !host.hasPrefix(":") else {
            throw InvalidURL(description: "the Prometheus URL names no host")
        }
        var path = rest[authority.endIndex...]
        while path.hasSuffix("/") { path.removeLast() }
        return Parts(url: "\(scheme)://\(host)\(path)", userInformation: at.map { authority[..<$0] })
    }

    private static func percentDecoded(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let decoded = UInt8(digits, radix: 16) {
                result.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
