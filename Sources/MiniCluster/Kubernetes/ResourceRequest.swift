internal import HTTPService
internal import KubernetesTypes

/// What a request wants of which object, as authorization sees it.
package struct RequestAttributes: Hashable, Sendable {
    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`; for a path that names no
    /// resource the method in small letters.
    package var verb: String
    package var group: String
    /// Plural, e.g. `deployments`; empty for a path that names no resource.
    package var resource: String
    package var subresource: String
    package var namespace: String
    package var name: String
    package var path: String

    /// The resource as rules write it: `deployments/scale`.
    package var qualifiedResource: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }
}

/// The path of a request for a resource, taken apart.
struct ResourceRequest: Sendable {
    var groupVersion: GroupVersion
    var namespace: String?
    var plural: String
    var name: String?
    var subresource: String?

    /// `nil` when the path names no resource (discovery, health, anything else).
    ///
    /// - Source: `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`.
    init?(_ segments: [String]) {
        var rest = segments[...]
        switch rest.popFirst() {
        case "api":
            guard let version = rest.popFirst() else { return nil }
            groupVersion = GroupVersion(group: "", version: version)
        case "apis":
            guard let group = rest.popFirst(), let version = rest.popFirst() else { return nil }
            groupVersion = GroupVersion(group: group, version: version)
        default: return nil
        }
        // `/namespaces/shop` is the namespace, `/namespaces/shop/pods` is what lies in it.
        if rest.first == "namespaces", rest.count >= 3, !["status", "finalize"].contains(rest[rest.startIndex + 2]) {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst() else { return nil }
        self.plural = plural
        name = rest.popFirst()
        subresource = rest.isEmpty ? nil : rest.joined(separator: "/")
    }

    func attributes(_ request: ServiceRequest) -> RequestAttributes {
        RequestAttributes(
            verb: verb(request), group: groupVersion.group, resource: plural, subresource: subresource ?? "",
            namespace: namespace ?? "", name: name ?? "", path: request.path)
    }

    private func verb(_ request: ServiceRequest) -> String {
        switch request.method {
        case "GET", "HEAD":
            if request.flag("watch") { "watch" } else { name == nil ? "list" : "get" }
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": name == nil ? "deletecollection" : "delete"
        default: request.method.lowercased()
        }
    }
}

extension ServiceRequest {
    /// Whether a parameter is there and not false: `watch`, `watch=1`, `watch=true`.
    func flag(_ name: String) -> Bool {
        guard let value = queryValue(name) else { return false }
        return !["0", "false", "False", "FALSE", "f", "F"].contains(value)
    }

    /// A whole number of the query; `nil` when it is not there or empty.
    ///
    /// - Throws: ``StatusError`` 400.
    func integer(_ name: String) throws -> Int64? {
        guard let text = queryValue(name), !text.isEmpty else { return nil }
        guard let number = Int64(text) else {
            throw StatusError.badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    /// The version of a list or a watch; `nil` when none is given.
    ///
    /// - Throws: ``StatusError`` 500 without a reason, as recorded.
    func resourceVersion() throws -> Int64? {
        guard let text = queryValue("resourceVersion"), !text.isEmpty else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw StatusError(
                500, "",
                "resourceVersion: Invalid value: \"\(text)\": strconv.ParseUint: parsing \"\(text)\": invalid syntax")
        }
        return number
    }

    /// - Throws: ``StatusError`` 400.
    func selection(_ kind: ResourceKind, namespace: String?, name: String?) throws -> Selection {
        var selection = Selection(namespace: namespace)
        if let text = queryValue("labelSelector"), !text.isEmpty { selection.labels = try LabelQuery(parsing: text) }
        if let text = queryValue("fieldSelector"), !text.isEmpty {
            selection.fields = try FieldQuery(parsing: text, kind: kind)
        } else if let name {
            selection.fields = try FieldQuery(parsing: "metadata.name=\(name)", kind: kind)
        }
        return selection
    }

    /// - Parameter options: The name of the options object in messages, e.g. `PatchOptions`.
    /// - Throws: ``StatusError`` 422.
    func writeOptions(_ options: String, _ subresource: Subresource? = nil) throws -> WriteOptions {
        let values = queryValues("dryRun")
        for value in values where value != "All" {
            throw StatusError.invalid(
                kind: options, group: "meta.k8s.io", name: "",
                [.notSupported("dryRun", "[\"\(value)\"]", supported: ["All"])])
        }
        // As the server has it: who names no manager is known by the first word of its User-Agent.
        let agent = headers["User-Agent"].map { String($0.prefix { $0 != "/" }) } ?? ""
        let manager = queryValue("fieldManager").flatMap { $0.isEmpty ? nil : $0 } ?? agent
        return WriteOptions(
            isDryRun: !values.isEmpty,
            writer: FieldWriter(manager: manager, subresource: subresource?.rawValue ?? ""))
    }
}
