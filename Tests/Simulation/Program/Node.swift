internal import Autoscaling
internal import Controller
internal import HTTPTransport
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
internal import PrometheusClient

/// One life of a controller, as the network and the witness know it.
final class Sender: Sendable {
    private struct State {
        var isDead = false
        var tick = 0
        var tickBegan: Int64 = 0
        var heard: [Heard] = []
    }

    /// A good answer of Prometheus, as it came off the network.
    struct Heard: Sendable {
        var time: Int64
        var body: [UInt8]
    }

    /// The identity in the lease: the machine, and which life on it.
    let name: String
    let ownership: Ownership
    private let state = Locked(State())

    init(_ name: String, shards: Int, clock: DriftingClock, _ flaw: Flaw?) {
        self.name = name
        ownership =
            if flaw == .unelected {
                .uncontested()
            } else if shards > 1 {
                Ownership(shards: shards, timings: Scenario.timings, clock: clock)
            } else {
                Ownership(Leadership(timings: Scenario.timings, clock: clock))
            }
    }

    /// Whether it thinks that a part of the work is its own.
    func owns(shard: Int) -> Bool { ownership.owns(shard: min(shard, ownership.count - 1)) }

    var isDead: Bool { state.withLock(\.isDead) }
    /// The tick under way or past, counted from 1, and when it began.
    var tick: Int { state.withLock(\.tick) }
    var tickBegan: Int64 { state.withLock(\.tickBegan) }

    /// Nothing of it reaches anybody from now on.
    func die() {
        state.withLock { $0.isDead = true }
    }

    /// Prometheus has told it something.
    func hears(_ body: [UInt8]) {
        let now = Machine.now
        let oldest = now - Witness.memory.nanoseconds
        state.withLock { state in
            state.heard.removeAll { $0.time < oldest }
            state.heard.append(Heard(time: now, body: body))
        }
    }

    /// What Prometheus has told it of late.
    var heard: [Heard] { state.withLock(\.heard) }

    func beginTick() {
        let now = Machine.now
        state.withLock { state in
            state.tick += 1
            state.tickBegan = now
        }
    }
}

/// A machine of the cluster that runs a controller, one life after the other.
final class Node: Sendable {
    private struct Life {
        var sender: Sender
        var task: Task<Void, Never>
    }

    private struct State {
        var life: Life?
        var lives = 0
        /// Tasks of former lives, which have nothing to say any more.
        var past: [Task<Void, Never>] = []
    }

    let name: String
    let wall = WallClock()
    let cables: (kubernetes: Cable, prometheus: Cable)
    private let clock: DriftingClock
    private let world: Surroundings
    private let state = Locked(State())

    /// What a controller works with that is not its own.
    struct Surroundings: Sendable {
        var scenario: Scenario
        var seed: UInt64
        var kubernetes: Server
        var prometheus: Server
        var weather: Weather
        var witness: Witness
        var chronicle: Chronicle
        /// What the controllers do wrong.
        var flaw: Flaw?
    }

    init(_ index: Int, _ world: Surroundings) {
        name = ["a", "b", "c"][index]
        self.world = world
        clock = DriftingClock(rate: world.scenario.rates[index])
        cables = (Cable(name + " to Kubernetes"), Cable(name + " to Prometheus"))
    }

    /// The life under way; `nil` between two.
    var sender: Sender? { state.withLock { $0.life?.sender } }

    func start() {
        let number = state.withLock { state in
            state.lives += 1
            return state.lives
        }
        let sender = Sender("\(name)_\(number)", shards: world.scenario.shards, clock: clock, world.flaw)
        world.chronicle.note("start \(sender.name)")
        // Awaited by stop() or finish().
        let task = Task { await run(sender, number) }
        state.withLock { $0.life = Life(sender: sender, task: task) }
    }

    /// Ends it as SIGKILL does: nothing more of it reaches anybody, and it learns nothing more.
    func kill() {
        guard let life = take() else { return }
        world.chronicle.note("kill \(life.sender.name)")
        life.sender.die()
        life.task.cancel()
        state.withLock { $0.past.append(life.task) }
    }

