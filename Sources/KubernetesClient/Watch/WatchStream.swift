internal import HTTPTransport
internal import KubernetesTypes

/// Where a watch begins and how long it may last.
struct WatchOptions: Sendable, Hashable {
    var labelSelector: String?
    var fieldSelector: String?
    /// The version after which changes are wanted; `nil` begins with all that exists.
    var resourceVersion: String?
    /// After how long the server ends the watch in order; whole seconds.
    var timeout: Duration
    var form = ObjectForm.whole
    /// The most bytes of one event. etcd stores 1.5 MiB at most; JSON takes more than what is stored there.
    var maximumEventBytes = 4 << 20
}

extension KubernetesClient {
    /// Opens a watch; returns when the server has accepted it.
    ///
    /// It takes one request of the budget, none for its events. How long silence may last is the reader's to decide.
    func watch<Object: Decodable & Sendable>(
        _ type: Object.Type, _ path: ResourcePath, options: WatchOptions
    ) async throws -> WatchStream<Object> {
        var call = Call(method: .get, line: .init(verb: "watch", target: path, path: path.path))
        call.accept = options.form.acceptWatch
        call.query.append("labelSelector", options.labelSelector)
        call.query.append("fieldSelector", options.fieldSelector)
        call.query.append("watch", "1")
        call.query.append("allowWatchBookmarks", "true")
        call.query.append("resourceVersion", options.resourceVersion)
        call.query.append("timeoutSeconds", String(max(1, options.timeout.components.seconds)))
        var limits = HTTPLimits()
        limits.total = nil
        limits.maximumBodyBytes = .max
        let (stream, authorization) = try await stream(to: call, limits: limits)
        return WatchStream(
            body: stream.body, line: call.line, hiding: authorization, maximumEventBytes: options.maximumEventBytes)
    }
}

/// An open watch. Letting it go, or cancelling the task that reads it, closes it.
struct WatchStream<Object: Decodable & Sendable> {
    private var body: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator
    private var lines: LineSplitter
    private let line: RequestLine
    private let authorization: Secret?

    init(
        body: AsyncThrowingStream<[UInt8], any Error>, line: RequestLine, hiding authorization: Secret?,
        maximumEventBytes: Int
    ) {
        self.body = body.makeAsyncIterator()
        self.line = line
        self.authorization = authorization
        lines = LineSplitter(limit: maximumEventBytes)
    }

    /// Waits for bytes.
    ///
    /// - Returns: `false` when the server has ended the watch in order.
    /// - Throws: ``KubernetesError``: `unreachable` when the connection broke, `truncated` when it ended in an event.
    mutating func receive() async throws -> Bool {
        let chunk: [UInt8]?
        do {
            chunk = try await body.next()
        } catch let error as TransportError {
            throw KubernetesError(error, to: line)
        }
        // A cancelled stream may end without an error.
        try Task.checkCancellation()
        guard let chunk else {
            guard !lines.hasPartialLine else {
                throw KubernetesError(watch: .truncated, "inside an event", line)
            }
            return false
        }
        lines.append(chunk)
        return true
    }

    /// The next event of those received; `nil` when more must be received first.
    ///
    /// - Throws: ``KubernetesError``: what an `ERROR` event says; `undecodable` for anything that is not an event.
    mutating func event() throws -> WatchEvent<Object>? {
        do {
            guard let bytes = try lines.next() else { return nil }
            let event = try JSONReader.read(WatchEvent<Object>.self, from: Array(bytes))
            switch event.change {
            case .error(let status): throw KubernetesError(event: status, of: line, hiding: authorization)
            case .unknown(let type):
                throw KubernetesError(watch: .undecodable, "an event of the unknown type '\(type.prefix(40))'", line)
            case .added, .modified, .deleted, .bookmark, .unreadable: return event
            }
        } catch let error as LineSplitter.LineTooLong {
            throw KubernetesError(watch: .undecodable, "an event is longer than \(error.limit) bytes", line)
        } catch let error where !(error is KubernetesError) {
            throw KubernetesError(watch: .undecodable, KubernetesError.words(for: error), line)
        }
    }
}
