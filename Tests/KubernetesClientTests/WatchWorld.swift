import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// What a test's cache keeps of an object.
struct PodEntry: Sendable, Hashable {
    var name: String
    var version: String
    var labels: [String: String]

    init(_ metadata: ObjectMeta?) {
        name = (metadata?.namespace ?? "") + "/" + (metadata?.name ?? "")
        version = metadata?.resourceVersion ?? ""
        labels = metadata?.labels ?? [:]
    }
}

/// A cache as a reflector fills it, for tests to look at and to wait on.
actor WatchedCache {
    private(set) var entries: [String: PodEntry] = [:]
    private(set) var replacements = 0
    private(set) var unreadable: [UnreadableObject] = []
    private var waiters: [(condition: ([String: PodEntry]) -> Bool, waiter: CheckedContinuation<Void, Never>)] = []

    func apply(_ change: CacheChange<PodEntry>) {
        switch change {
        case .replaced(let all):
            replacements += 1
            unreadable = []
            entries = Dictionary(all.map { ($0.name, $0) }) { $1 }
        case .stored(let entry): entries[entry.name] = entry
        case .deleted(let entry): entries[entry.name] = nil
        case .unreadable(let object):
            unreadable.removeAll { $0.identity.text == object.identity.text }
            entries[object.identity.text] = nil
            if !object.isDeleted { unreadable.append(object) }
        }
        let (ready, waiting) = (waiters.filter { $0.condition(entries) }, waiters.filter { !$0.condition(entries) })
        waiters = waiting
        for entry in ready { entry.waiter.resume() }
    }

    /// Waits until the entries are as wanted; the suite's time limit ends a wait that is in vain.
    func wait(until condition: @escaping @Sendable ([String: PodEntry]) -> Bool) async {
        if condition(entries) { return }
        await withCheckedContinuation { waiters.append((condition, $0)) }
    }

    /// Waits until the cache equals the pods of a store.
    func equals(_ store: ClusterStore) async {
        let pods = await store.all(.pods).map(\.podEntry)
        let wanted = Dictionary(pods.map { ($0.name, $0) }) { $1 }
        await wait { $0 == wanted }
    }
}

extension JSONValue {
    var podEntry: PodEntry {
        let metadata = self["metadata"]
        let labels = metadata?["labels"]?.objectValue ?? [:]
        return PodEntry(
            ObjectMeta(
                name: metadata?["name"]?.stringValue, namespace: metadata?["namespace"]?.stringValue,
                resourceVersion: metadata?["resourceVersion"]?.stringValue,
                labels: labels.compactMapValues(\.stringValue)))
    }

    static func pod(_ name: String, _ app: String = "web") -> JSONValue {
        [
            "metadata": ["name": .string(name), "labels": ["app": .string(app)]],
            "spec": ["containers": [["name": "app", "image": "registry.invalid/app:1"]]],
        ]
    }
}

/// The machine's clock, a hundred times as fast for whoever sleeps by it: back-offs are short then.
struct HurriedClock: MonotonicClock {
    private let system = SystemMonotonicClock()

    func now() -> Duration { system.now() * 100 }
    func sleep(for duration: Duration) async throws { try await system.sleep(for: duration / 100) }
}

/// A reflector of the pods of a live cluster, and what it did.
struct WatchedCluster: Sendable {
    var cluster: LiveCluster
    var cache = WatchedCache()
    var status = ReflectorStatus()

    static func run(
        options: ReflectorOptions = ReflectorOptions(), form: ObjectForm = .whole,
        clock: any MonotonicClock = HurriedClock(), seed: UInt64 = 1,
        fault: (@Sendable (ClusterStore, ServiceRequest) async throws -> Fault?)? = nil,
        _ body: @Sendable (WatchedCluster) async throws -> Void
    ) async throws {
        try await LiveCluster.run(fault: fault) { cluster in
            let watched = WatchedCluster(cluster: cluster)
            try await watched.follow(options: options, form: form, clock: clock, seed: seed) { try await body(watched) }
        }
    }

    /// Runs the reflector for as long as the body takes.
    func follow(
        options: ReflectorOptions = ReflectorOptions(), form: ObjectForm = .whole, clock: any MonotonicClock,
        seed: UInt64 = 1, _ body: () async throws -> Void
    ) async throws {
        let (cache, status) = (cache, status)
        let reflector = Reflector(
            client: cluster.client, collection: .collection(.pods, namespace: nil), form: form, options: options,
            clock: clock, random: seed
        ) { (pod: PartialObjectMetadata) in PodEntry(pod.metadata) }
        // Ended and awaited below.
        let running = Task { try await reflector.run(status: status) { await cache.apply($0) } }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        try result.get()
    }
}
