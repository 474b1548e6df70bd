internal import HTTPTransport
internal import Locking

/// What an `apiVersion` and a `kind` name together.
struct GroupVersionKind: Sendable, Hashable {
    var group: String
    var version: String
    var kind: String

    /// `apps/v1`, or `v1` for the core group; `nil` for any other form.
    init?(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ PercentEncoding.isPathSegment(String($0)) }),
            !kind.isEmpty
        else { return nil }
        self.group = parts.count == 2 ? String(parts[0]) : ""
        self.version = String(parts[parts.count - 1])
        self.kind = kind
    }
}

/// Why the reference of an autoscaler does not lead to something that can be scaled.
package enum ScaleTargetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The `apiVersion` is not `GROUP/VERSION` or `VERSION`, or the kind is missing.
    case malformedReference(apiVersion: String, kind: String)
    /// The group version is served but has no such kind.
    case unknownKind(apiVersion: String, kind: String)
    /// The kind has no `scale` subresource.
    case notScalable(apiVersion: String, kind: String)

    package var description: String {
        switch self {
        case .malformedReference(let apiVersion, let kind):
            "'\(apiVersion)' with kind '\(kind)' names no kind; write apiVersion as 'apps/v1' and a kind"
        case .unknownKind(let apiVersion, let kind):
            "the API server serves no kind \(kind) in \(apiVersion); check its spelling and capitals"
        case .notScalable(let apiVersion, let kind):
            "\(kind) in \(apiVersion) cannot be scaled: it has no scale subresource"
        }
    }
}

extension KubernetesClient {
    /// Kinds whose resource is known without asking.
    private static let builtIn: [Resource] = [.deployments, .statefulSets, .replicaSets, .replicationControllers]

    /// Discovered kinds that are kept; a cluster has some dozens of scalable kinds, a hostile one could name any.
    private static let maximumDiscovered = 1_000

    /// The resource that serves a scalable kind: known beforehand, remembered, or looked up in the server's discovery.
    ///
    /// - Throws: ``ScaleTargetError``, or what ``get(_:_:)`` throws: `notServed` for an unknown group or version.
    package func scalableResource(apiVersion: String, kind: String) async throws -> Resource {
        guard let key = GroupVersionKind(apiVersion: apiVersion, kind: kind) else {
            throw ScaleTargetError.malformedReference(apiVersion: apiVersion, kind: kind)
        }
        if let known = Self.builtIn.first(where: { $0.apiVersion == apiVersion && $0.kind == kind }) { return known }
        if let known = discovered.withLock({ $0[key] }) { return known }
        let found = try await discover(key, apiVersion: apiVersion)
        discovered.withLock { known in
            if known.count < Self.maximumDiscovered { known[key] = found }
        }
        return found
    }

    private func discover(_ key: GroupVersionKind, apiVersion: String) async throws -> Resource {
        var resource = Resource(group: key.group, version: key.version, plural: "", kind: key.kind)
        let path = resource.groupVersionPath
        let call = Call(method: .get, line: RequestLine(verb: "get", target: nil, path: path))
        let served = try await decoded(APIResourceList.self, from: call).resources
        guard let entry = served.first(where: { $0.kind == key.kind && !$0.name.contains("/") }) else {
            throw ScaleTargetError.unknownKind(apiVersion: apiVersion, kind: key.kind)
        }
        guard served.contains(where: { $0.name == entry.name + "/scale" }) else {
            throw ScaleTargetError.notScalable(apiVersion: apiVersion, kind: key.kind)
        }
        resource.plural = entry.name
        resource.isNamespaced = entry.namespaced
        return resource
    }
}

/// Discovery's answer for one group version; subresources are entries named `PLURAL/SUBRESOURCE`.
private struct APIResourceList: Decodable {
    struct Entry: Decodable {
        var name: String
        var kind: String
        var namespaced: Bool
    }

    var resources: [Entry]
}
