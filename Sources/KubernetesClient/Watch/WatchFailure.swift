internal import KubernetesTypes

/// Why a list or a watch has to be begun again; counted apart because each says something else about the cluster.
package enum RestartCause: String, Sendable, Hashable, CaseIterable {
    /// The server ended the watch in order: its time was up, or the server restarts.
    case ended
    /// The connection broke, or could not be made.
    case disconnected
    /// No byte came for longer than bookmarks are apart, or for long enough to look, and something had changed.
    case silent
    /// 410: the server does not remember so far back.
    case expired
    /// 429.
    case tooManyRequests
    /// 503 and 504.
    case unavailable
    /// 401 and 403, or no credential.
    case refused
    /// Any other refusal: 400, 404, 500, ….
    case rejected
    /// What came is not what was asked for.
    case unreadable
}

/// What went wrong, as far as it decides what to do next.
struct WatchFailure: Error, Sendable, Hashable {
    var cause: RestartCause
    /// Not before; as the server asked.
    var retryAfter: Duration?
    var text: String

    init(_ cause: RestartCause, retryAfter: Duration? = nil, _ text: String) {
        self.cause = cause
        self.retryAfter = retryAfter
        self.text = text
    }

    init(_ error: any Error) {
        guard let error = error as? KubernetesError else {
            self.init(error is CredentialError ? .refused : .disconnected, "\(error)")
            return
        }
        let cause: RestartCause =
            switch error.kind {
            case .expired: .expired
            case .tooManyRequests: .tooManyRequests
            case .unavailable, .serverTimeout: .unavailable
            case .undecodable: .unreadable
            case .unreachable, .truncated: .disconnected
            case .unauthorized, .forbidden: .refused
            case .notFound, .notServed, .alreadyExists, .conflict, .invalid, .badRequest, .serverError: .rejected
            }
        self.init(cause, retryAfter: error.retryAfterSeconds.map { .seconds($0) }, "\(error)")
    }
}

/// How one watch went.
struct WatchReport: Sendable, Hashable {
    enum End: Sendable, Hashable {
        case ended
        case silent
        /// Something else showed that it does not tell what is there.
        case distrusted
        case failed(WatchFailure)

        var cause: RestartCause {
            switch self {
            case .ended: .ended
            case .silent, .distrusted: .silent
            case .failed(let failure): failure.cause
            }
        }
    }

    /// Up to which version everything has been told.
    var resourceVersion: String
    /// From when it was asked for until its end.
    var lived = Duration.zero
    /// Whether an event or a bookmark came.
    var hasProgressed = false
    var end = End.ended
}
