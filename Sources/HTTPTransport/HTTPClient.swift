/// The HTTP client: libcurl's multi handle on a thread of its own.
///
/// Many requests at once; connections are reused, HTTP/2 is spoken over TLS when the server offers it, `gzip` and
/// `deflate` bodies are unpacked. A redirect is a response like any other: it is not followed.
/// ```swift
/// let client = try HTTPClient()
/// let response = try await client.send(HTTPRequest(url: "http://127.0.0.1:9090/-/ready"))
/// await client.shutDown()
/// ```
/// As libcurl does, a request whose reused connection turns out to be closed before any answer is sent once more on a
/// new one, whatever its method.
public final class HTTPClient: HTTPSending {
    private let configuration: Configuration
    private let loop: TransferLoop

    /// Starts the client's thread.
    ///
    /// - Throws: ``TransportError`` of kind `invalidRequest` for a file that cannot be read or an option that is wrong.
    public init(configuration: Configuration = Configuration()) throws {
        try configuration.validate()
        self.configuration = configuration
        loop = try TransferLoop(configuration: configuration)
    }

    /// Sends a request and waits for the whole response.
    ///
    /// `limits.total` counts from here, waiting for a free place included.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` when the task was cancelled; the transfer is then dropped
    ///   and its connection closed.
    public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let transfer = try Transfer(request, streamed: false, configuration: configuration)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { loop.start(transfer, .whole($0)) }
        } onCancel: {
            loop.cancel(transfer)
        }
    }

    /// Sends a request and returns as soon as the head of the response is there.
    ///
    /// The body is read by one task at a time. A reader that falls behind by more than
    /// ``Configuration/streamBufferBytes`` holds the server back; nothing is lost. Chunks that came in the meantime
    /// arrive as one. The limits hold for the whole stream: for a watch set `total` to `nil` and `maximumBodyBytes` to
    /// `Int.max`.
    ///
    /// A cancelled task's iteration ends, by `CancellationError` or, as `AsyncThrowingStream` has it, without an error:
    /// check for cancellation after the loop. A stream that is let go drops the transfer; one that is kept keeps the
    /// client.
    ///
    /// - Throws: ``TransportError``, or `CancellationError` when the task was cancelled.
    public func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        try Task.checkCancellation()
        let transfer = try Transfer(request, streamed: true, configuration: configuration)
        let head = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { loop.start(transfer, .stream($0)) }
        } onCancel: {
            loop.cancel(transfer)
        }
        let lease = StreamLease(client: self, transfer: transfer)
        return HTTPResponseStream(
            status: head.status, headers: head.headers, body: AsyncThrowingStream(unfolding: { try await lease.next() })
        )
    }

    /// Ends everything in flight with ``TransportError/Kind/shutDown``, closes the connections and joins the thread.
    ///
    /// Later requests fail with the same error. May be called more than once.
    public func shutDown() async {
        await loop.shutDown()
    }

    /// What an open stream holds on to; when the stream is let go, so is the transfer.
    private final class StreamLease: Sendable {
        private let client: HTTPClient
        private let transfer: Transfer

        init(client: HTTPClient, transfer: Transfer) {
            self.client = client
            self.transfer = transfer
        }

        deinit {
            if let body = transfer.body, !body.hasEnded { client.loop.cancel(transfer) }
        }

        func next() async throws -> [UInt8]? {
            let loop = client.loop
            let transfer = transfer
            return try await transfer.body?.next(
                onRoom: { loop.resume(transfer) }, onCancel: { loop.cancel(transfer) })
        }
    }
}
