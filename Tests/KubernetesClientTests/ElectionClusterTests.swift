import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// Electors over HTTP, each against the others.
@Suite(.timeLimit(.minutes(1))) struct ElectionClusterTests {
    @Test func aCleanEndHandsTheLeaseOnAtTheNextLook() async throws {
        try await ElectionCluster.run { cluster in
            let first = Contender("a", in: cluster)
            let second = Contender("b", in: cluster)
            await withTaskGroup { group in
                let leader = Task { await first.run() }
                await first.leads()
                group.addTask { await second.run() }
                #expect(await second.changes { _ in true } == .following("a"))
                leader.cancel()
                await leader.value
                #expect(!first.leadership.isLeader)
                let requests = cluster.requests.withLock { $0.count }
                await second.leads()
                let since = cluster.requests.withLock { $0[requests...].prefix { $0 != "b PUT" } }
                // One look may have been under way; the one after it finds the lease free.
                #expect(since.count <= 2 && since.allSatisfy { $0 == "b GET" })
                #expect(second.leadership.transitions == 1)
                group.cancelAll()
            }
            #expect(await first.changes { $0 == .released } == .released)
            let lease = try await cluster.lease()
            #expect(lease[path: ["spec", "holderIdentity"]] == "")
            #expect(lease[path: ["spec", "leaseDurationSeconds"]] == 1)
        }
    }

    @Test func whoIsCutOffHasStoppedWhenAnotherLeads() async throws {
        try await ElectionCluster.run { cluster in
            let first = Contender("a", in: cluster)
            let second = Contender("b", in: cluster)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await first.run() }
                await first.leads()
                group.addTask { await second.run() }
                #expect(await second.changes { _ in true } == .following("a"))
                cluster.cutOff.withLock { _ = $0.insert("a") }
                await second.leads()
                #expect(!first.leadership.isLeader && !first.leadership.mayWrite(within: .zero))
                #expect(second.leadership.isLeader && second.leadership.holder == "b")
                let lease = try await cluster.lease()
                #expect(lease[path: ["spec", "leaseTransitions"]] == 1)
                let failing = await first.changes { if case .failing = $0 { true } else { false } }
                guard case .failing(let text) = failing else { return }
                #expect(text.contains("leases.coordination.k8s.io \"leader\""))
                // Back again, it follows, and may lead once more.
                cluster.cutOff.withLock { $0 = ["b"] }
                await first.leads()
                #expect(first.leadership.term == 2 && !second.leadership.isLeader)
                group.cancelAll()
            }
        }
    }

    @Test func theLeaseIsKeptUntilTheLastWriteHasEnded() async throws {
        try await ElectionCluster.run { cluster in
            let contender = Contender("a", in: cluster)
            let run = Task { await contender.run() }
            await contender.leads()
            let (gate, open) = AsyncStream<Void>.makeStream()
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let write = Task {
                try await contender.leadership.write(within: .seconds(8)) {
                    begin.yield()
                    for await _ in gate { break }
                    return try await cluster.holder()
                }
            }
            for await _ in begun { break }
            run.cancel()
            while contender.leadership.isLeader { await Task.yield() }
            open.yield()
            let holderDuringWrite = try await write.value
            #expect(holderDuringWrite == "a")
            await run.value
            let holder = try await cluster.holder()
            #expect(holder == "")
        }
    }

    @Test func aMissingPermissionIsToldOnceWithTheRuleThatIsMissing() async throws {
        try await ElectionCluster.run(mayDo: { $0.verb != "create" }) { cluster in
            let contender = Contender("a", in: cluster)
            let run = Task { await contender.run() }
            let failing = await contender.changes { _ in true }
            guard case .failing(let text) = failing else {
                Issue.record("\(String(describing: failing))")
                return
            }
            #expect(
                text
                    == "cannot create leases.coordination.k8s.io in namespace \"shop\": user \"swiftlet\" is not allowed "
                    + "to; allow verb \"create\" on resource \"leases\" in API group \"coordination.k8s.io\" in namespace "
                    + "\"shop\" with a Role")
            while cluster.requests.withLock({ $0.filter { $0 == "a POST" }.count }) < 3 { await Task.yield() }
            run.cancel()
            await run.value
            #expect(await contender.changes { _ in true } == nil)
        }
    }

    /// The server asks everybody to wait, for longer than a lease lasts.
    @Test func aRenewalDoesNotWaitForTheBudget() async throws {
        try await ElectionCluster.run { cluster in
            let budget = RequestBudget()
            budget.pause(for: .seconds(300))
            let contender = Contender("a", in: cluster, budget: budget)
            let run = Task { await contender.run() }
            await contender.leads()
            run.cancel()
            await run.value
            let holder = try await cluster.holder()
            #expect(holder == "")
        }
    }

    @Test func oneProcessStandsForManyLeases() async throws {
        try await ElectionCluster.run { cluster in
            let shards = (0..<8).map { Contender("a", of: "shard-\($0)", in: cluster) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for shard in shards { group.addTask { await shard.run() } }
                for (index, shard) in shards.enumerated() {
                    await shard.leads()
                    let holder = try await cluster.holder(of: "shard-\(index)")
                    #expect(holder == "a")
                }
                group.cancelAll()
            }
        }
    }
}
