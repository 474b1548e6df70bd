internal import Autoscaling
internal import Controller
internal import HTTPService
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
internal import MiniCluster

/// A cluster with a load on it, its Prometheus, and the controllers that stand for election in it.
final class World: Sendable {
    static let namespace = "shop"
    static let deployment = "orders"
    static let autoscaler = "orders"
    static let leaseName = "swiftlet"

    let scenario: Scenario
    let chronicle: Chronicle
    let weather: Weather
    let store: ClusterStore
    let clock: SimulationClock
    let cluster: ClusterSimulation
    let workload: SimulatedDeployment
    let kubernetes: Server
    let prometheus: Server
    let witness: Witness
    let nodes: [Node]

    /// Builds it, with two pods at work.
    init(_ scenario: Scenario, seed: UInt64, _ chronicle: Chronicle, _ flaw: Flaw?) async throws {
        self.scenario = scenario
        self.chronicle = chronicle
        let clock = SimulationClock(start: Scenario.start, speed: 1)
        let weather = Weather(scenario, seed: seed, chronicle)
        let store = ClusterStore(namespaces: ["default", Self.namespace]) { clock.now() }
        let metrics = SimulatedPrometheus { clock.now() }
        await store.register(.customAutoscalers)
        try await store.create(.deployments, namespace: Self.namespace, Self.deploymentObject(scenario))
        try await store.create(scenario.served, namespace: Self.namespace, Self.autoscalerObject(scenario))
        let simulation = WorkloadSimulation(
            deployment: Self.deployment, model: ByteBites.model, curve: scenario.demand, start: clock.start,
            seed: seed, readyPods: scenario.minReplicas)
        workload = SimulatedDeployment(
            namespace: Self.namespace, name: Self.deployment, simulation: simulation, in: store)
        try await workload.writePods()
        cluster = ClusterSimulation(
            clock: clock, prometheus: metrics, deployments: [workload], scrapeInterval: Scenario.scrapeInterval)
        let responder = APIResponder(store: store) { weather.apiFault($0) }
        kubernetes = Server("Kubernetes") { await responder.respond(to: $0) }
        let routes = metrics.routes
        prometheus = Server("Prometheus") { request in
            if let fault = weather.prometheusFault() { return fault }
            return await routes.respond(to: request)
        }
        witness = Witness(scenario, store, chronicle)
        let surroundings = Node.Surroundings(
            scenario: scenario, seed: seed, kubernetes: kubernetes, prometheus: prometheus, weather: weather,
            witness: witness, chronicle: chronicle, flaw: flaw)
        nodes = (0..<scenario.controllers).map { Node($0, surroundings) }
        (self.store, self.clock, self.weather) = (store, clock, weather)
    }

    private static func deploymentObject(_ scenario: Scenario) -> JSONValue {
        var object = ByteBites.deploymentObject
        object["metadata"] = ["name": .string(deployment)]
        object[path: ["spec", "replicas"]] = .int(Int64(scenario.minReplicas))
        return object
    }

    private static func autoscalerObject(_ scenario: Scenario) -> JSONValue {
        var object = ByteBites.autoscaler
        object["metadata"] = ["name": .string(autoscaler)]
        object[path: ["spec", "scaleTargetRef", "name"]] = .string(deployment)
        object[path: ["spec", "minReplicas"]] = .int(Int64(scenario.minReplicas))
        object[path: ["spec", "maxReplicas"]] = .int(Int64(scenario.maxReplicas))
        if scenario.kind == .horizontalAutoscaler {
            object["apiVersion"] = .string(HorizontalAutoscaler.apiVersion)
            object["kind"] = .string(HorizontalAutoscaler.kind)
        }
        return object
    }

    // MARK: - A run

    /// Seconds of rest after which nothing more is waited for.
    private static let rest = 20

    /// The storm, the calm until everything has come to rest, and the end.
    func run() async throws {
        witness.saw(await workload.simulation.pods)
        for node in nodes { node.start() }
        var calamities = Calamities(self)
        for second in 1...scenario.storm {
            try await advance(to: second)
            await calamities.strike()
        }
        await calamities.end()
        var (resting, unrest): (Int, [String]) = (0, [])
        for second in 1...scenario.calm where resting < Self.rest {
            try await advance(to: scenario.storm + second)
            unrest = await self.unrest()
            resting = unrest.isEmpty ? resting + 1 : 0
        }
        for problem in unrest { chronicle.violate("\(scenario.calm) s after the storm \(problem)") }
        for node in nodes { await node.stop() }
        for node in nodes { await node.finish() }
        await checkEnd()
    }

