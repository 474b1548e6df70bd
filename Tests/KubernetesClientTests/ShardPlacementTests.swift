import Testing

@testable import KubernetesClient

/// Where namespaces and shards go.
@Suite struct ShardPlacementTests {
    private static let namespaces = (0..<20_000).map { "team-\($0 % 700)-\($0)" }

    @Test(arguments: [2, 3, 10, 64])
    func namespacesSpreadEvenly(_ count: Int) {
        var sizes = [Int](repeating: 0, count: count)
        for namespace in Self.namespaces { sizes[ShardPlacement.shard(of: namespace, among: count)] += 1 }
        let mean = Double(Self.namespaces.count) / Double(count)
        // Five standard deviations of a fair draw.
        let allowed = 5 * mean.squareRoot()
        #expect(sizes.allSatisfy { abs(Double($0) - mean) < allowed }, "\(sizes)")
    }

    /// Of ten shards to eleven, one namespace of eleven moves, and to the new one.
    @Test func anotherCountMovesFew() {
        var moved = 0
        for namespace in Self.namespaces {
            let (before, after) = (
                ShardPlacement.shard(of: namespace, among: 10), ShardPlacement.shard(of: namespace, among: 11)
            )
            guard before != after else { continue }
            moved += 1
            #expect(after == 10)
        }
        #expect(abs(Double(moved) / Double(Self.namespaces.count) - 1.0 / 11) < 0.01)
    }

    @Test func anUnsharedOneHasAll() {
        #expect(Self.namespaces.allSatisfy { ShardPlacement.shard(of: $0, among: 1) == 0 })
    }

    /// A namespace's shard is written down nowhere: it must be the same in every version.
    @Test(arguments: [("shop", 10, 3), ("kitchen", 10, 1), ("default", 10, 3), ("bytebites", 64, 49)])
    func aShardIsForEver(_ namespace: String, _ count: Int, _ shard: Int) {
        #expect(ShardPlacement.shard(of: namespace, among: count) == shard)
    }

    @Test(arguments: [1, 2, 3, 7, 12, 20])
    func membersHaveAsManyEach(_ size: Int) {
        let members = Set((0..<size).map { "member-\($0)" })
        for count in [2, 10, 64] {
            let placement = ShardPlacement.members(of: count, among: members)
            let sizes = Dictionary(grouping: placement) { $0 }.mapValues(\.count)
            #expect(placement.count == count)
            #expect(members.allSatisfy { (count / size...count / size + 1).contains(sizes[$0] ?? 0) }, "\(sizes)")
            // Whoever counts the same members comes to the same.
            #expect(placement == ShardPlacement.members(of: count, among: Set(members.sorted().reversed())))
        }
        #expect(ShardPlacement.members(of: 10, among: []).isEmpty)
    }

    /// When one of five goes, its shards move; few others have to, for the sake of evenness.
    @Test func whoGoesMovesLittleElse() {
        var (moved, count) = (0, 0)
        for round in 0..<200 {
            let members = Set((0..<5).map { "\(round)-\($0)" })
            let before = ShardPlacement.members(of: 60, among: members)
            let gone = "\(round)-0"
            let after = ShardPlacement.members(of: 60, among: members.subtracting([gone]))
            for shard in before.indices where before[shard] != gone {
                count += 1
                if before[shard] != after[shard] { moved += 1 }
            }
        }
        #expect(Double(moved) / Double(count) < 0.15, "\(moved) of \(count)")
    }
}
