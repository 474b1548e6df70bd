internal import KubernetesTypes

/// Who may come to the API, and what each may do.
package struct Access: Sendable {
    /// Whether a user may do something; the answer is a 403 as RBAC gives it when not.
    package typealias Permission = @Sendable (RequestAttributes) -> Bool

    /// A user behind a bearer token.
    package struct User: Sendable {
        package var name: String
        package var mayDo: Permission

        package init(name: String, mayDo: @escaping Permission = { _ in true }) {
            self.name = name
            self.mayDo = mayDo
        }
    }

    var users: [String: User]
    var anonymous: User?
    /// What the members of a group may do, by its name. Groups are known of impersonated users alone.
    var groups: [String: Permission]

    /// Anybody may do everything; no token is asked for.
    package static let open = Access(users: [:], anonymous: User(name: "system:anonymous"))

    /// - Parameters:
    ///   - users: By bearer token.
    ///   - anonymous: Who comes without a token. With `nil` nobody may; by default such a client is known as
    ///     `system:anonymous`, and gets a 403 for everything but health and version.
    ///   - groups: Besides `system:masters`, whose members may do everything.
    package init(
        users: [String: User], anonymous: User? = User(name: "system:anonymous") { $0.resource.isEmpty },
        groups: [String: Permission] = [:]
    ) {
        self.users = users
        self.anonymous = anonymous
        self.groups = groups.merging(["system:masters": { _ in true }]) { given, _ in given }
    }

    /// - Throws: ``StatusError`` 401.
    func user(authorization: String?) throws -> User {
        guard let authorization else {
            guard let anonymous else { throw StatusError.unauthorized }
            return anonymous
        }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            if let anonymous, users.isEmpty { return anonymous }
            throw StatusError.unauthorized
        }
        if let user = users[String(parts[1])] { return user }
        if users.isEmpty, let anonymous { return anonymous }
        throw StatusError.unauthorized
    }

    /// - Throws: ``StatusError`` 403.
    func check(_ user: User, _ request: RequestAttributes) throws {
        if user.mayDo(request) { return }
        throw forbidden(user, request, verb: request.verb)
    }

    /// The 403 of RBAC.
    ///
    /// - Parameter verb: What was not allowed, in words of a rule.
    func forbidden(_ user: User, _ request: RequestAttributes, verb: String) -> StatusError {
        guard !request.resource.isEmpty else {
            return StatusError(
                403, "Forbidden",
                "forbidden: User \"\(user.name)\" cannot \(verb) path \"\(request.path)\"", details: [:])
        }
        let qualified = request.group.isEmpty ? request.resource : "\(request.resource).\(request.group)"
        let named = request.name.isEmpty ? qualified : "\(qualified) \"\(request.name)\""
        let place = request.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(request.namespace)\""
        var error = StatusError(
            403, "Forbidden",
            "\(named) is forbidden: User \"\(user.name)\" cannot \(verb) resource "
                + "\"\(request.qualifiedResource)\" in API group \"\(request.group)\" \(place)",
            details: ["kind": .string(request.resource)])
        if !request.name.isEmpty { error.details?["name"] = .string(request.name) }
        if !request.group.isEmpty { error.details?["group"] = .string(request.group) }
        return error
    }
}