    private func advance(to second: Int) async throws {
        try await clock.sleep(until: Scenario.start.advanced(bySeconds: Int64(second)))
        try await cluster.advance(to: clock.now())
        witness.saw(await workload.simulation.pods)
    }

    /// What is not yet as it should be when nothing goes wrong any more.
    private func unrest() async -> [String] {
        var unrest: [String] = []
        let simulation = await workload.simulation
        let size = simulation.pods.count
        let used = simulation.pods.reduce(0) { $0 + $1.cores } * 1_000
        let utilization = used / Double(max(size, 1))
        // Whole percents; usage is rounded up from pod to pod, and the mean down.
        let wanted = [utilization.rounded(.down), utilization.rounded(.up)].map { self.wanted(size, at: $0) }
        if !wanted.contains(size) {
            unrest.append("there are \(size) pods at \(utilization) %, and there should be \(wanted)")
        }
        unrest += unshared()
        let object = try? await store.get(scenario.served, namespace: Self.namespace, name: Self.autoscaler)
        for field in ["currentReplicas", "desiredReplicas"] {
            let told = object?[path: ["status", field]]?.intValue ?? 0
            if told != Int64(size) { unrest.append("the status says \(told) \(field), and there are \(size)") }
        }
        return unrest
    }

    /// What is wrong with who does which part of the work: one owner each, and parts as even as can be.
    private func unshared() -> [String] {
        let senders = nodes.compactMap(\.sender)
        var unrest: [String] = []
        var parts: [String: Int] = [:]
        for shard in 0..<scenario.shards {
            let owners = senders.filter { $0.owns(shard: shard) }
            if owners.count != 1 { unrest.append("\(owners.map(\.name)) own part \(shard)") }
            for owner in owners { parts[owner.name, default: 0] += 1 }
        }
        let counts = senders.map { parts[$0.name] ?? 0 }
        if scenario.shards > 1, (counts.max() ?? 0) - (counts.min() ?? 0) > 1 {
            unrest.append("the parts are \(counts)")
        }
        return unrest
    }

    /// What the HPA makes of pods at a utilization of their request, with the target of 70 %.
    private func wanted(_ size: Int, at utilization: Double) -> Int {
        let ratio = utilization / 70
        let wanted =
            Tolerance(scaleDown: 0.1, scaleUp: 0.1).isWithin(ratio) ? size : Int((ratio * Double(size)).rounded(.up))
        let bounds = witness.bounds
        return min(max(wanted, Int(bounds.lowerBound)), Int(bounds.upperBound))
    }

    /// Whether who stopped has left the lease to others.
    private func checkEnd() async {
        for name in scenario.leaseNames {
            let lease = try? await store.get(.leases, namespace: Self.namespace, name: name)
            let holder = lease?[path: ["spec", "holderIdentity"]]?.stringValue ?? ""
            if !holder.isEmpty { chronicle.violate("\(holder) has stopped and still holds the lease \(name)") }
        }
    }

    /// Two that think that they lead; called at every step.
    func checkLeaders() {
        guard nodes.count > 1 else { return }
        for shard in 0..<scenario.shards {
            var owner: Sender?
            for node in nodes {
                guard let sender = node.sender, sender.owns(shard: shard) else { continue }
                if let owner, !witness.mayBothLead(owner, sender, shard) {
                    chronicle.violate("\(owner.name) and \(sender.name) lead at once, of part \(shard)")
                }
                owner = sender
            }
        }
    }
}

extension Scenario {
    /// The kind as the API server has it.
    var served: ResourceKind {
        switch kind {
        case .horizontalPodAutoscaler: .horizontalPodAutoscalers
        case .horizontalAutoscaler: .customAutoscalers
        }
    }
}

extension ResourceKind {
    /// The custom resource, without its schema.
    static let customAutoscalers = ResourceKind(
        GroupVersion(group: "swiftlet.dev", version: "v1alpha1"), plural: "horizontalautoscalers",
        kind: HorizontalAutoscaler.kind, shortNames: ["hza"], hasGeneration: true, hasStatus: true,
        hasStrategicMerge: false)
}
