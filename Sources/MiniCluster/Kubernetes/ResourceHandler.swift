internal import HTTPService
internal import KubernetesTypes

/// Carries out one request for a resource: chooses by method and path, and finds the form of the answer.
struct ResourceHandler: Sendable {
    let store: ClusterStore
    let kind: ResourceKind
    let target: ResourceRequest
    let request: ServiceRequest

    /// Objects of a namespaced kind are addressed within one; others have none.
    var namespace: String { kind.isNamespaced ? target.namespace ?? "" : "" }

    func respond() async throws -> ServiceResponse {
        let subresource = try self.subresource()
        let form = try Representation(accept: request.headers["Accept"])
        switch (request.method, target.name) {
        case ("GET", let name?) where !request.flag("watch"), ("HEAD", let name?):
            return try await get(name, subresource, form)
        case ("GET", _), ("HEAD", nil):
            if request.flag("watch") { return try await watch(form) }
            return try await list(form)
        case ("POST", nil): return try await create(form)
        case ("PUT", let name?): return try await put(name, subresource, form)
        case ("PATCH", let name?): return try await patch(name, subresource, form)
        case ("DELETE", let name?) where subresource == nil: return try await delete(name)
        case ("DELETE", nil) where kind.verbs.contains("deletecollection"): return try await deleteCollection()
        default: throw StatusError.methodNotAllowed
        }
    }

    private func subresource() throws -> Subresource? {
        guard let text = target.subresource else { return nil }
        guard let subresource = Subresource(rawValue: text), kind.subresources.contains(subresource) else {
            throw StatusError.resourceNotFound
        }
        return subresource
    }

    // MARK: Reading

    private func get(_ name: String, _ subresource: Subresource?, _ form: Representation) async throws
        -> ServiceResponse
    {
        let object = try await store.get(kind, namespace: namespace, name: name)
        return response(view(object, subresource), subresource == .scale ? .plain : form)
    }

    private func list(_ form: Representation) async throws -> ServiceResponse {
        let selection = try request.selection(kind, namespace: target.namespace, name: target.name)
        let page = try await store.list(kind, selection, try window())
        var metadata: JSONValue = ["resourceVersion": .string(String(page.resourceVersion))]
        if let token = page.continueToken { metadata["continue"] = .string(token) }
        if let remaining = page.remaining { metadata["remainingItemCount"] = .int(Int64(remaining)) }
        let now = store.now()
        let body: JSONValue =
            switch form {
            case .table: Table(kind, now: now).list(page.items, metadata: metadata)
            case .metadata: ObjectForm.metadataList(page.items, metadata: metadata)
            case .plain:
                [
                    "kind": .string(kind.kind + "List"), "apiVersion": .string(kind.apiVersion), "metadata": metadata,
                    "items": .array(page.items),
                ]
            }
        return .json(body.serialized() + [10])
    }

    private func window() throws -> ListWindow {
        var window = ListWindow()
        window.limit = Int(try request.integer("limit") ?? 0)
        if let token = request.queryValue("continue"), !token.isEmpty { window.continueToken = token }
        let version = try request.resourceVersion()
        let match = request.queryValue("resourceVersionMatch") ?? ""
        var causes: [FieldCause] = []
        if !match.isEmpty, version == nil {
            causes.append(
                .forbidden(
                    "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        }
        if request.flag("sendInitialEvents") {
            causes.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
        }
        if !causes.isEmpty { throw Self.invalidListOptions(causes) }
        switch version {
        case nil: window.moment = .newest
        case 0: window.moment = .any
        case let version?: window.moment = match == "Exact" ? .exactly(version) : .notOlderThan(version)
        }
        return window
    }

    static func invalidListOptions(_ causes: [FieldCause]) -> StatusError {
        .invalid(kind: "ListOptions", group: "meta.k8s.io", name: "", causes)
    }

    // MARK: Answering

    func view(_ object: JSONValue, _ subresource: Subresource?) -> JSONValue {
        guard subresource == .scale, let mapping = kind.scale else { return object }
        return ScaleSubresource.scale(of: object, mapping)
    }

    func response(
        _ object: JSONValue, _ form: Representation, status: Int = 200, warnings: [String] = []
    ) -> ServiceResponse {
        let body: JSONValue =
            switch form {
            case .plain: object
            case .table: Table(kind, now: store.now()).single(object)
            case .metadata: ObjectForm.metadata(object)
            }
        var response = ServiceResponse.json(body.serialized() + [10], status: status)
        for warning in warnings { response.headers.append("Warning", "299 - \"\(warning)\"") }
        return response
    }
}

/// The form in which a client wants objects, from its `Accept` header.
enum Representation: Hashable, Sendable {
    case plain
    /// Columns, as kubectl prints them.
    case table
    /// `PartialObjectMetadata`.
    case metadata

    /// Takes the first form of the header that is served.
    ///
    /// - Throws: ``StatusError`` 406.
    init(accept: String?) throws {
        guard let accept, !accept.isEmpty else {
            self = .plain
            return
        }
        for choice in accept.split(separator: ",") {
            let parts = choice.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let media = parts.first, ["application/json", "application/*", "*/*"].contains(media) else {
                continue
            }
            switch parts.first(where: { $0.hasPrefix("as=") })?.dropFirst(3) {
            case nil: self = .plain
            case "Table": self = .table
            case "PartialObjectMetadata", "PartialObjectMetadataList": self = .metadata
            default: continue
            }
            return
        }
        throw StatusError.notAcceptable
    }
}

/// Objects without anything but their metadata.
enum ObjectForm {
    static func metadata(_ object: JSONValue) -> JSONValue {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] ?? [:]]
    }

    static func metadataList(_ items: [JSONValue], metadata: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "items": .array(items.map { ["metadata": $0["metadata"] ?? [:]] }),
        ]
    }
}
