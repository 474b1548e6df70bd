internal import Autoscaling
package import KubernetesClient
internal import KubernetesTypes
internal import Locking

/// Targets and pods, kept up to date by list and watch: in the steady state a look at them asks nobody.
///
///     let caches = ClusterCaches(client: client)
///     async let running: Void = caches.run()       // until cancelled
///     let targets = try await caches.observe(autoscalers)
///
/// Pods and ReplicaSets are watched from the start, the targets of a kind from when the first autoscaler names it.
package final class ClusterCaches: Sendable {
    let client: KubernetesClient
    let clock: any MonotonicClock
    let concurrency: Int
    /// Watched namespaces; `nil` stands for all of them.
    let namespaces: [String?]
    let seed: UInt64
    private let backlog: AsyncStream<Watching>
    private let begin: AsyncStream<Watching>.Continuation
    private let world = Locked(PodWorld())
    private let kinds = Locked<[Resource: KindCache]>([:])
    let unknownKinds = Locked(UnknownKinds())
    /// What the last look found; `nil` where the next one has to begin anew.
    let keptLook = Locked<KeptLook?>(nil)
    private let others = Locked<[OtherWatch]>([])
    private let podStatuses: [ReflectorStatus]
    private let ownerStatuses: [ReflectorStatus]

    /// One watch from its beginning to its cancellation.
    typealias Watching = @Sendable () async throws -> Void

    /// A collection that somebody else keeps.
    private struct OtherWatch: Sendable {
        var resource: String
        var statuses: [ReflectorStatus]
        var count: @Sendable () -> Int
    }

    /// Pods and who owns them: looked at together.
    struct PodWorld {
        var pods = PodIndex()
        var owners = ReplicaSetOwners()
        var selections = PodSelections()
    }

    /// - Parameters:
    ///   - namespaces: The namespaces to watch, for a controller without rights to the whole cluster; empty for all.
    ///   - concurrency: Scales that are read at once.
    ///   - seed: Of the jitter in waits.
    package init(
        client: KubernetesClient, namespaces: [String] = [], concurrency: Int = 16,
        clock: any MonotonicClock = SystemMonotonicClock(), seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.client = client
        self.namespaces = namespaces.isEmpty ? [nil] : namespaces
        self.concurrency = concurrency
        self.clock = clock
        self.seed = seed
        (backlog, begin) = AsyncStream.makeStream(of: Watching.self)
        podStatuses = self.namespaces.map { _ in ReflectorStatus() }
        ownerStatuses = self.namespaces.map { _ in ReflectorStatus() }
    }

    /// Keeps the caches until the task is cancelled.
    package func run() async {
        watchPods()
        watchOwners()
        await withTaskGroup(of: Void.self) { group in
            // Ends when the task is cancelled. What a watch throws is its cancellation; its failures are in its status.
            for await watching in backlog { group.addTask { try? await watching() } }
            group.cancelAll()
        }
    }

    /// Waits until pods and ReplicaSets have been listed once.
    ///
    /// - Throws: `CancellationError`.
    package func waitUntilSynced() async throws {
        for status in podStatuses + ownerStatuses { try await status.waitUntilSynced() }
    }

    /// Watches an autoscaler source beside the rest; it ends with ``run()``.
    func alsoRun(_ watching: @escaping Watching) {
        begin.yield(watching)
    }

    /// Shows the watches of an autoscaler source among ``watches``.
    ///
    /// - Parameter count: The objects held.
    func alsoShow(_ resource: String, _ statuses: [ReflectorStatus], count: @escaping @Sendable () -> Int) {
        others.withLock { $0.append(OtherWatch(resource: resource, statuses: statuses, count: count)) }
    }

    // MARK: - Watches

    private func watchPods() {
        for (namespace, status) in zip(namespaces, podStatuses) {
            let reflector = Reflector<Pod, Entry<PodRecord>>(
                client: client, collection: .collection(.pods, namespace: namespace), clock: clock, random: seed
            ) { pod in
                Entry(name: NamespacedName(pod.metadata), value: PodRecord(pod))
            }
            begin.yield { [world] in
                try await reflector.run(status: status) { change in
                    world.withLock { world in
                        switch change {
                        case .replaced(let all): world.pods.replace(all.map { ($0.name, $0.value) }, in: namespace)
                        case .stored(let entry): world.pods.store(entry.name, entry.value)
                        case .deleted(let entry): world.pods.remove(entry.name)
                        case .unreadable(let object): world.pods.remove(NamespacedName(object.identity))
                        }
                    }
                }
            }
        }
    }

    private func watchOwners() {
        for (namespace, status) in zip(namespaces, ownerStatuses) {
            let reflector = Reflector<PartialObjectMetadata, Entry<ReplicaSetOwners.Record>>(
                client: client, collection: .collection(.replicaSets, namespace: namespace), form: .metadataOnly,
                clock: clock, random: seed
            ) { object in
                Entry(name: NamespacedName(object.metadata), value: .init(object.metadata ?? ObjectMeta()))
            }
            begin.yield { [world] in
                try await reflector.run(status: status) { change in
                    world.withLock { world in
                        switch change {
                        case .replaced(let all): world.owners.replace(all.map { ($0.name, $0.value) }, in: namespace)
                        case .stored(let entry): world.owners.store(entry.name, entry.value)
                        case .deleted(let entry): world.owners.remove(entry.name)
                        case .unreadable(let object): world.owners.remove(NamespacedName(object.identity))
                        }
                    }
                }
            }
        }
    }

    /// The cache of a kind, whose watch begins now if there is none yet.
    func cache(of resource: Resource) -> KindCache {
        let (cache, isNew) = kinds.withLock { kinds in
            if let known = kinds[resource] { return (known, false) }
            let made = KindCache(resource, statuses: namespaces.map { _ in ReflectorStatus() })
            kinds[resource] = made
            return (made, true)
        }
        guard isNew else { return cache }
        for (namespace, status) in zip(namespaces, cache.statuses) {
            begin.yield(cache.isWatchedWhole ? whole(cache, namespace, status) : metadata(cache, namespace, status))
        }
        return cache
    }

    private func whole(_ cache: KindCache, _ namespace: String?, _ status: ReflectorStatus) -> Watching {
        let isDeployment = cache.resource == .deployments
        let reflector = Reflector<WorkloadObject, Entry<TargetRecord>>(
            client: client, collection: .collection(cache.resource, namespace: namespace), clock: clock, random: seed
        ) { object in
            Entry(name: object.name, value: object.record(isDeployment: isDeployment))
        }
        return { try await reflector.run(status: status) { cache.take($0, in: namespace) } }
    }

    private func metadata(_ cache: KindCache, _ namespace: String?, _ status: ReflectorStatus) -> Watching {
        let reflector = Reflector<PartialObjectMetadata, Entry<String>>(
            client: client, collection: .collection(cache.resource, namespace: namespace), form: .metadataOnly,
            clock: clock, random: seed
        ) { object in
            Entry(name: NamespacedName(object.metadata), value: object.metadata?.resourceVersion ?? "")
        }
        return { try await reflector.run(status: status) { cache.take($0, in: namespace) } }
    }

    // MARK: - Looks

    /// Why pods are not to be believed; `nil` when they are.
    package func podProblem() -> String? {
        let now = clock.now()
        return podStatuses.lazy.compactMap { WatchTrust.problem($0, of: "pods", now: now) }.first
            ?? ownerStatuses.lazy.compactMap { WatchTrust.problem($0, of: "replicasets.apps", now: now) }.first
    }

    /// How long the watch that tells of the pods of a namespace has told nothing.
    func podSilence(in namespace: String, now: Duration) -> Duration? {
        podStatus(of: namespace).map { now - ($0.lastTold ?? .zero) }
    }

    /// Of the watch that tells of the pods of a namespace; `nil` where none does.
    func podStatus(of namespace: String) -> ReflectorStatus? {
        zip(namespaces, podStatuses).first { $0.0 == nil || $0.0 == namespace }?.1
    }

    func withPods<Result>(_ body: (inout PodWorld) -> Result) -> Result {
        world.withLock { body(&$0) }
    }

    /// How each watch stands, sorted by resource: for metrics and the status page.
    package var watches: [WatchReading] {
        let now = clock.now()
        let (pods, owners) = world.withLock { ($0.pods.count, $0.owners.count) }
        var readings = [
            WatchReading("pods", podStatuses, objects: pods, now: now),
            WatchReading("replicasets.apps", ownerStatuses, objects: owners, now: now),
        ]
        for cache in kinds.withLock({ Array($0.values) }) {
            // Owners are watched anyway; where an autoscaler scales a ReplicaSet, whole ones are beside them.
            let name = cache.resource.qualifiedName + (cache.resource == .replicaSets ? " as targets" : "")
            readings.append(WatchReading(name, cache.statuses, objects: cache.count, now: now))
        }
        for other in others.withLock({ $0 }) {
            readings.append(WatchReading(other.resource, other.statuses, objects: other.count(), now: now))
        }
        return readings.sorted { $0.resource < $1.resource }
    }
}

extension NamespacedName {
    init(_ identity: ObjectIdentity) {
        self.init(namespace: identity.namespace ?? "", name: identity.name ?? "")
    }

    init(_ metadata: ObjectMeta?) {
        self.init(namespace: metadata?.namespace ?? "", name: metadata?.name ?? "")
    }
}
