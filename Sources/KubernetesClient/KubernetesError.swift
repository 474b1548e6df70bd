package import HTTPTransport
package import KubernetesTypes

/// Why a request to the API server did not do what was asked.
///
/// The description is one sentence that names the object, the cause and what to do about it. No part of it ever
/// holds a credential: requests are described by verb and path, and headers are never kept.
package struct KubernetesError: Error, Sendable, CustomStringConvertible {
    /// What a caller can act on; each is told apart because the right reaction differs.
    package enum Kind: Sendable, Hashable {
        /// 401: the credentials are not, or no longer, accepted.
        case unauthorized
        /// 403: the identity lacks a permission.
        case forbidden
        /// 404 for an object (or its namespace) of a resource that is served.
        case notFound
        /// 404 for a resource, version or path that the server does not know.
        case notServed
        /// 409 on create.
        case alreadyExists
        /// 409 on write: the object was modified since it was read.
        case conflict
        /// 410: the resourceVersion or the continue token is too old; a list's answer may carry a token to go on with.
        case expired(freshContinue: String?)
        /// 422: the object breaks a rule; the message has the field paths.
        case invalid
        /// 429: come back later.
        case tooManyRequests
        /// 400, 405, 406, 413, 415, or a request that was refused before it was sent.
        case badRequest
        /// 500 and other server errors.
        case serverError
        /// 503: the server, or the aggregated API behind it, does not answer.
        case unavailable
        /// 504: the server gave up waiting.
        case serverTimeout
        /// A success whose body ends before the JSON does.
        case truncated
        /// A success whose body is not the JSON that was asked for.
        case undecodable
        /// No response at all.
        case unreachable(TransportError.Kind)
    }

    package var kind: Kind
    /// The verb as RBAC rules name it: `get`, `list`, `patch`, …
    package var verb: String
    package var target: ResourcePath?
    /// The path of the URL, without the query.
    package var path: String
    /// The HTTP status; `nil` when there was no response.
    package var status: Int?
    /// `reason` of the `Status`, e.g. `Conflict`; empty when there was none.
    package var reason: String
    /// The server's own words: `message` of the `Status`, or a text body.
    package var message: String
    /// `details` of the `Status`.
    package var details: Status.Details
    /// After how many seconds to ask again, from `Retry-After` or `details.retryAfterSeconds`.
    package var retryAfterSeconds: Int?

    package var description: String {
        "cannot \(verb) \(target?.description ?? path): \(cause)\(advice)"
    }

    private var quotedMessage: String {
        message.isEmpty ? "HTTP status \(status ?? 0)" : message
    }

    private var cause: String {
        switch kind {
        case .unauthorized: "the API server does not accept the credentials"
        case .forbidden: "\(forbiddenUser) is not allowed to"
        case .notFound: "\(missingObject) does not exist"
        case .notServed: "the API server does not serve \(path)"
        case .alreadyExists: "an object of that name exists already"
        case .conflict: "it was changed by somebody else since it was read"
        case .expired: "the requested resourceVersion or continue token is too old"
        case .tooManyRequests: "the API server refuses more requests for now (\(quotedMessage))"
        case .unavailable: "the service is unavailable (\(quotedMessage))"
        case .truncated: "the answer ends before its JSON does (\(message))"
        case .undecodable: "the answer is not what was asked for (\(quotedMessage))"
        case .unreachable: "no answer from the API server (\(message))"
        case .invalid, .badRequest, .serverError, .serverTimeout: quotedMessage
        }
    }

    private var advice: String {
        switch kind {
        case .unauthorized: "; renew the token or the client certificate"
        case .forbidden: "; \(missingRule)"
        case .notServed: "; check the apiVersion, and that its CustomResourceDefinition is installed"
        case .conflict: "; read it again and decide anew"
        case .expired: "; list again from the start"
        case .tooManyRequests, .serverTimeout, .unavailable:
            retryAfterSeconds.map { "; try again in \($0) s" } ?? "; try again later"
        case .truncated: "; try again, and look for a proxy that cuts connections"
        case .undecodable: "; check that the server's address is that of a Kubernetes API server"
        case .unreachable(.tls): "; check certificate-authority and tls-server-name of the cluster"
        case .unreachable: "; check the server's address and the network"
        case .notFound, .alreadyExists, .invalid, .badRequest, .serverError: ""
        }
    }

    /// The server names the user only in its message: `User "viewer" cannot patch …`.
    private var forbiddenUser: String {
        guard let user = message.firstRange(of: "User \"") else { return "this identity" }
        return "user \"" + message[user.upperBound...].prefix { $0 != "\"" } + "\""
    }

    /// The RBAC rule that would have allowed the request.
    private var missingRule: String {
        // Older servers say `cannot impersonate resource "users"`, newer ones `cannot impersonate-on:user-info:get …`.
        if message.contains("cannot impersonate") {
            return "allow verb \"impersonate\" on the users, groups and the like to act as, with a ClusterRole"
        }
        guard let target else { return "allow verb \"\(verb)\" on the URL \"\(path)\"" }
        let place = target.namespace.map { "in namespace \"\($0)\" with a Role" } ?? "with a ClusterRole"
        return "allow verb \"\(verb)\" on resource \"\(target.ruleName)\" "
            + "in API group \"\(target.resource.group)\" \(place)"
    }

    /// What is missing may be the namespace rather than the object; the details say which.
    private var missingObject: String {
        guard let name = details.name, let kind = details.kind else { return "the object" }
        return kind == "namespaces" ? "namespace \"\(name)\"" : "\"\(name)\""
    }
}
