internal import Glibc

/// Whether requests go through a proxy.
public enum HTTPProxy: Sendable, Hashable {
    /// As libcurl reads the environment, in this order: `http_proxy` for `http` URLs (lower case only: `HTTP_PROXY`
    /// can be set by a request's `Proxy` header where a program runs as CGI), `https_proxy` or `HTTPS_PROXY` for
    /// `https` URLs, then `all_proxy` or `ALL_PROXY`. Hosts in `no_proxy` or `NO_PROXY` are reached directly.
    case environment
    /// Never, whatever the environment says.
    case none
    /// Always this one, e.g. `http://user:password@proxy:3128`; the environment, `NO_PROXY` too, is not read.
    /// Schemes: `http`, `https`, `socks5`, `socks5h`; without a scheme, `http`.
    case url(String)
}

extension HTTPClient {
    /// What all requests of one client share.
    public struct Configuration: Sendable {
        public var credentials: HTTPCredentials
        public var tls: TLSConfiguration
        public var proxy: HTTPProxy
        /// The `User-Agent` header of requests that bring none.
        public var userAgent: String
        /// Most `send` transfers at once; more wait their turn. libcurl before 8 gets slower with the square of what
        /// waits inside it, so the waiting is done here.
        public var maximumRequests: Int
        /// Most `open` transfers at once, apart from ``maximumRequests``: a long watch must not starve queries.
        /// More wait their turn, at most for their `total` limit.
        public var maximumStreams: Int
        /// Most bytes of a response's header lines; 64 KiB is four times what servers accept themselves.
        public var maximumHeaderBytes: Int
        /// How far a stream may run ahead of its reader, in bytes after decompression, before it is paused.
        public var streamBufferBytes: Int

        public init(
            credentials: HTTPCredentials = .none,
            tls: TLSConfiguration = TLSConfiguration(),
            proxy: HTTPProxy = .environment,
            userAgent: String = "swiftlet",
            maximumRequests: Int = 64,
            maximumStreams: Int = 256,
            maximumHeaderBytes: Int = 64 << 10,
            streamBufferBytes: Int = 1 << 20
        ) {
            self.credentials = credentials
            self.tls = tls
            self.proxy = proxy
            self.userAgent = userAgent
            self.maximumRequests = maximumRequests
            self.maximumStreams = maximumStreams
            self.maximumHeaderBytes = maximumHeaderBytes
            self.streamBufferBytes = streamBufferBytes
        }
    }
}

extension HTTPClient.Configuration {
    /// Finds at start-up what would otherwise fail every request.
    ///
    /// - Throws: ``TransportError`` of kind `invalidRequest`, its `url` being the file or option that is wrong.
    func validate() throws(TransportError) {
        let bounds = [
            ("maximumRequests", maximumRequests), ("maximumStreams", maximumStreams),
            ("maximumHeaderBytes", maximumHeaderBytes), ("streamBufferBytes", streamBufferBytes),
        ]
        for (name, value) in bounds where value < 1 {
            throw TransportError(kind: .invalidRequest, url: name, detail: "must be at least 1, is \(value)")
        }
        if let authorization = credentials.authorization, !HeaderLine.isValidValue(authorization) {
            throw TransportError(
                kind: .invalidRequest, url: "credentials", detail: "a token or password has a control character")
        }
        guard HeaderLine.isValidValue(userAgent) else {
            throw TransportError(kind: .invalidRequest, url: "userAgent", detail: "has a control character")
        }
        if case .url(let proxy) = proxy { try Self.validate(proxy: proxy) }
        if let identity = tls.identity {
            try Self.validate(identity.certificate)
            try Self.validate(identity.privateKey)
        }
        if let authorities = tls.certificateAuthorities { try Self.validate(authorities) }
        if let name = tls.serverName, !RequestURL.isValidHost(name) {
            throw TransportError(kind: .invalidRequest, url: "serverName", detail: "'\(name)' is not a host name")
        }
    }

    private static func validate(_ source: PEMSource) throws(TransportError) {
        switch source {
        case .file(let path):
            guard access(path, R_OK) == 0 else {
                let reason = String(cString: strerror(errno))
                throw TransportError(kind: .invalidRequest, url: path, detail: "cannot be read: \(reason)")
            }
        case .pem(let bytes):
            guard !bytes.isEmpty else {
                throw TransportError(kind: .invalidRequest, url: "PEM data", detail: "is empty")
            }
        }
    }

    private static func validate(proxy: String) throws(TransportError) {
        let scheme = RequestURL.scheme(of: proxy) ?? "http"
        guard ["http", "https", "socks5", "socks5h"].contains(scheme), !proxy.isEmpty,
            proxy.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
        else {
            throw TransportError(
                kind: .invalidRequest, url: RequestURL.redacted(proxy), detail: "is not the URL of a proxy")
        }
    }
}
