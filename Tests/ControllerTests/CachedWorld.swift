import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import MiniCluster
import PrometheusClient
import Testing

@testable import Controller

/// ByteBites' cluster with its autoscaler as an object in it, and controllers that watch it.
struct CachedWorld: Sendable {
    let world: World

    /// One controller: its caches, its source, and what it writes objects with.
    struct Watcher: Sendable {
        let caches: ClusterCaches
        let source: WatchedAutoscalers
        let client: KubernetesClient
        var store = HistoryStore()
        var ownership = Ownership.uncontested()
        var configuration = ControllerConfiguration()

        /// One tick at a time of the cluster, statuses and Events included.
        mutating func tick(_ world: World) async throws -> AutoscalerReport {
            try #require(try await tickAll(world).first)
        }

        mutating func tickAll(_ world: World) async throws -> [AutoscalerReport] {
            let now = world.cluster.clock.now()
            let reading = source.autoscalers()
            #expect(reading.problems.isEmpty)
            let reports = try await reconcile(reading.autoscalers, world, at: now)
            let writer = ObjectWriter(
                client: client, events: EventRecorder(client: client), ownership: ownership,
                configuration: configuration)
            if !configuration.isShadow {
                let problems = await writer.write(reports, &store, at: now)
                #expect(problems.isEmpty)
            }
            return reports
        }

        private mutating func reconcile(
            _ autoscalers: [Autoscaler], _ world: World, at now: Timestamp
        ) async throws -> [AutoscalerReport] {
            try await Reconciler(
                view: caches, client: client, metrics: world.metrics, ownership: ownership,
                configuration: configuration
            ).reconcile(autoscalers, store: &store, at: now).autoscalers
        }

        /// One tick over autoscalers as they are known, whatever is wrong; statuses and Events as far as they can be written.
        mutating func reconcileAll(_ autoscalers: [Autoscaler], _ world: World) async throws -> [AutoscalerReport] {
            let now = world.cluster.clock.now()
            let reports = try await reconcile(autoscalers, world, at: now)
            let writer = ObjectWriter(
                client: client, events: EventRecorder(client: client), ownership: ownership,
                configuration: configuration)
            _ = await writer.write(reports, &store, at: now)
            return reports
        }

        /// Waits until what is watched is what is there.
        func settle(_ world: World, kind: ResourceKind) async throws {
            let direct = ClusterObserver(client: client, concurrency: 4)
            for _ in 0..<2_000 {
                let versions = await world.cluster.store.all(kind, namespace: nil).map {
                    $0[path: ["metadata", "resourceVersion"]]?.stringValue ?? ""
                }
                let autoscalers = source.autoscalers().autoscalers
                if autoscalers.compactMap(\.object?.resourceVersion).sorted() == versions.sorted() {
                    var plain = autoscalers
                    for index in plain.indices { plain[index].selectsByOwner = false }
                    let (watched, asked) = (try await caches.observe(plain), try await direct.observe(plain))
                    if zip(watched, asked).allSatisfy({ $0.isSame(as: $1) }) { return }
                }
                try await Task.sleep(for: .milliseconds(2))
            }
            Issue.record("the caches do not come to what is there")
        }
    }

    /// Runs with an autoscaler object of a kind in the cluster, and so many controllers that watch it.
    static func run(
        _ kind: AutoscalerObject.Kind, watchers: Int = 1, behavior: JSONValue? = nil,
        extensions: [String: JSONValue] = [:], clock: any MonotonicClock = SystemMonotonicClock(),
        _ body: (CachedWorld, [Watcher]) async throws -> Void
    ) async throws {
        try await World.run { world in
            var object = ByteBites.autoscaler
            if let behavior { object[path: ["spec", "behavior"]] = behavior }
            for (name, value) in extensions { object[path: ["spec", name]] = value }
            if kind == .horizontalAutoscaler {
                object["apiVersion"] = .string(HorizontalAutoscaler.apiVersion)
                object["kind"] = .string(HorizontalAutoscaler.kind)
            }
            await world.cluster.store.register(.customAutoscalers)
            try await world.cluster.store.create(
                kind.served, namespace: world.cluster.namespace, object)
            let made = (0..<watchers).map { _ in
                let caches = ClusterCaches(client: world.client, clock: clock, seed: 1)
                return Watcher(
                    caches: caches, source: WatchedAutoscalers(kind, caches: caches), client: world.client)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for watcher in made { group.addTask { await watcher.caches.run() } }
                for watcher in made {
                    try await watcher.source.waitUntilSynced()
                    try await watcher.caches.waitUntilSynced()
                }
                try await body(CachedWorld(world: world), made)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// The autoscaler's object as it is stored.
    func object(_ kind: AutoscalerObject.Kind) async throws -> JSONValue {
        try await world.cluster.store.get(
            kind.served, namespace: world.cluster.namespace, name: ByteBites.autoscalerName)
    }
}

extension AutoscalerObject.Kind {
    var served: ResourceKind {
        switch self {
        case .horizontalPodAutoscaler: .horizontalPodAutoscalers
        case .horizontalAutoscaler: .customAutoscalers
        }
    }
}

extension ObservedTarget {
    /// Whether decisions and writes would be the same.
    func isSame(as other: ObservedTarget) -> Bool {
        // Why there is none is said in the words of whoever looked.
        if case (.unavailable, .unavailable) = (state, other.state) { return true }
        guard state == other.state, write?.target == other.write?.target, write?.uid == other.write?.uid,
            write?.scale.metadata?.resourceVersion == other.write?.scale.metadata?.resourceVersion
        else { return false }
        switch (pods, other.pods) {
        case (.success(let left), .success(let right)):
            return left.pods == right.pods && left.templates == right.templates
        case (.failure, .failure): return true
        default: return false
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
