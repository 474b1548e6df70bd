/// One HTTP request, complete: what to ask for, as whom, and how long and how much to wait for.
public struct HTTPRequest: Sendable {
    /// The request method, as on the wire.
    public enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    public var method: Method
    /// An absolute `http` or `https` URL, already percent-encoded.
    public var url: String
    public var headers: HTTPHeaders
    public var body: [UInt8]?
    public var limits: HTTPLimits

    public init(
        method: Method = .get,
        url: String,
        headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8]? = nil,
        limits: HTTPLimits = HTTPLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}

/// The bounds of one transfer. Every one of them ends the transfer with a ``TransportError``.
public struct HTTPLimits: Sendable, Hashable {
    /// Time to resolve, connect and finish the TLS handshake.
    public var connect: Duration
    /// Time for the whole transfer; `nil` for a stream that may stay open.
    public var total: Duration?
    /// Longest time without a single byte of the body; `nil` where silence is normal.
    public var idle: Duration?
    /// Most bytes of the body, after decompression.
    public var maximumBodyBytes: Int

    public init(
        connect: Duration = .seconds(5),
        total: Duration? = .seconds(30),
        idle: Duration? = nil,
        maximumBodyBytes: Int = 64 << 20
    ) {
        self.connect = connect
        self.total = total
        self.idle = idle
        self.maximumBodyBytes = maximumBodyBytes
    }
}
