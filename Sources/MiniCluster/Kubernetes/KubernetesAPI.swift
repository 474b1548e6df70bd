package import HTTPService
internal import KubernetesTypes

/// A Kubernetes API server over HTTP on this machine, in front of a ``ClusterStore``.
///
/// It speaks the part of the API that autoscalers and kubectl use, with the status codes, messages and orders of
/// events recorded from a real server: resource versions and conflicts, watches with bookmarks, expiry, subresources,
/// discovery, tables. There is no TLS: it listens on the loopback interface.
package final class KubernetesAPI: Sendable {
    package let store: ClusterStore
    private let server: HTTPServer

    /// The limit of the real server for a body, in bytes.
    static let bodyLimit = 3 << 20

    /// Starts serving at once.
    ///
    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - fault: Asked for every request.
    /// - Throws: ``ServerError``.
    package init(
        store: ClusterStore,
        address: String = "127.0.0.1",
        port: Int = 0,
        access: Access = .open,
        limits: ServiceLimits = ServiceLimits(bodyBytes: KubernetesAPI.bodyLimit, connections: 2048),
        fault: FaultHook? = nil
    ) throws {
        self.store = store
        let responder = APIResponder(store: store, access: access, fault: fault)
        self.server = try HTTPServer(
            address: address, port: port, limits: limits,
            oversized: { _ in APIResponder.response(StatusError.bodyTooLarge(limit: limits.bodyBytes)) },
            handler: { await responder.respond(to: $0) })
    }

    package var port: Int { server.port }
    /// `http://127.0.0.1:41234`.
    package var url: String { server.url }

    /// Ends all watches properly and stops serving; the store stays.
    package func stop() async {
        await server.stop()
    }

    /// A kubeconfig that leads here, in JSON, which is YAML too.
    ///
    /// - Parameter token: The bearer token of a user of ``Access``, for clients that send it over plain HTTP; kubectl does
    ///   not (client-go reads credentials for TLS only), and so is always anonymous here.
    package func kubeconfig(token: String? = nil, namespace: String = "default") -> String {
        let user: JSONValue = token.map { ["token": .string($0)] } ?? [:]
        let config: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": "mini",
            "clusters": [["name": "mini", "cluster": ["server": .string(url)]]],
            "users": [["name": "mini", "user": user]],
            "contexts": [
                ["name": "mini", "context": ["cluster": "mini", "user": "mini", "namespace": .string(namespace)]]
            ],
        ]
        return config.description + "\n"
    }
}

/// Answers the requests of a ``KubernetesAPI``; needs no socket.
package struct APIResponder: Sendable {
    let store: ClusterStore
    let access: Access
    let fault: FaultHook?

    package init(store: ClusterStore, access: Access = .open, fault: FaultHook? = nil) {
        self.store = store
        self.access = access
        self.fault = fault
    }

    package func respond(to request: ServiceRequest) async -> ServiceResponse {
        switch await fault?(request) {
        case nil: return await answer(request)
        case .status(let error): return Self.response(error)
        case .tooManyRequests(let seconds): return Fault.tooManyRequestsResponse(retryAfterSeconds: seconds)
        case .respond(let response): return response
        case .dropConnection: return .dropConnection
        case .dropAnswer:
            _ = await answer(request)
            return .dropConnection
        case .truncateAnswer(let count): return Fault.truncated(await answer(request), to: count)
        case .delay(let time):
            try? await Task.sleep(for: time)
            return await answer(request)
        }
    }

    private func answer(_ request: ServiceRequest) async -> ServiceResponse {
        var response: ServiceResponse
        do {
            response = try await route(request)
        } catch let error as StatusError {
            response = Self.response(error)
        } catch {
            response = Self.response(StatusError(500, "InternalError", "Internal error occurred: \(error)"))
        }
        response.headers.append("Audit-Id", ObjectMetadata.newUID())
        response.headers.append("Cache-Control", "no-cache, private")
        return response
    }

    private func route(_ request: ServiceRequest) async throws -> ServiceResponse {
        let sender = try access.user(authorization: request.headers["Authorization"])
        let user = try access.user(sender, impersonating: request)
        guard let resource = ResourceRequest(request.segments) else {
            let attributes = RequestAttributes(
                verb: request.method.lowercased(), group: "", resource: "", subresource: "", namespace: "", name: "",
                path: request.path)
            try access.check(user, attributes)
            return Discovery(resources: await store.resources).respond(to: request)
        }
        try access.check(user, resource.attributes(request))
        let table = await store.resources
        guard let kind = table.kind(resource.groupVersion, plural: resource.plural) else {
            let isKnown = table.kinds.contains { $0.group == resource.groupVersion.group }
            if isKnown { throw StatusError.resourceNotFound }
            return .text("404 page not found\n", status: 404)
        }
        let handler = ResourceHandler(store: store, kind: kind, target: resource, request: request)
        return try await handler.respond()
    }

    static func response(_ error: StatusError) -> ServiceResponse {
        var response = ServiceResponse.json(error.status.serialized() + [10], status: error.code)
        if let seconds = error.retryAfterSeconds { response.headers["Retry-After"] = String(seconds) }
        return response
    }
}
