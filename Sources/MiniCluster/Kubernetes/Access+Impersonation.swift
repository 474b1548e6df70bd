internal import HTTPService

/// Acting as another.
extension Access {
    /// Who a request counts as: its sender, or whom its `Impersonate-` headers name.
    ///
    /// The sender needs the verb `impersonate` on each of the `users`, `groups`, `uids` and `userextras` that are named.
    /// Who is acted as has the permissions of that name and of the groups named, and none of the sender's.
    ///
    /// - Source: `k8s.io/apiserver/pkg/endpoints/filters/impersonation.go`.
    /// - Throws: ``StatusError`` 403 as recorded, 500 for groups and the like without a user.
    func user(_ sender: User, impersonating request: ServiceRequest) throws -> User {
        let wanted = request.headers.fields.compactMap { Impersonated(header: $0.name, value: $0.value) }
        guard !wanted.isEmpty else { return sender }
        guard let name = wanted.first(where: { $0.resource == "users" })?.name else {
            throw StatusError(
                500, "InternalError",
                "Internal error occurred: requested \(wanted.map(\.name)) without impersonating a user")
        }
        for item in wanted where !sender.mayDo(item.attributes) {
            let attributes = ResourceRequest(request.segments)?.attributes(request)
            let asked =
                attributes
                ?? RequestAttributes(
                    verb: request.method.lowercased(), group: "", resource: "", subresource: "", namespace: "",
                    name: "",
                    path: request.path)
            throw forbidden(sender, asked, verb: "impersonate-on:user-info:" + asked.verb)
        }
        return acting(as: name, in: wanted.filter { $0.resource == "groups" }.map(\.name))
    }

    private func acting(as name: String, in groups: [String]) -> User {
        let known = users.values.first { $0.name == name }
        // Where no token is asked for, a name makes no difference either.
        let own = known?.mayDo ?? (users.isEmpty ? anonymous?.mayDo : nil) ?? { $0.resource.isEmpty }
        let permissions = [own] + groups.compactMap { self.groups[$0] }
        return User(name: name) { request in permissions.contains { $0(request) } }
    }
}

/// One thing that is impersonated, as a rule names it.
private struct Impersonated {
    var group = ""
    var resource: String
    var subresource = ""
    var name: String

    /// `nil` for any other header.
    init?(header: String, value: String) {
        let header = header.lowercased()
        name = value
        switch header {
        case "impersonate-user": resource = "users"
        case "impersonate-group": resource = "groups"
        case "impersonate-uid":
            group = "authentication.k8s.io"
            resource = "uids"
        case _ where header.hasPrefix("impersonate-extra-"):
            let key = String(header.dropFirst("impersonate-extra-".count))
            group = "authentication.k8s.io"
            resource = "userextras"
            subresource = (try? ServiceRequest(method: "GET", target: "/" + key))?.segments.first ?? key
        default: return nil
        }
    }

    var attributes: RequestAttributes {
        RequestAttributes(
            verb: "impersonate", group: group, resource: resource, subresource: subresource, namespace: "", name: name,
            path: "")
    }
}
