internal import Autoscaling
internal import KubernetesTypes
internal import MiniCluster

/// What befalls more than a request: cut cables, restarts, clocks that are set, controllers that are killed.
struct Calamities: Sendable {
    private let world: World
    /// What goes on at a later second.
    private var pending: [(second: Int, repair: Repair)] = []
    private var second = 0
    private var meddling: Meddling

    private enum Repair: Sendable {
        case cable(Cable)
        case server(Server)
        case start(Node)
        case clock(WallClock)
        case object(Meddling.Return)
    }

    init(_ world: World) {
        self.world = world
        meddling = Meddling(world)
    }

    /// Once a second while the storm lasts.
    mutating func strike() async {
        second += 1
        let due = pending.filter { $0.second <= second }
        pending.removeAll { $0.second <= second }
        for (_, repair) in due { await self.repair(repair) }
        guard world.weather.strikes(world.scenario.calamityPercent) else { return }
        let node = world.nodes[random(0...world.nodes.count - 1)]
        switch random(0...15) {
        case 0: cut(node.cables.kubernetes, "Kubernetes")
        case 1: cut(node.cables.prometheus, "Prometheus")
        case 2: await restart(losesHistory: false)
        case 3: await restart(losesHistory: true)
        case 4:
            count("restart of Prometheus")
            world.prometheus.stop()
            later(1...120, .server(world.prometheus))
        case 5: setClock(of: node)
        case 6, 7: kill(node)
        case 8: await stop(node)
        case 9: await deleteLease()
        case 10: await takeLease()
        case 11: await losePod()
        case 12, 13, 14:
            let weather = world.weather
            if let lost = await meddling.strike({ weather.number(in: $0) }) { later(1...20, .object(lost)) }
        default: pause()
        }
    }

    /// The end of the storm: everything is repaired.
    mutating func end() async {
        world.weather.calm()
        for (_, repair) in pending { await self.repair(repair) }
        pending = []
        world.chronicle.note("calm")
    }

    // MARK: - One by one

    private func random(_ range: ClosedRange<Int>) -> Int { world.weather.number(in: range) }

    private func count(_ kind: String) {
        world.chronicle.count(kind)
        world.chronicle.note(kind)
    }

    private mutating func later(_ seconds: ClosedRange<Int>, _ repair: Repair) {
        pending.append((second + random(seconds), repair))
    }

    private func repair(_ repair: Repair) async {
        switch repair {
        case .cable(let cable):
            world.chronicle.note("\(cable.name) is whole")
            cable.set(isWhole: true)
        case .server(let server):
            world.chronicle.note("\(server.name) is up")
            server.start()
        case .start(let node): if node.sender == nil { node.start() }
        case .clock(let clock): clock.set(off: .zero)
        case .object(let lost): await meddling.bringBack(lost)
        }
    }

    private mutating func cut(_ cable: Cable, _ server: String) {
        count("partition from \(server)")
        cable.set(isWhole: false)
        later(1...120, .cable(cable))
    }

    /// The store is etcd's: what was written stays. Who lost the history of writes cannot resume a watch.
    private mutating func restart(losesHistory: Bool) async {
        count("restart of the API server, history \(losesHistory ? "lost" : "kept")")
        world.kubernetes.stop()
        await world.store.endWatches()
        if losesHistory { await world.store.compact() }
        later(1...30, .server(world.kubernetes))
    }

    private mutating func setClock(of node: Node) {
        count("clock set")
        let seconds = random(1...120) * (random(0...1) == 0 ? 1 : -1)
        node.wall.set(off: .seconds(seconds))
        later(1...60, .clock(node.wall))
    }

    private mutating func kill(_ node: Node) {
        guard node.sender != nil else { return }
        count("controller killed")
        node.kill()
        later(0...20, .start(node))
    }

    private mutating func stop(_ node: Node) async {
        guard node.sender != nil else { return }
        count("controller stopped")
        await node.stop()
        later(0...20, .start(node))
    }

    private func deleteLease() async {
        count("lease deleted")
        let name = await meddledLease()
        _ = try? await world.store.delete(.leases, namespace: World.namespace, name: name)
    }

    /// A lease of the work's parts, or that of the group; the witness knows who holds it now.
    private func meddledLease() async -> String {
        let names = world.scenario.leaseNames
        let shard = random(0...(names.count > 1 ? names.count : 0))
        guard shard < names.count else { return World.leaseName }
        await world.witness.leaseIsMeddledWith(shard, known: world.nodes.compactMap(\.sender))
        return names[shard]
    }

    /// Somebody else writes itself into the lease, and is not heard of again: whoever holds it has to find out by itself.
    private func takeLease() async {
        count("lease taken away")
        let name = await meddledLease()
        _ = try? await world.store.update(.leases, namespace: World.namespace, name: name) { lease in
            var lease = lease
            lease[path: ["spec", "holderIdentity"]] = "somebody else"
            return lease
        }
    }

    /// A pod goes, as with its node; the Deployment replaces it.
    private func losePod() async {
        count("pod lost")
        let pods = await world.store.all(.pods, namespace: World.namespace)
        guard !pods.isEmpty,
            let name = pods[random(0...pods.count - 1)][path: ["metadata", "name"]]?.stringValue
        else { return }
        _ = try? await world.store.delete(.pods, namespace: World.namespace, name: name)
        world.witness.saw(await world.workload.simulation.pods.filter { $0.name != name })
    }

    /// Everything stands still for a while, and then all that was to happen meanwhile happens at once.
    private func pause() {
        count("pause of everything")
        Machine.pause(for: .seconds(random(1...30)))
    }
}
