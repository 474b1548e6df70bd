internal import HTTPTransport
internal import KubernetesTypes

extension KubernetesError {
    /// The most of a body that goes into an error: a `Status` of several causes is some 1,400 bytes long.
    private static let maximumMessageBytes = 2_048

    /// Reads the error out of a response whose status is not 2xx.
    ///
    /// The body is a `Status` most of the time, but plain text from priority and fairness, from an aggregated API that
    /// does not answer and for an unknown path, and anything at all from a proxy in between.
    ///
    /// - Parameter authorization: The credential that was sent, which a proxy may repeat; it is in nothing of the error.
    init(_ response: HTTPResponse, to request: RequestLine, hiding authorization: Secret?) {
        let redact = Redaction(hiding: authorization)
        var body = Status(answeredBy: response)
        body.redact(redact)
        self.init(
            kind: Self.kind(of: response.status, body: body), verb: request.verb, target: request.target,
            path: request.path, status: response.status, reason: body.reason ?? "",
            message: body.message.map { Self.oneLine($0) } ?? Self.oneLine(redact(Self.excerpt(of: response.body))),
            details: body.details ?? Status.Details(),
            retryAfterSeconds: response.headers["Retry-After"].flatMap { Int($0) }
                ?? body.details?.retryAfterSeconds.map(Int.init))
    }

    /// The error that a watch was told inside of its stream.
    init(event body: Status, of request: RequestLine, hiding authorization: Secret?) {
        var body = body
        body.redact(Redaction(hiding: authorization))
        let status = body.code.map(Int.init) ?? 500
        self.init(
            kind: Self.kind(of: status, body: body), verb: request.verb, target: request.target, path: request.path,
            status: status, reason: body.reason ?? "", message: Self.oneLine(body.message ?? ""),
            details: body.details ?? Status.Details(),
            retryAfterSeconds: body.details?.retryAfterSeconds.map(Int.init))
    }

    /// A stream that is not what a watch sends, or that ends inside an event.
    init(watch kind: Kind, _ message: String, _ request: RequestLine) {
        self.init(
            kind: kind, verb: request.verb, target: request.target, path: request.path, status: nil, reason: "",
            message: message, details: Status.Details(), retryAfterSeconds: nil)
    }

    /// A failed transfer.
    init(_ error: TransportError, to request: RequestLine) {
        self.init(
            kind: .unreachable(error.kind), verb: request.verb, target: request.target, path: request.path,
            status: nil, reason: "", message: error.detail, details: Status.Details(), retryAfterSeconds: nil)
    }

    /// A success that cannot be read.
    init(unreadable response: HTTPResponse, because error: any Error, to request: RequestLine) {
        let isCut = JSONCompleteness(response.body) == .cutOff
        self.init(
            kind: isCut ? .truncated : .undecodable, verb: request.verb, target: request.target, path: request.path,
            status: response.status, reason: "",
            message: isCut ? "after \(response.body.count) bytes" : Self.words(for: error), details: Status.Details(),
            retryAfterSeconds: nil)
    }

    /// A request that must not be sent as it is.
    init(refused message: String, _ request: RequestLine) {
        self.init(
            kind: .badRequest, verb: request.verb, target: request.target, path: request.path, status: nil, reason: "",
            message: message, details: Status.Details(), retryAfterSeconds: nil)
    }

    private static func kind(of status: Int, body: Status) -> Kind {
        switch status {
        case 401: .unauthorized
        case 403: .forbidden
        // The details name what is missing; they are empty when the resource itself is unknown.
        case 404: body.details?.name == nil ? .notServed : .notFound
        case 409: body.reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .expired(freshContinue: body.metadata?.continue.flatMap { $0.isEmpty ? nil : $0 })
        case 422: .invalid
        case 429: .tooManyRequests
        case 503: .unavailable
        case 504: .serverTimeout
        case 500...: .serverError
        // Redirects and the like: not an API server, or not one to be followed with credentials.
        case ..<400: .undecodable
        default: .badRequest
        }
    }

    /// The beginning of a body that is no `Status`: more than is shown, so that a credential in it is whole.
    private static func excerpt(of body: [UInt8]) -> String {
        String(decoding: body.prefix(maximumMessageBytes * 8), as: UTF8.self)
    }

    /// A message without line ends and control characters, shortened.
    private static func oneLine(_ whole: String) -> String {
        let text = String(decoding: whole.utf8.prefix(maximumMessageBytes), as: UTF8.self)
        let words = text.split { $0.isWhitespace || $0.isNewline || ($0.asciiValue ?? 0x20) < 0x20 }
        return words.joined(separator: " ")
    }

    /// The path inside the JSON and what is wrong there; never the JSON's content, which may be anybody's.
    ///
    /// - Parameter depth: Steps of the path that are left out: those to the object that the words are about.
    static func words(for error: any Error, below depth: Int = 0) -> String {
        guard let error = error as? DecodingError else { return "a number or a text that does not fit its field" }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context, depth))no field \"\(key.stringValue)\""
        case .valueNotFound(_, let context): return "\(place(context, depth))null where a value belongs"
        case .typeMismatch(let type, let context): return "\(place(context, depth))not of type \(type)"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "not JSON" : "\(place(context, depth))\(context.debugDescription)"
        @unknown default: return "not JSON of the expected form"
        }
    }

    private static func place(_ context: DecodingError.Context, _ depth: Int) -> String {
        let path = context.codingPath.dropFirst(depth).map { $0.intValue.map { "[\($0)]" } ?? "." + $0.stringValue }
            .joined()
        return path.isEmpty ? "" : path.drop { $0 == "." } + ": "
    }
}

extension Redaction {
    /// - Parameter authorization: The value of the header.
    init(hiding authorization: Secret?) {
        self.init(authorization.map { [$0.revealed] } ?? [], mask: Secret.mask)
    }
}

extension Status {
    fileprivate mutating func redact(_ redact: Redaction) {
        message = message.map { redact($0) }
        reason = reason.map { redact($0) }
        guard var details else { return }
        details.name = details.name.map { redact($0) }
        details.kind = details.kind.map { redact($0) }
        details.causes = details.causes?.map { cause in
            var cause = cause
            cause.message = cause.message.map { redact($0) }
            return cause
        }
        self.details = details
    }

    /// The body of an error, without any fields when it is not a `Status`.
    fileprivate init(answeredBy response: HTTPResponse) {
        let status = try? JSONReader.read(Status.self, from: response.body)
        if let status, status.kind == "Status" { self = status } else { self.init() }
    }
}

/// What an error says about the request that failed.
struct RequestLine: Sendable {
    /// As RBAC rules name it.
    var verb: String
    var target: ResourcePath?
    var path: String
}
