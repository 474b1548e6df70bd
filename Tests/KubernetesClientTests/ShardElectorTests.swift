import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// Controllers that share the work, over HTTP.
@Suite(.timeLimit(.minutes(2))) struct ShardElectorTests {
    /// One process of a group.
    private struct Sharer: Sendable {
        let name: String
        let ownership: Ownership
        private let elector: ShardElector

        init(_ name: String, shards: Int, in cluster: ElectionCluster) {
            self.name = name
            ownership = Ownership(shards: shards, clock: FastClock())
            elector = ShardElector(
                LeaderElector(
                    client: cluster.client(name), namespace: "shop", name: "swiftlet", identity: name,
                    clock: FastClock(), seed: 7))
        }

        func run() async { await elector.run(ownership) }

        /// Waits until it owns so many shards.
        func owns(_ count: Int) async throws {
            while ownership.terms.count != count { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// The owners are those that the leases of the shards name.
    private func owners(_ count: Int, in cluster: ElectionCluster) async throws -> [String?] {
        var owners: [String?] = []
        for shard in 0..<count { owners.append(try await cluster.holder(of: "swiftlet-\(shard)")) }
        return owners
    }

    @Test func twoShareAndOneWhoEndsGivesItsPartBack() async throws {
        try await ElectionCluster.run { cluster in
            let (first, second) = (Sharer("a", shards: 6, in: cluster), Sharer("b", shards: 6, in: cluster))
            let one = Task { await first.run() }
            try await first.owns(6)
            #expect(try await cluster.holder(of: "swiftlet") == "6 shards")
            let two = Task { await second.run() }
            try await second.owns(3)
            try await first.owns(3)
            #expect(Set(first.ownership.terms.keys).isDisjoint(with: second.ownership.terms.keys))
            for shard in 0..<6 {
                let isFirsts = first.ownership.terms[shard] != nil
                #expect(try await cluster.holder(of: "swiftlet-\(shard)") == (isFirsts ? "a" : "b"))
            }
            // A write is for the owner of its namespace alone.
            for namespace in (0..<20).map({ "team-\($0)" }) {
                let shard = first.ownership.shard(of: namespace)
                for sharer in [first, second] {
                    let written = try await sharer.ownership.write(in: namespace, within: .zero) { true }
                    #expect(written == (sharer.ownership.terms[shard] == nil ? nil : true))
                }
            }
            one.cancel()
            await one.value
            #expect(!first.ownership.isAny)
            try await second.owns(6)
            two.cancel()
            await two.value
            // Nobody is left: the group's lease is nobody's, and no sign of life stands in it.
            let lease = try await cluster.lease("swiftlet")
            #expect(lease[path: ["spec", "holderIdentity"]] == "")
            let annotations = lease[path: ["metadata", "annotations"]]?.objectValue ?? [:]
            #expect(annotations.keys.filter { $0.hasPrefix(ShardGroup.annotationPrefix) }.isEmpty)
            #expect(try await owners(6, in: cluster).allSatisfy { $0 == "" })
        }
    }

    @Test func whoIsCutOffHasStoppedWhenAnotherHasItsShards() async throws {
        try await ElectionCluster.run { cluster in
            let (first, second) = (Sharer("a", shards: 4, in: cluster), Sharer("b", shards: 4, in: cluster))
            let runs = [Task { await first.run() }, Task { await second.run() }]
            try await first.owns(2)
            try await second.owns(2)
            cluster.cutOff.withLock { _ = $0.insert("a") }
            try await second.owns(4)
            #expect(!first.ownership.isAny)
            #expect(try await first.ownership.write(in: "shop", within: .zero) { true } == nil)
            // Back again, it gets its part.
            cluster.cutOff.withLock { $0 = [] }
            try await first.owns(2)
            try await second.owns(2)
            for run in runs { run.cancel() }
            for run in runs { await run.value }
        }
    }

    /// While a number of shards, or sharing itself, is rolled out, the new ones wait for the last of the old.
    @Test(arguments: [4, 1])
    func whoCountsOtherwiseWaits(_ others: Int) async throws {
        try await ElectionCluster.run { cluster in
            let old = Sharer("a", shards: 2, in: cluster)
            let oldRun = Task { await old.run() }
            try await old.owns(2)
            let shared = Sharer("b", shards: max(others, 2), in: cluster)
            let alone = Contender("b", of: "swiftlet", in: cluster)
            let newRun = Task { others == 1 ? await alone.run() : await shared.run() }
            let isNewAtWork = { others == 1 ? alone.leadership.isLeader : shared.ownership.isAny }
            let requests = cluster.requests.withLock { $0.count }
            // It has looked some times, and keeps still.
            while cluster.requests.withLock({ $0[requests...].filter { $0 == "b GET" }.count }) < 8 {
                #expect(!isNewAtWork())
                try await Task.sleep(for: .milliseconds(5))
            }
            oldRun.cancel()
            await oldRun.value
            while !isNewAtWork() { try await Task.sleep(for: .milliseconds(5)) }
            #expect(!old.ownership.isAny)
            newRun.cancel()
            await newRun.value
        }
    }

    /// Renewing is one request of each member and shard: they do not meet in conflicts.
    @Test func membersDoNotGetIntoEachOthersWay() async throws {
        try await ElectionCluster.run { cluster in
            let sharers = ["a", "b", "c"].map { Sharer($0, shards: 3, in: cluster) }
            let runs = sharers.map { sharer in Task { await sharer.run() } }
            for sharer in sharers { try await sharer.owns(1) }
            let before = cluster.requests.withLock { $0.count }
            while cluster.requests.withLock({ $0[before...].filter { $0 == "a PATCH" }.count }) < 10 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let steady = cluster.requests.withLock { Array($0[before...]) }
            // Two of three shards are only looked at; the group is never read.
            #expect(steady.allSatisfy { $0.hasSuffix("PATCH") || $0.hasSuffix("PUT") || $0.hasSuffix("GET") })
            #expect(steady.filter { $0 == "a PUT" }.count <= 12)
            #expect(steady.filter { $0 == "a GET" }.count <= 40)
            for run in runs { run.cancel() }
            for run in runs { await run.value }
        }
    }
}
