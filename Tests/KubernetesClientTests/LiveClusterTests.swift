import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// The whole way: kubeconfig, libcurl, HTTP over loopback, an API server with the real rules.
@Suite(.timeLimit(.minutes(1))) struct LiveClusterTests {
    private static let web = LiveCluster.web

    private static func isPatch(_ request: ServiceRequest) -> Bool {
        request.method == "PATCH" && request.path.hasSuffix("/deployments/web/scale")
    }

    @Test func aTargetIsFoundReadAndScaled() async throws {
        try await LiveCluster.run { cluster in
            let client = cluster.client
            let reference = CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web")
            let target = try await client.scaleTarget(reference, namespace: "shop")
            #expect(try await client.getDeployment(namespace: "shop", name: "web").spec?.replicas == 3)
            let seen = try await client.getScale(target)
            #expect(seen.wantedReplicas == 3 && seen.status?.selector == "app=web")

            let outcome = try await client.scale(target, to: 5, decidedOn: seen)
            let stored = try await client.getScale(target)
            #expect(outcome == .scaled(stored))
            #expect(try await cluster.replicas() == 5)
            #expect(try await client.scale(target, to: 5, decidedOn: stored) == .unchanged)
        }
    }

    @Test func podsArriveInPages() async throws {
        let pages = Locked(0)
        let fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? = { _, request in
            if request.path.hasSuffix("/pods") { pages.withLock { $0 += 1 } }
            return nil
        }
        try await LiveCluster.run(fault: fault) { cluster in
            let options = ListOptions(labelSelector: "app in (web, db),!gone", pageSize: 3)
            let list = try await cluster.client.list(
                Pod.self, .collection(.pods, namespace: "shop"), options: options)
            #expect(list.items.compactMap(\.metadata?.name) == (0..<7).map { "web-\($0)" })
            #expect(list.isConsistent)
            #expect(pages.withLock { $0 } == 3)
            #expect(try await cluster.client.listPods(namespace: "shop", selector: "app=web").items.count == 7)
            #expect(try await cluster.client.listPods(namespace: "shop", selector: "app=db").items.isEmpty)
        }
    }

    @Test(arguments: [ListOptions.Expiry.restart, .goOn])
    func aListSurvivesCompaction(_ expiry: ListOptions.Expiry) async throws {
        let pages = Locked(0)
        let fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? = { store, request in
            guard request.path.hasSuffix("/pods") else { return nil }
            let page = pages.withLock { count in
                count += 1
                return count
            }
            if page == 2 {
                // A pod goes while the list is read, and the revision of its first page is forgotten.
                try await store.delete(.pods, namespace: "shop", name: "web-0")
                await store.compact()
            }
            return nil
        }
        try await LiveCluster.run(fault: fault) { cluster in
            let options = ListOptions(pageSize: 4, expiry: expiry)
            let list = try await cluster.client.list(
                Pod.self, .collection(.pods, namespace: "shop"), options: options)
            #expect(list.isConsistent == (expiry == .restart))
            // Going on keeps the first page as it was.
            #expect(list.items.count == (expiry == .restart ? 6 : 7))
        }
    }

    // MARK: Conflicts

    @Test func aStatusWriteInBetweenIsWrittenOver() async throws {
        let patches = Locked(0)
        let fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? = { store, request in
            guard Self.isPatch(request) else { return nil }
            let count = patches.withLock { count in
                count += 1
                return count
            }
            if count <= 2 {
                try await store.patchStatus(
                    .deployments, namespace: "shop", name: "web", ["readyReplicas": .int(Int64(count))])
            }
            return nil
        }
        try await LiveCluster.run(fault: fault) { cluster in
            let seen = try await cluster.client.getScale(Self.web)
            let outcome = try await cluster.client.scale(Self.web, to: 9, decidedOn: seen)
            guard case .scaled = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(try await cluster.replicas() == 9)
            #expect(patches.withLock { $0 } == 3)
        }
    }

    @Test func somebodyElsesReplicasStay() async throws {
        let fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? = { store, request in
            if Self.isPatch(request) {
                try await store.update(.deployments, namespace: "shop", name: "web") {
                    $0.mergePatched(by: ["spec": ["replicas": 12]])
                }
            }
            return nil
        }
        try await LiveCluster.run(fault: fault) { cluster in
            let seen = try await cluster.client.getScale(Self.web)
            let outcome = try await cluster.client.scale(Self.web, to: 9, decidedOn: seen)
            #expect(outcome == .superseded(byReplicas: 12))
            #expect(try await cluster.replicas() == 12)
        }
    }

    @Test func ofManyDecisionsOnTheSameScaleOneIsCarriedOut() async throws {
        try await LiveCluster.run { cluster in
            let seen = try await cluster.client.getScale(Self.web)
            let outcomes = try await withThrowingTaskGroup(of: ScaleOutcome.self) { group in
                for replicas in 10..<18 {
                    group.addTask {
                        try await cluster.client.scale(Self.web, to: Int32(replicas), decidedOn: seen)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let stored = try #require(try await cluster.replicas())
            let winners = outcomes.compactMap { outcome in
                if case .scaled(let scale) = outcome { scale.wantedReplicas } else { nil }
            }
            #expect(winners == [Int32(stored)])
            #expect(outcomes.count { $0 == .superseded(byReplicas: Int32(stored)) } == 7)
        }
    }

    // MARK: Other objects

    @Test func aLeaseIsMadeRenewedAndLost() async throws {
        try await LiveCluster.run { cluster in
            let client = cluster.client
            let leases = ResourcePath.collection(.leases, namespace: "shop")
            let path = ResourcePath.object(.leases, namespace: "shop", name: "swiftlet")
            func lease(_ holder: String, version: String? = nil) -> Lease {
                Lease(
                    apiVersion: "coordination.k8s.io/v1", kind: "Lease",
                    metadata: ObjectMeta(name: "swiftlet", resourceVersion: version),
                    spec: Lease.Spec(holderIdentity: holder, leaseDurationSeconds: 15))
            }
            let made = try await client.create(lease("a"), in: leases)
            try await expect(.alreadyExists) { _ = try await client.create(lease("b"), in: leases) }
            let renewed = try await client.update(lease("a", version: made.metadata?.resourceVersion), at: path)
            #expect(renewed.metadata?.resourceVersion == made.metadata?.resourceVersion)
            let taken = try await client.update(lease("b", version: made.metadata?.resourceVersion), at: path)
            #expect(taken.spec?.holderIdentity == "b")
            try await expect(.conflict) {
                _ = try await client.update(lease("a", version: made.metadata?.resourceVersion), at: path)
            }
            try await client.delete(path)
            try await expect(.notFound) { _ = try await client.get(Lease.self, path) }
        }
    }

    // MARK: Trouble

    struct Trouble: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fault: Fault?
        var isForbidden = false
        var token = LiveCluster.token
        var kind: KubernetesError.Kind
    }

    @Test(arguments: [
        Trouble(testDescription: "bad token", token: "wrong-live-token", kind: .unauthorized),
        Trouble(testDescription: "no permission", isForbidden: true, kind: .forbidden),
        Trouble(testDescription: "busy", fault: .tooManyRequests(retryAfterSeconds: 7), kind: .tooManyRequests),
        Trouble(
            testDescription: "garbage", fault: .respond(.text("<html>", status: 200)), kind: .undecodable),
        Trouble(
            testDescription: "no answer", fault: .dropConnection,
            kind: .unreachable(.connectionReset)),
        // The length is announced, so the transport sees it first.
        Trouble(
            testDescription: "cut off", fault: .truncateAnswer(bytes: 40),
            kind: .unreachable(.connectionReset)),
    ])
    func troubleIsToldApartOverTheNetwork(_ trouble: Trouble) async throws {
        let allowed = !trouble.isForbidden
        try await LiveCluster.run(fault: { _, _ in trouble.fault }, mayDo: { _ in allowed }, token: trouble.token) {
            let client = $0.client
            let error = try await #require(throws: KubernetesError.self) { try await client.getScale(Self.web) }
            #expect(error.kind == trouble.kind)
            #expect(!"\(error)".contains(trouble.token))
            #expect(error.retryAfterSeconds == (error.kind == .tooManyRequests ? 7 : nil))
        }
    }

    /// The write went through, but the answer was lost: looking again finds the wanted number.
    @Test func aLostAnswerIsNotWrittenTwice() async throws {
        let patches = Locked(0)
        let fault: @Sendable (ClusterStore, ServiceRequest) async throws -> Fault? = { _, request in
            guard Self.isPatch(request) else { return nil }
            let isFirst = patches.withLock { count in
                count += 1
                return count == 1
            }
            return isFirst ? .dropAnswer : nil
        }
        try await LiveCluster.run(fault: fault) { cluster in
            let client = cluster.client
            let seen = try await client.getScale(Self.web)
            // libcurl sends a request on a reused connection once more when no answer came at all.
            let outcome = try? await client.scale(Self.web, to: 9, decidedOn: seen)
            #expect(outcome == nil || outcome == .unchanged)
            #expect(try await cluster.replicas() == 9)
            #expect(try await client.scale(Self.web, to: 9, decidedOn: seen) == .unchanged)
        }
    }

    private func expect(_ kind: KubernetesError.Kind, _ body: () async throws -> Void) async throws {
        let error = try await #require(throws: KubernetesError.self) { try await body() }
        #expect(error.kind == kind)
    }
}
