import HTTPService
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct KubernetesWatchTests {
    /// A watch on a connection of its own, read event by event.
    struct Watch {
        let connection: LoopbackConnection

        init(_ cluster: KubernetesTestCluster, _ target: String) async throws {
            connection = try cluster.connect()
            try await connection.request("GET", target)
            let head = try await connection.head()
            try #require(head.status == 200)
            #expect(head.header("Transfer-Encoding") == "chunked")
        }

        /// `nil` at the proper end.
        func next() async throws -> JSONValue? {
            let bytes = try await connection.chunk()
            return bytes.isEmpty ? nil : try JSONValue(parsing: bytes)
        }

        /// `ADDED w1`.
        func summary() async throws -> String? {
            guard let event = try await next() else { return nil }
            let object = event["object"] ?? [:]
            return "\(event["type"]?.stringValue ?? "-") \(object[path: ["metadata", "name"]]?.stringValue ?? "")"
        }
    }

    static let pods = "/api/v1/namespaces/shop/pods"

    /// The story of recording 12: what is in, enters, changes, leaves and goes.
    @Test func theStoryOfTheRecordedWatchIsToldAgain() async throws {
        let recorded = try WireExchange.load("12-watch-pods.http.txt").first { $0.note == "watch" }
        let story = try #require(recorded).response.bodyText.split(separator: "\n").compactMap { line in
            try? JSONValue(parsing: Array(line.utf8))
        }.filter { $0["type"] != "BOOKMARK" }.map { event in
            "\(event["type"]?.stringValue ?? "") \(event[path: ["object", "metadata", "name"]]?.stringValue ?? "")"
        }
        try await KubernetesTestCluster.with { cluster in
            let version = await cluster.store.resourceVersion
            let watch = try await Watch(
                cluster, Self.pods + "?labelSelector=app%3Dwatched&watch=1&resourceVersion=\(version)")
            let store = cluster.store
            let labels: JSONValue = ["app": "watched"]
            try await store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("w1", labels: labels))
            try await store.patchStatus(.pods, namespace: "shop", name: "w1", ["phase": "Running"])
            try await Self.label(store, "w1", ["x": "y"])
            try await store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("w2", labels: labels))
            try await Self.label(store, "w2", ["app": "other"])
            try await store.delete(.pods, namespace: "shop", name: "w1")
            for expected in story { #expect(try await watch.summary() == expected) }
        }
    }

    private static func label(_ store: ClusterStore, _ name: String, _ labels: JSONValue) async throws {
        try await store.update(.pods, namespace: "shop", name: name) {
            $0.mergePatched(by: ["metadata": ["labels": labels]])
        }
    }

    @Test func withoutAVersionExistingObjectsComeFirst() async throws {
        try await KubernetesTestCluster.with { cluster in
            for name in ["b", "a"] {
                try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod(name, labels: [:]))
            }
            for query in ["?watch=1", "?watch=true&resourceVersion=0"] {
                let watch = try await Watch(cluster, Self.pods + query)
                #expect(try await watch.summary() == "ADDED a")
                #expect(try await watch.summary() == "ADDED b")
            }
            let one = try await Watch(cluster, Self.pods + "?watch=1&fieldSelector=metadata.name%3Db&timeoutSeconds=1")
            #expect(try await one.summary() == "ADDED b")
            #expect(try await one.summary() == nil)
        }
    }

    @Test func aWatchFromAnOldVersionTellsWhatWasMissed() async throws {
        try await KubernetesTestCluster.with { cluster in
            let version = await cluster.store.resourceVersion
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("a", labels: [:]))
            try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
            try await cluster.store.delete(.pods, namespace: "shop", name: "a")
            let watch = try await Watch(cluster, Self.pods + "?watch=1&resourceVersion=\(version)")
            for expected in ["ADDED a", "MODIFIED a", "DELETED a"] { #expect(try await watch.summary() == expected) }
        }
    }

    @Test func aVersionThatIsTooOldIsAnErrorEventInAGoodStream() async throws {
        let recorded = try WireExchange.load("28-expired.http.txt", note: "watch, compacted")
        let wanted = try JSONValue(parsing: recorded.response.body)
        try await KubernetesTestCluster.with { cluster in
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("a", labels: [:]))
            await cluster.store.compact()
            let watch = try await Watch(cluster, Self.pods + "?watch=1&resourceVersion=1")
            var event = try #require(try await watch.next())
            #expect(event[path: ["object", "message"]] == "too old resource version: 1 (3)")
            event[path: ["object", "message"]] = wanted[path: ["object", "message"]]
            #expect(event == wanted)
            #expect(try await watch.next() == nil)
        }
    }

    @Test func aWatchListEndsItsBeginningWithABookmark() async throws {
        let recorded = try WireExchange.load("13-watch-list.http.txt", note: "watch-list of nothing")
        var wanted = try JSONValue(parsing: recorded.response.body)
        try await KubernetesTestCluster.with { cluster in
            let watch = try await Watch(
                cluster,
                Self.pods + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
            )
            wanted[path: ["object", "metadata", "resourceVersion"]] = "2"
            #expect(try await watch.next() == wanted)
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("late", labels: [:]))
            #expect(try await watch.summary() == "ADDED late")
        }
    }

    @Test func aBookmarkComesShortlyBeforeTheTimeIsUp() async throws {
        try await KubernetesTestCluster.with { cluster in
            try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
            let watch = try await Watch(
                cluster, Self.pods + "?watch=1&resourceVersion=2&allowWatchBookmarks=true&timeoutSeconds=3")
            let event = try #require(try await watch.next())
            #expect(event["type"] == "BOOKMARK")
            #expect(event[path: ["object", "metadata", "resourceVersion"]] == "3")
            #expect(try await watch.next() == nil)
        }
    }

    @Test func endingTheWatchesOfTheStoreEndsThemProperly() async throws {
        try await KubernetesTestCluster.with { cluster in
            let watch = try await Watch(cluster, Self.pods + "?watch=1")
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("a", labels: [:]))
            #expect(try await watch.summary() == "ADDED a")
            await cluster.store.endWatches()
            #expect(try await watch.next() == nil)
        }
    }

    @Test func aWatchCanBeCutInTheMiddleOfAnEvent() async throws {
        try await KubernetesTestCluster.with(fault: { _ in .truncateAnswer(bytes: 40) }) { cluster in
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("a", labels: [:]))
            let watch = try await Watch(cluster, Self.pods + "?watch=1")
            let rest = String(decoding: try await watch.connection.rest(), as: UTF8.self)
            #expect(rest.hasPrefix("28\r\n{\"type\":\"ADDED\",\"object\":{"))
            #expect(rest.utf8.count == 40 + 6)
        }
    }

    @Test func aVersionThatIsStillToComeIsWaitedFor() async throws {
        try await KubernetesTestCluster.with { cluster in
            let watch = try await Watch(cluster, Self.pods + "?watch=1&resourceVersion=3")
            for name in ["early", "late"] {
                try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod(name, labels: [:]))
            }
            #expect(try await watch.summary() == "ADDED late")
        }
    }

    @Test func aSimulationSeesEveryWriteInOrder() async throws {
        let store = ClusterStore(namespaces: ["shop"], now: { KubernetesTestCluster.start })
        let changes = await store.changes(of: [.deployments])
        try await store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("a", labels: [:]))
        try await store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
        try await store.update(.deployments, namespace: "shop", name: "web") {
            $0.mergePatched(by: ["spec": ["replicas": 5]])
        }
        var iterator = changes.makeAsyncIterator()
        let added = try #require(await iterator.next())
        #expect(added.action == .added && added.key.name == "web")
        let modified = try #require(await iterator.next())
        #expect(modified.previous?[path: ["spec", "replicas"]] == 3)
        #expect(modified.object[path: ["spec", "replicas"]] == 5)
        #expect(modified.object[path: ["metadata", "generation"]] == 2)
    }
}
