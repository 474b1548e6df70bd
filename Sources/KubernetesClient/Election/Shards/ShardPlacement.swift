/// Which shard a namespace belongs to, and which member of a group should have which shard. Pure: everybody who counts the
/// same members comes to the same answer.
package enum ShardPlacement {
    /// The most shards that a group may have; each is a Lease that every member looks at each retry period.
    package static let maximumCount = 64

    /// The shard of a namespace.
    ///
    /// By namespace and not by name: whatever could select the pods of one another, and what a query asks for together,
    /// stays in one shard. Another count moves as few namespaces as it can.
    ///
    /// - Parameter count: Above 0.
    /// - Source: Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", over FNV-1a of the name.
    package static func shard(of namespace: String, among count: Int) -> Int {
        guard count > 1 else { return 0 }
        var key = mixed(hash(namespace.utf8))
        var bucket: Int64 = -1
        var next: Int64 = 0
        while next < Int64(count) {
            bucket = next
            key = key &* 2_862_933_555_777_941_757 &+ 1
            next = Int64(Double(bucket + 1) * (Double(Int64(1) << 31) / Double((key >> 33) + 1)))
        }
        return Int(bucket)
    }

    /// The shards of each member: as many to each as to every other, give or take one.
    ///
    /// Each shard goes to the member that it ranks highest among those with room (rendezvous hashing), so that one who
    /// comes or goes moves little else.
    ///
    /// - Returns: The member of each shard, in the order of shards; empty without members.
    package static func members(of count: Int, among members: Set<String>) -> [String] {
        guard !members.isEmpty else { return [] }
        let hashes = members.sorted().map { (name: $0, hash: hash($0.utf8)) }
        let few = count / hashes.count
        /// How many members may have one more.
        var more = count % hashes.count
        var held = [String: Int]()
        return (0..<count).map { shard in
            let ranked = hashes.map { (name: $0.name, rank: mixed($0.hash ^ mixed(UInt64(shard)))) }
            let room = ranked.filter { held[$0.name, default: 0] < (more > 0 ? few + 1 : few) }
            // There is room: all of it together is the count.
            let best = (room.max { ($0.rank, $0.name) < ($1.rank, $1.name) } ?? ranked[0]).name
            held[best, default: 0] += 1
            if held[best] == few + 1 { more -= 1 }
            return best
        }
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// Spreads the bits: FNV leaves those of short names alike.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var generator = SeededJitter(seed: value)
        return generator.next()
    }
}
