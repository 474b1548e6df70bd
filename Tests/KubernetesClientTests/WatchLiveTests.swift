import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// The reflector against an API server over HTTP.
@Suite(.timeLimit(.minutes(2))) struct WatchLiveTests {
    @Test(arguments: [ObjectForm.whole, .metadataOnly])
    func theCacheFollowsCreatesUpdatesAndDeletes(_ form: ObjectForm) async throws {
        try await WatchedCluster.run(options: ReflectorOptions(pageSize: 3), form: form) { watched in
            try await watched.status.waitUntilSynced()
            let store = watched.cluster.store
            #expect(await watched.cache.entries.count == 7)
            #expect(watched.status.counts.pages == 3)
            try await store.create(.pods, namespace: "shop", .pod("new"))
            try await store.update(.pods, namespace: "shop", name: "web-0") {
                $0.mergePatched(by: ["metadata": ["labels": ["app": "other"]]])
            }
            _ = try await store.delete(.pods, namespace: "shop", name: "web-1")
            await watched.cache.equals(store)
            #expect(await watched.cache.entries["shop/web-0"]?.labels["app"] == "other")
            #expect(await watched.cache.replacements == 1)
            let counts = watched.status.counts
            // A pod is marked for deletion before it is deleted.
            #expect(counts.watches == 1 && counts.restarts.isEmpty)
            #expect(counts.events == 4)
            #expect(watched.status.problem == nil && watched.status.lastContact != nil)
        }
    }
}
