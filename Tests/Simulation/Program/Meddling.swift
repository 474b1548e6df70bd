internal import KubernetesTypes
internal import MiniCluster

/// Others who write what a controller writes, or what it goes by: a person with kubectl, a tool of delivery.
struct Meddling: Sendable {
    private let world: World
    /// Sizes written by somebody else: each is left alone for longer than the one before, and the calm has an end.
    private var sizes = 0

    /// What comes back later.
    enum Return: Sendable {
        case target(JSONValue)
        case autoscaler(JSONValue)
    }

    init(_ world: World) {
        self.world = world
    }

    /// - Returns: What is to come back, where something was taken away.
    mutating func strike(_ number: (ClosedRange<Int>) -> Int) async -> Return? {
        switch number(0...3) {
        case 0: await setSize(number(1...world.scenario.maxReplicas + 2))
        case 1: await setBounds(number(1...3), number(6...10))
        case 2: return await delete(.deployments, World.deployment).map { .target($0) }
        default: return await delete(world.scenario.served, World.autoscaler).map { .autoscaler($0) }
        }
        return nil
    }

    private func count(_ kind: String) {
        world.chronicle.count(kind)
        world.chronicle.note(kind)
    }

    private static let mostSizes = 2

    private mutating func setSize(_ size: Int) async {
        guard sizes < Self.mostSizes else { return }
        sizes += 1
        count("size set by somebody else")
        _ = try? await world.store.update(.deployments, namespace: World.namespace, name: World.deployment) { object in
            var object = object
            object[path: ["spec", "replicas"]] = .int(Int64(size))
            return object
        }
    }

    private func setBounds(_ minReplicas: Int, _ maxReplicas: Int) async {
        count("bounds changed")
        _ = try? await world.store.update(world.scenario.served, namespace: World.namespace, name: World.autoscaler) {
            object in
            var object = object
            object[path: ["spec", "minReplicas"]] = .int(Int64(minReplicas))
            object[path: ["spec", "maxReplicas"]] = .int(Int64(maxReplicas))
            return object
        }
        await world.witness.boundsMayHaveChanged()
    }

    private func delete(_ kind: ResourceKind, _ name: String) async -> JSONValue? {
        guard let object = try? await world.store.get(kind, namespace: World.namespace, name: name) else { return nil }
        count("\(kind == .deployments ? "target" : "autoscaler") deleted")
        _ = try? await world.store.delete(kind, namespace: World.namespace, name: name)
        if kind == .deployments {
            // What it owned goes with it.
            for owned in await world.store.all(.replicaSets, namespace: World.namespace) {
                let name = owned[path: ["metadata", "name"]]?.stringValue ?? ""
                _ = try? await world.store.delete(.replicaSets, namespace: World.namespace, name: name)
            }
        }
        return object
    }

    /// Makes it anew: another of the same name.
    func bringBack(_ lost: Return) async {
        let (kind, object): (ResourceKind, JSONValue) =
            switch lost {
            case .target(let object): (.deployments, object)
            case .autoscaler(let object): (world.scenario.served, object)
            }
        let name = object[path: ["metadata", "name"]] ?? ""
        let fresh: JSONValue = [
            "apiVersion": object["apiVersion"] ?? "", "kind": object["kind"] ?? "", "metadata": ["name": name],
            "spec": object["spec"] ?? [:],
        ]
        world.chronicle.note("\(kind.plural) made anew")
        do {
            try await world.store.create(kind, namespace: World.namespace, fresh)
        } catch {
            world.chronicle.violate("the object cannot be made anew: \(error)")
        }
    }
}
