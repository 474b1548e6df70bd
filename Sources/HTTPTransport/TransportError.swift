/// Why a transfer did not deliver a response. A response with an error status is not one of these.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What failed, so that callers can tell what to do from what happened.
    public enum Kind: Sendable, Hashable {
        /// The request could not be sent as written: its URL, a file it names, or an option is wrong.
        case invalidRequest
        /// The host name could not be resolved.
        case nameResolution
        /// Nobody listens there, or the network is unreachable.
        case connectionRefused
        /// The TLS handshake failed or the certificate is not trusted.
        case tls
        /// The connect, total or idle limit passed.
        case timeout(Limit)
        /// The connection broke before the response was complete.
        case connectionReset
        /// The body is larger than the limit.
        case responseTooLarge(limitBytes: Int)
        /// The peer does not speak HTTP as it should.
        case malformedResponse
        /// The client has been shut down.
        case shutDown
    }

    /// Which of ``HTTPLimits`` was reached.
    public enum Limit: String, Sendable, Hashable {
        case connect
        case total
        case idle
    }

    public var kind: Kind
    /// The URL without user, password or query values.
    public var url: String
    /// The library's own words, e.g. "Connection refused"; never credentials.
    public var detail: String

    public init(kind: Kind, url: String, detail: String) {
        self.kind = kind
        self.url = url
        self.detail = detail
    }

    public var description: String { "\(url): \(detail)" }
}
