internal import Files
internal import FoundationEssentials
internal import HTTPTransport
internal import Locking

/// Gives each request its `Authorization` header, and keeps up with a token file that rotates.
///
/// A file is read again when a minute has passed since it was read, and at once when the server refuses the token. The
/// kubelet renews a ServiceAccount token at 80 % of its life, which is never under eight minutes.
///
/// - Source: client-go `transport/token_source.go` for the minute, and for keeping the old token when reading fails.
final class Authenticator: Sendable {
    /// How long a token is used before its file is read again.
    static let rereadInterval: Duration = .seconds(60)

    /// Tells the time; an argument, so that tests need not wait a minute.
    typealias Clock = @Sendable () -> ContinuousClock.Instant

    private struct Cached {
        var token: Secret?
        var readAt: ContinuousClock.Instant?
    }

    private let credential: Credential
    private let now: Clock
    private let cached = Locked(Cached())

    init(_ credential: Credential, now: @escaping Clock = { .now }) {
        self.credential = credential
        self.now = now
    }

    /// The header's value; `nil` for a request without one.
    ///
    /// - Throws: ``CredentialError`` when a token file has never been readable or a plugin fails; `CancellationError`.
    func authorization() async throws -> Secret? {
        switch credential {
        case .none: return nil
        case .token(let token): return Self.bearer(token)
        case .basic(let username, let password):
            return HTTPCredentials.basic(user: username, password: password.revealed).authorization.map(Secret.init)
        case .tokenFile(let path, let fallback):
            return Self.bearer(try token(at: path, fallback: fallback))
        case .exec(let source): return try await source.credential().token.map(Self.bearer)
        }
    }

    /// Tells that the server refused this header. The file is read again, the plugin run again.
    ///
    /// - Returns: Whether there is now something else to try.
    func isReplaced(_ refused: Secret?) async -> Bool {
        switch credential {
        case .none, .token, .basic: return false
        case .tokenFile:
            cached.withLock { $0.readAt = nil }
            guard let fresh = try? await authorization() else { return false }
            return fresh != refused
        case .exec(let source): return await source.isReplaced { $0.map(Self.bearer) == refused }
        }
    }

    private static func bearer(_ token: Secret) -> Secret { Secret("Bearer " + token.revealed) }

    /// The file is read outside the lock; two tasks that find it due at once both read it, which does no harm.
    private func token(at path: String, fallback: Secret?) throws(CredentialError) -> Secret {
        let time = now()
        let current = cached.withLock { $0 }
        if let token = current.token, let readAt = current.readAt, time - readAt < Self.rereadInterval { return token }
        do throws(CredentialError) {
            let token = try Self.read(path)
            cached.withLock { $0 = Cached(token: token, readAt: time) }
            return token
        } catch {
            guard let token = current.token ?? fallback else { throw error }
            return token
        }
    }

    private static func read(_ path: String) throws(CredentialError) -> Secret {
        guard let bytes = try? WholeFile.read(path, limit: 1 << 20) else {
            throw CredentialError(path: path, problem: "the token file cannot be read")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let token = text.split { $0.isWhitespace || $0.isNewline }
        guard token.count == 1, let token = token.first else {
            throw CredentialError(
                path: path, problem: token.isEmpty ? "the token file is empty" : "it holds no token")
        }
        return Secret(String(token))
    }
}

/// A file that a credential is in cannot be used. The description names the file and never its content.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package var path: String
    package var problem: String

    package init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    package var description: String { "\(path): \(problem)" }
}