    /// Ends it as SIGTERM does; it is over when this returns.
    func stop() async {
        guard let life = take() else { return }
        world.chronicle.note("stop \(life.sender.name)")
        life.task.cancel()
        await life.task.value
        world.chronicle.note("stopped \(life.sender.name)")
    }

    /// Waits until all former lives have noticed.
    func finish() async {
        for task in state.withLock({ $0.past }) { await task.value }
    }

    private func take() -> Life? {
        state.withLock { state in
            defer { state.life = nil }
            return state.life
        }
    }

    // MARK: - A life

    /// What `swiftlet run` does, from its first list to its last write.
    private func run(_ sender: Sender, _ life: Int) async {
        let seed = world.seed &* 31 &+ UInt64(life)
        let client = client(of: sender)
        let configuration = world.scenario.configuration
        let caches = ClusterCaches(client: client, clock: clock, seed: seed)
        let source = WatchedAutoscalers(world.scenario.kind, caches: caches)
        let loop = loop(sender, client, caches, source, configuration)
        let elector = LeaderElector(
            client: client, namespace: World.namespace, name: World.leaseName, identity: sender.name,
            timings: Scenario.timings, clock: clock, wallClock: { [wall] in wall.now() }, seed: seed)
        let chronicle = world.chronicle
        let watching = Task { await caches.run() }
        let electing = Task {
            if sender.ownership.isShared {
                await ShardElector(elector).run(sender.ownership) { chronicle.note("\(sender.name) \($1) \($0)") }
            } else {
                await elector.run(sender.ownership.leadership) { chronicle.note("\(sender.name) \($0)") }
            }
        }
        do {
            try await source.waitUntilSynced()
            try await caches.waitUntilSynced()
            chronicle.note("\(sender.name) has synced")
            try await loop.run()
        } catch is CancellationError {
        } catch {
            chronicle.violate("the loop of \(sender.name) ended: \(error)")
        }
        electing.cancel()
        await electing.value
        watching.cancel()
        await watching.value
    }

    private func client(of sender: Sender) -> KubernetesClient {
        let link = Link(
            from: sender, to: world.kubernetes, over: cables.kubernetes, world.weather, world.witness, world.flaw)
        var options = KubernetesClient.Options()
        options.limits.total = .seconds(10)
        options.budget = RequestBudget(clock: clock)
        return KubernetesClient(access: ClusterAccess(server: "http://kubernetes"), transport: link, options: options)
    }

    private func loop(
        _ sender: Sender, _ client: KubernetesClient, _ caches: ClusterCaches, _ source: WatchedAutoscalers,
        _ configuration: ControllerConfiguration
    ) -> ControlLoop {
        let link = Link(
            from: sender, to: world.prometheus, over: cables.prometheus, world.weather, world.witness, world.flaw)
        guard let endpoint = try? PrometheusConfiguration(baseURL: "http://prometheus") else {
            preconditionFailure("the address is one")
        }
        let collector = SnapshotCollector(
            PrometheusAPI(endpoint, over: link), at: .serverNow, patience: .seconds(1),
            roundLimit: configuration.syncPeriod * 0.8)
        let reconciler = Reconciler(
            view: world.flaw == .trusting ? TrustingView(caches: caches) : caches, client: client, metrics: collector,
            ownership: sender.ownership, configuration: configuration, clock: clock)
        let objects = ObjectWriter(
            client: client, events: EventRecorder(client: client, instance: sender.name),
            ownership: sender.ownership, configuration: configuration, clock: clock)
        let witness = world.witness
        return ControlLoop(
            source: CountedSource(source: source, sender: sender), reconciler: reconciler, objects: objects,
            ownership: sender.ownership, clock: wall, syncPeriod: configuration.syncPeriod,
            onTick: { report in witness.ticked(report, of: sender) })
    }
}

/// What the caches show, and no second look.
private struct TrustingView: ClusterView {
    let caches: ClusterCaches

    func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget] {
        try await caches.observe(autoscalers)
    }

    func noteWritten(_ scale: Scale, of target: ScaleTarget) { caches.noteWritten(scale, of: target) }
}

/// Tells when a tick begins.
private struct CountedSource: AutoscalerSource {
    let source: WatchedAutoscalers
    let sender: Sender

    func autoscalers() -> SourceReading {
        sender.beginTick()
        return source.autoscalers()
    }
}
