internal import Controller
internal import KubernetesClient
internal import KubernetesTypes

/// Finds autoscalers of a namespace by their names, as `kubectl` takes them: `web`, `hpa/web`, `hza web api`.
struct NamedAutoscalers: Sendable {
    let client: KubernetesClient
    let namespace: String

    /// In the order of the names.
    ///
    /// - Throws: ``UsageError`` for a kind that is none, ``CommandFailure`` for a name that nothing has or that two have,
    ///   `KubernetesError` when the API server does not say.
    func find(_ words: [String]) async throws -> [Autoscaler] {
        var names = words
        if let first = words.first, words.count > 1, Self.kind(first) != nil, !first.contains("/") {
            names = words.dropFirst().map { "\(first)/\($0)" }
        }
        var found: [Autoscaler] = []
        for name in names {
            let autoscaler = try await find(name)
            guard !found.contains(where: { $0.key == autoscaler.key }) else { continue }
            found.append(autoscaler)
        }
        return found
    }

    private func find(_ written: String) async throws -> Autoscaler {
        let parts = written.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let name = parts[parts.count - 1]
        guard parts.count <= 2, !name.isEmpty else {
            throw UsageError("'\(written)' is no NAME, hza/NAME or hpa/NAME", command: "plan")
        }
        if parts.count == 2 {
            guard let kind = Self.kind(parts[0]) else {
                throw UsageError(
                    "'\(parts[0])' is no kind of autoscaler, write hza/\(name) or hpa/\(name)", command: "plan")
            }
            return try autoscaler(try await get(kind, name), kind)
        }
        return try await find(anyKind: name)
    }

    private static func kind(_ written: String) -> AutoscalerObject.Kind? {
        // As kubectl has them: short names, singular, plural, each with its group or without.
        switch written.lowercased().split(separator: ".", maxSplits: 1).first {
        case "hza", "horizontalautoscaler", "horizontalautoscalers": .horizontalAutoscaler
        case "hpa", "horizontalpodautoscaler", "horizontalpodautoscalers": .horizontalPodAutoscaler
        default: nil
        }
    }

    /// The one that has the name, of either kind. Who may not read one kind, or does not have it, can use the other.
    private func find(anyKind name: String) async throws -> Autoscaler {
        var found: [(HorizontalAutoscaler, AutoscalerObject.Kind)] = []
        var refusals: [KubernetesError] = []
        for kind in [AutoscalerObject.Kind.horizontalAutoscaler, .horizontalPodAutoscaler] {
            do {
                found.append((try await get(kind, name), kind))
            } catch let error as KubernetesError {
                switch error.kind {
                case .notFound, .notServed: continue
                case .forbidden: refusals.append(error)
                default: throw error
                }
            }
        }
        if found.count > 1 {
            throw CommandFailure(
                .no, "namespace \(namespace) has two autoscalers '\(name)', write hza/\(name) or hpa/\(name)")
        }
        if let (object, kind) = found.first { return try autoscaler(object, kind) }
        if let refusal = refusals.first { throw refusal }
        throw CommandFailure(
            .no, "namespace \(namespace) has no HorizontalAutoscaler and no HorizontalPodAutoscaler '\(name)'")
    }

    private func get(_ kind: AutoscalerObject.Kind, _ name: String) async throws -> HorizontalAutoscaler {
        switch kind {
        case .horizontalAutoscaler:
            try await client.get(
                HorizontalAutoscaler.self, .object(.horizontalAutoscalers, namespace: namespace, name: name))
        case .horizontalPodAutoscaler:
            HorizontalAutoscaler(
                reading: try await client.get(
                    HorizontalPodAutoscaler.self,
                    .object(.horizontalPodAutoscalers, namespace: namespace, name: name)))
        }
    }

    private func autoscaler(_ object: HorizontalAutoscaler, _ kind: AutoscalerObject.Kind) throws -> Autoscaler {
        do {
            return try Autoscaler(object, kind: kind)
        } catch {
            throw CommandFailure(.no, "\(namespace)/\(object.metadata?.name ?? ""): \(error.problem)")
        }
    }
}
