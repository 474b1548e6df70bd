internal import HTTPService
internal import KubernetesTypes

/// As much of the OpenAPI documents as kubectl needs to leave validation to the server.
///
/// `kubectl apply` looks for the parameter `fieldValidation` of a kind's PATCH; schemas are not there, so that it uses
/// the types built into it for its patches.
struct OpenAPI: Sendable {
    let resources: ResourceTable

    /// `nil` for other paths.
    func respond(to request: ServiceRequest) -> ServiceResponse? {
        guard request.segments.first == "openapi", request.segments.count >= 2 else { return nil }
        let path = request.segments.dropFirst().joined(separator: "/")
        switch path {
        case "v2": return version2(request)
        case "v3": return .json(index.serialized())
        default: return groupVersions.first { path == "v3/\(Self.path($0))" }.flatMap(document)
        }
    }

    /// An empty document: kubectl reads it as protobuf, of which no bytes at all are a valid message.
    private func version2(_ request: ServiceRequest) -> ServiceResponse {
        if request.headers["Accept"]?.contains("proto") ?? false {
            return ServiceResponse(
                headers: ["Content-Type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"],
                body: .bytes([]))
        }
        let document: JSONValue = [
            "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.36.2-mini"], "paths": [:],
            "definitions": [:],
        ]
        return .json(document.serialized())
    }

    private var groupVersions: [GroupVersion] {
        resources.kinds.map(\.groupVersion).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var index: JSONValue {
        var paths: JSONValue = [:]
        for groupVersion in groupVersions {
            let path = Self.path(groupVersion)
            paths[path] = ["serverRelativeURL": .string("/openapi/v3/\(path)")]
        }
        return ["paths": paths]
    }

    private static func path(_ groupVersion: GroupVersion) -> String {
        groupVersion.group.isEmpty ? "api/\(groupVersion.version)" : "apis/\(groupVersion.description)"
    }

    private func document(_ groupVersion: GroupVersion) -> ServiceResponse? {
        let kinds = resources.kinds(in: groupVersion)
        guard !kinds.isEmpty else { return nil }
        var paths: JSONValue = [:]
        for kind in kinds {
            let place = kind.isNamespaced ? "namespaces/{namespace}/" : ""
            paths["/\(Self.path(groupVersion))/\(place)\(kind.plural)/{name}"] = ["patch": Self.patchOperation(kind)]
        }
        let document: JSONValue = [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.36.2-mini"], "paths": paths,
        ]
        return .json(document.serialized())
    }

    private static func patchOperation(_ kind: ResourceKind) -> JSONValue {
        [
            "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": [
                "group": .string(kind.group), "version": .string(kind.groupVersion.version), "kind": .string(kind.kind),
            ],
            "parameters": .array(
                ["dryRun", "fieldManager", "fieldValidation", "force"].map { name in
                    ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
                }),
            "responses": ["200": ["description": "OK"]],
        ]
    }
}
