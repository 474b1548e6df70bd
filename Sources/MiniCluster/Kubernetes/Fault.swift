package import HTTPService

/// Something that goes wrong with a request, on purpose: a test's way to see how a client takes it.
package enum Fault: Sendable {
    /// An error in the API's own shape.
    case status(StatusError)
    /// Too many requests, as priority and fairness answers: plain text with `Retry-After`.
    case tooManyRequests(retryAfterSeconds: Int)
    /// Any answer at all, e.g. garbage with a 200.
    case respond(ServiceResponse)
    /// The connection is closed without an answer, before anything is done.
    case dropConnection
    /// The request is carried out, but the connection is closed instead of answering: the client cannot know.
    case dropAnswer
    /// The request is carried out, and only the first bytes of the answer come.
    case truncateAnswer(bytes: Int)
    /// The request is carried out that much later.
    case delay(Duration)
}

/// Decides which requests go wrong; asked for each one, before anything else.
package typealias FaultHook = @Sendable (ServiceRequest) async -> Fault?

extension Fault {
    static func tooManyRequestsResponse(retryAfterSeconds: Int) -> ServiceResponse {
        var response = ServiceResponse.text("Too many requests, please try again later.\n", status: 429)
        response.headers["Retry-After"] = String(retryAfterSeconds)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    }

    /// What is left of an answer: its first bytes, then the connection is cut. A stream is cut when it gets there, also
    /// in the middle of an event.
    static func truncated(_ response: ServiceResponse, to count: Int) -> ServiceResponse {
        var response = response
        switch response.body {
        case .bytes(let bytes):
            response.body = .truncated(Array(bytes.prefix(count)), announcedBytes: bytes.count)
        case .stream(let produce):
            response.body = .stream { try await produce($0.cut(afterBytes: count)) }
        case .truncated, .none: break
        }
        return response
    }
}
