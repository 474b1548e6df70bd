internal import CCurl

/// One request on its way: what was asked, what has arrived, who is told.
///
/// `@unchecked Sendable`: the constants may be read anywhere; the variables are touched only on the transfer loop's
/// thread, which all commands about a transfer go through. So only that thread resumes its continuation, once.
final class Transfer: @unchecked Sendable {
    /// Who waits for the response.
    enum Completion {
        case whole(CheckedContinuation<HTTPResponse, any Error>)
        /// Told of the head; the body goes to the transfer's ``StreamedBody``.
        case stream(CheckedContinuation<ResponseHead, any Error>)

        func fail(_ error: any Error) {
            switch self {
            case .whole(let waiter): waiter.resume(throwing: error)
            case .stream(let waiter): waiter.resume(throwing: error)
            }
        }
    }

    enum Phase {
        case fresh
        /// Cancelled before it was started: the cancel command overtook the start.
        case cancelledBeforeStart
        /// Waiting for its turn or running.
        case active
        case ended
    }

    let request: HTTPRequest
    let url: RequestURL
    /// The URL as errors show it.
    let shownURL: String
    /// The body's buffer when it is streamed; `nil` when it is collected.
    let body: StreamedBody?
    /// When the total limit passes; waiting for a turn counts.
    let deadline: ContinuousClock.Instant?

    var phase = Phase.fresh
    /// Present while libcurl has it.
    var easy: EasyHandle?
    private var completion: Completion?
    private var parser: ResponseHeadParser
    private var head: ResponseHead?
    private var collected: [UInt8] = []
    private var bodyByteCount = 0
    /// Why a callback stopped the transfer: more than libcurl's code says.
    private var refusal: TransportError?
    /// When the last byte came or was asked for; `nil` while silence is not the peer's fault.
    private var quietSince: ContinuousClock.Instant?

    /// - Throws: ``TransportError`` of kind `invalidRequest` when the URL is not one.
    init(
        _ request: HTTPRequest, streamed: Bool, configuration: HTTPClient.Configuration
    ) throws(TransportError) {
        self.request = request
        url = try RequestURL(request.url)
        shownURL = RequestURL.redacted(request.url)
        body = streamed ? StreamedBody(url: shownURL, limit: configuration.streamBufferBytes) : nil
        deadline = request.limits.total.map { ContinuousClock.now + $0 }
        parser = ResponseHeadParser(maximumBytes: configuration.maximumHeaderBytes)
    }

    /// Takes the waiter and becomes active.
    func activate(_ completion: Completion) {
        phase = .active
        self.completion = completion
    }

    /// Tells whoever waits how it ended; the first call counts.
    func finish(_ error: (any Error)?) {
        guard phase != .ended else { return }
        phase = .ended
        let error = error ?? (head == nil ? brokenHead() : nil)
        if let completion {
            self.completion = nil
            if let error {
                completion.fail(error)
            } else if case .whole(let waiter) = completion, let head {
                waiter.resume(returning: HTTPResponse(status: head.status, headers: head.headers, body: collected))
            }
        }
        if error is CancellationError { body?.abandon() } else { body?.finish(error) }
    }

    /// libcurl is content with a connection that closes inside the header.
    private func brokenHead() -> TransportError {
        TransportError(
            kind: .connectionReset, url: shownURL, detail: "the connection was closed in the response header")
    }

    /// The error for libcurl's code, or what a callback refused.
    func error(for code: CURLcode) -> TransportError? {
        if let refusal { return refusal }
        guard code != CURLE_OK, let easy else { return nil }
        let failure = TransportError.CurlFailure(
            code: code, text: easy.lastError, connectLimit: request.limits.connect,
            systemError: CInt(truncatingIfNeeded: swiftlet_curl_get_long(easy.pointer, CURLINFO_OS_ERRNO)),
            proxyStatus: swiftlet_curl_get_long(easy.pointer, CURLINFO_HTTP_CONNECTCODE))
        return TransportError(url: shownURL, failure: failure)
    }
}

// MARK: - Time

extension Transfer {
    /// What a look at the clock says: a limit has passed, or when to look again.
    enum Clock {
        case expired(TransportError)
        case lookAgain(ContinuousClock.Instant?)
    }

    func clock(at now: ContinuousClock.Instant) -> Clock {
        if let deadline, let total = request.limits.total, now >= deadline {
            let detail = easy == nil ? "no free place within \(total)" : "not complete within \(total)"
            return .expired(TransportError(kind: .timeout(.total), url: shownURL, detail: detail))
        }
        guard let idle = request.limits.idle else { return .lookAgain(deadline) }
        // Not yet connected or paused: silence starts at `now` at the earliest.
        let quietEnd = (quietSince ?? now) + idle
        if now >= quietEnd, quietSince != nil {
            return .expired(TransportError(kind: .timeout(.idle), url: shownURL, detail: "no byte for \(idle)"))
        }
        return .lookAgain(deadline.map { min($0, quietEnd) } ?? quietEnd)
    }

    /// A byte came, or one may be expected from now on.
    func restartIdleClock() {
        if request.limits.idle != nil { quietSince = .now }
    }
}

// MARK: - What libcurl delivers

extension Transfer {
    /// - Returns: Whether to go on.
    func receive(headerLine: UnsafeRawBufferPointer) -> Bool {
        restartIdleClock()
        switch parser.receive(line: headerLine) {
        case .more: return true
        case .complete(let head):
            self.head = head
            if case .stream(let waiter) = completion {
                completion = nil
                waiter.resume(returning: head)
            }
            return true
        case .malformed(let detail):
            refusal = malformed(detail)
            return false
        }
    }

    func receive(bodyBytes chunk: UnsafeRawBufferPointer) -> StreamedBody.Verdict {
        guard !chunk.isEmpty else { return .goOn }
        let limit = request.limits.maximumBodyBytes
        guard chunk.count <= limit - bodyByteCount else {
            refusal = TransportError(
                kind: .responseTooLarge(limitBytes: limit), url: shownURL,
                detail: "the body is larger than \(limit) bytes")
            return .abort
        }
        restartIdleClock()
        let verdict = body?.receive(chunk) ?? .goOn
        if verdict == .pause { quietSince = nil } else { bodyByteCount += chunk.count }
        if body == nil { collected.append(contentsOf: chunk) }
        return verdict
    }

    private func malformed(_ detail: String) -> TransportError {
        TransportError(kind: .malformedResponse, url: shownURL, detail: detail)
    }
}
