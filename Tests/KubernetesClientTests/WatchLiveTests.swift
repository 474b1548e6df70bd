import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// The reflector against an API server over HTTP, and what can go wrong between them.
@Suite(.timeLimit(.minutes(2))) struct WatchLiveTests {
    private static func isWatch(_ request: ServiceRequest) -> Bool { request.queryValue("watch") == "1" }

    /// A fault for the first `count` watches, or lists.
    private static func first(
        _ count: Int, watches: Bool = true, _ fault: Fault
    ) -> @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? {
        let left = Locked(count)
        return { _, request in
            guard isWatch(request) == watches else { return nil }
            return left.withLock { left in
                left -= 1
                return left >= 0
            } ? fault : nil
        }
    }

    /// The version that a watch begins from.
    private static func version(of target: String) -> String {
        String(target.split(separator: "resourceVersion=").last?.prefix { $0 != "&" } ?? "")
    }

    private static func change(_ store: ClusterStore, _ label: String) async throws {
        try await store.update(.pods, namespace: "shop", name: "web-0") {
            $0.mergePatched(by: ["metadata": ["labels": ["app": .string(label)]]])
        }
    }

    @Test(arguments: [ObjectForm.whole, .metadataOnly])
    func theCacheFollowsCreatesUpdatesAndDeletes(_ form: ObjectForm) async throws {
        try await WatchedCluster.run(options: ReflectorOptions(pageSize: 3), form: form) { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            #expect(await watched.cache.entries.count == 7)
            #expect(watched.status.counts.pages == 3)
            try await store.create(.pods, namespace: "shop", .pod("new"))
            try await Self.change(store, "other")
            try await store.delete(.pods, namespace: "shop", name: "web-1")
            await watched.cache.equals(store)
            #expect(await watched.cache.entries["shop/web-0"]?.labels["app"] == "other")
            #expect(await watched.cache.replacements == 1)
            let counts = watched.status.counts
            // A pod is marked for deletion before it is deleted.
            #expect(counts.watches == 1 && counts.events == 4 && counts.restarts.isEmpty)
            #expect(watched.status.problem == nil && watched.status.lastContact != nil)
        }
    }

    @Test func whatEntersOrLeavesTheSelectorComesAndGoes() async throws {
        try await WatchedCluster.run(options: ReflectorOptions(labelSelector: "app=web")) { watched in
            try await watched.status.waitUntilSynced()
            try await Self.change(watched.cluster.store, "other")
            await watched.cache.wait { $0["shop/web-0"] == nil }
            try await Self.change(watched.cluster.store, "web")
            await watched.cache.wait { $0["shop/web-0"] != nil }
            #expect(await watched.cache.entries.count == 7)
        }
    }

    /// What one resumed watch costs: one request, whatever the size of the collection.
    @Test func aWatchThatEndsIsResumedWithOneRequest() async throws {
        let requests = Locked<[String]>([])
        try await WatchedCluster.run(fault: { _, request in
            requests.withLock { $0.append(request.target) }
            return nil
        }) { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            for round in 1...5 {
                try await Self.change(store, "round-\(round)")
                await watched.cache.equals(store)
                await store.endWatches()
                // Seen by the next watch, if not by this one.
                try await Self.change(store, "missed-\(round)")
                await watched.cache.equals(store)
            }
            Self.checkResumptions(requests.withLock { $0 })
            #expect(watched.status.counts.relists == 0)
        }
    }

    /// One list, and watches of which each goes on from another version.
    private static func checkResumptions(_ targets: [String]) {
        let watches = targets.filter { $0.contains("watch=1") }
        #expect(targets.count == watches.count + 1 && targets.first?.contains("limit=") == true)
        #expect((5...6).contains(watches.count))
        #expect(Set(watches.map(version(of:))).count == watches.count)
    }

    @Test func whatTheServerHasForgottenIsListedAnew() async throws {
        try await WatchedCluster.run { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            await watched.cache.equals(store)
            await store.endWatches()
            try await Self.change(store, "missed")
            try await store.delete(.pods, namespace: "shop", name: "web-2")
            await store.compact()
            await watched.cache.equals(store)
            // It may have looked before the compaction, and seen what was missed.
            let counts = watched.status.counts
            #expect(counts.relists == counts.restarts[.expired] ?? 0)
        }
    }

    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault?
        var cause: RestartCause
        /// How often it is seen; libcurl itself tries a request again whose reused connection was closed.
        var atLeast: Int
        var relists = 0
    }

    @Test(arguments: [
        Trouble(
            testDescription: "no connection for a watch", fault: first(3, .dropConnection), cause: .disconnected,
            atLeast: 1),
        Trouble(
            testDescription: "lists dropped", fault: first(3, watches: false, .dropConnection), cause: .disconnected,
            atLeast: 1),
        Trouble(
            testDescription: "lists cut", fault: first(3, watches: false, .truncateAnswer(bytes: 900)),
            cause: .disconnected, atLeast: 3),
        Trouble(
            testDescription: "429 for a watch", fault: first(2, .tooManyRequests(retryAfterSeconds: 1)),
            cause: .tooManyRequests, atLeast: 2),
        Trouble(
            testDescription: "429 for a list", fault: first(2, watches: false, .tooManyRequests(retryAfterSeconds: 1)),
            cause: .tooManyRequests, atLeast: 2),
        Trouble(
            testDescription: "503", fault: first(2, .respond(.text("busy", status: 503))), cause: .unavailable,
            atLeast: 2),
        Trouble(
            testDescription: "410 before the stream", fault: first(2, .status(StatusError(410, "Expired", "too old"))),
            cause: .expired, atLeast: 2, relists: 2),
        Trouble(
            testDescription: "500", fault: first(2, .status(StatusError(500, "InternalError", "oops"))),
            cause: .rejected, atLeast: 2, relists: 2),
        Trouble(
            testDescription: "403", fault: first(2, .status(StatusError(403, "Forbidden", "no"))), cause: .refused,
            atLeast: 2),
        Trouble(
            testDescription: "a page of a proxy", fault: first(2, .respond(.text("<html>\n", status: 200))),
            cause: .unreadable, atLeast: 2, relists: 2),
        Trouble(
            testDescription: "silent watches", fault: first(3, silentWatch), cause: .silent, atLeast: 3, relists: 1),
    ])
    func troublePasses(_ trouble: Trouble) async throws {
        try await WatchedCluster.run(fault: trouble.fault) { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            // Lists may show a change too; an event comes only from a watch that works.
            var round = 0
            while watched.status.counts.events == 0 {
                round += 1
                try await Self.change(store, "round-\(round)")
                await watched.cache.equals(store)
            }
            let counts = watched.status.counts
            #expect(counts.restarts[trouble.cause, default: 0] >= trouble.atLeast)
            #expect(counts.relists == trouble.relists)
            #expect(watched.status.problem == nil)
        }
    }

    /// The head comes, and then nothing: a peer that is gone without a word.
    private static let silentWatch = Fault.respond(
        ServiceResponse(
            headers: ["Content-Type": "application/json"],
            body: .stream { _ in try await ContinuousClock().sleep(for: .seconds(600)) }))

    /// An answer cut at every place of its first event, and then some.
    @Test func anEventThatWasCutIsToldAgain() async throws {
        let cuts = Locked(Array(stride(from: 1, through: 400, by: 37)))
        try await WatchedCluster.run(fault: { store, request in
            guard Self.isWatch(request) else { return nil }
            return cuts.withLock { $0.popLast() }.map { .truncateAnswer(bytes: $0) }
        }) { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            try await Self.change(store, "cut")
            await watched.cache.equals(store)
            #expect(await watched.cache.replacements == 1)
            #expect(watched.status.counts.restarts[.disconnected] ?? 0 >= 11)
            #expect(cuts.withLock { $0.isEmpty })
        }
    }

    @Test func oneObjectThatCannotBeReadDoesNotHideTheOthers() async throws {
        let store = ClusterStore(now: { Timestamp(nanoseconds: 1_800_000_000_000_000_000) })
        try await store.create(.namespaces, ["metadata": ["name": "shop"]])
        for name in ["a", "b"] {
            let replicas: JSONValue = ["metadata": ["name": .string(name)], "data": ["replicas": "3"]]
            try await store.create(.configMaps, namespace: "shop", replicas)
        }
        let api = try KubernetesAPI(store: store)
        let client = try HTTPClient(configuration: .init(proxy: .none))
        let kubernetes = KubernetesClient(
            access: ClusterAccess(server: api.url, credential: .none), transport: client)
        let status = ReflectorStatus()
        let cache = WatchedCache()
        let maps = Resource(group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
        let reflector = Reflector(client: kubernetes, collection: .collection(maps, namespace: nil)) {
            (map: CountingMap) in PodEntry(map.metadata)
        }
        let running = Task { try await reflector.run(status: status) { await cache.apply($0) } }
        try await status.waitUntilSynced()
        /// Returns the new version.
        func set(_ name: String, _ replicas: JSONValue) async throws -> String? {
            let stored = try await store.update(.configMaps, namespace: "shop", name: name) {
                $0.mergePatched(by: ["data": ["replicas": replicas]])
            }
            return stored["metadata"]?["resourceVersion"]?.stringValue
        }
        _ = try await set("a", "many")
        await cache.wait { $0["shop/a"] == nil }
        #expect(status.problem?.hasPrefix("shop/a cannot be read: data.replicas: ") == true)
        let four = try await set("b", "4")
        await cache.wait { $0["shop/b"]?.version == four }
        _ = try await set("a", "5")
        await cache.wait { $0["shop/a"] != nil }
        #expect(status.problem == nil && status.counts.unreadable == 1)
        #expect(status.counts.restarts.isEmpty && status.counts.relists == 0)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        await client.shutDown()
        await api.stop()
    }

    @Test func aServerThatComesBackOnItsPortIsFoundAgain() async throws {
        let store = ClusterStore(now: { Timestamp(nanoseconds: 1_800_000_000_000_000_000) })
        try await store.create(.namespaces, ["metadata": ["name": "shop"]])
        try await store.create(.pods, namespace: "shop", .pod("web-0"))
        let first = try KubernetesAPI(store: store)
        let client = try HTTPClient(configuration: .init(proxy: .none))
        let kubernetes = KubernetesClient(
            access: ClusterAccess(server: first.url, credential: .none), transport: client)
        let watched = WatchedCluster(cluster: LiveCluster(store: store, client: kubernetes))
        try await watched.follow(clock: HurriedClock()) {
            try await watched.status.waitUntilSynced()
            await watched.cache.equals(store)
            await first.stop()
            try await Self.change(store, "while it was away")
            // It has tried in vain before there is a server again.
            while watched.status.counts.restarts[.disconnected] ?? 0 < 3 {
                try await HurriedClock().sleep(for: .seconds(1))
            }
            #expect(watched.status.problem?.contains("no answer from the API server") == true)
            let second = try KubernetesAPI(store: store, port: first.port)
            await watched.cache.equals(store)
            #expect(watched.status.problem == nil)
            #expect(await watched.cache.replacements == 1)
            await second.stop()
        }
        await client.shutDown()
    }
}

/// A ConfigMap whose data must be numbers.
private struct CountingMap: Decodable, Sendable {
    struct Count: Decodable, Sendable {
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard Int(try container.decode(String.self)) != nil else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
            }
        }
    }

    var metadata: ObjectMeta?
    var data: [String: Count]?
}
