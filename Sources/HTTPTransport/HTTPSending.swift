/// What the Prometheus and Kubernetes clients need of a transport.
///
/// `HTTPClient` is the one that ships; tests put recorded exchanges in its place.
public protocol HTTPSending: Sendable {
    /// Sends a request and waits for the whole response.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` when the task was cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse

    /// Sends a request and returns as soon as the head of the response is there.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` when the task was cancelled.
    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream
}
