internal import FoundationEssentials

/// Who the client says it is. A request that carries its own `Authorization` header overrides it.
///
/// Its description never shows the secret, so that a configuration may be logged.
public enum HTTPCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    case none
    /// A bearer token (RFC 6750), without the word `Bearer`.
    case bearer(String)
    /// User and password (RFC 7617), encoded as UTF-8.
    case basic(user: String, password: String)

    /// The value of the `Authorization` header; `nil` for ``none``.
    public var authorization: String? {
        switch self {
        case .none: nil
        case .bearer(let token): "Bearer \(token)"
        case .basic(let user, let password): "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        }
    }

    public var description: String {
        switch self {
        case .none: "none"
        case .bearer: "bearer …"
        case .basic(let user, _): "basic \(user):…"
        }
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
