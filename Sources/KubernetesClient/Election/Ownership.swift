/// For which namespaces this process may act, at any moment: all of them for a leader, those of its shards for one of several
/// that share the work.
///
/// It is asked before each write, as ``Leadership`` is, and for the same reasons.
package struct Ownership: Sendable {
    /// Whether this process is a member of the group; `nil` for one that does not share.
    let group: Leadership?
    /// One for each shard.
    let shards: [Leadership]

    /// Of a process that leads alone, or not at all.
    package init(_ leadership: Leadership) {
        group = nil
        shards = [leadership]
    }

    /// Of one that shares the work with others.
    ///
    /// - Parameter count: Shards, from 2 to ``ShardPlacement/maximumCount``.
    package init(
        shards count: Int, timings: ElectionTimings = .standard, clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        group = Leadership(timings: timings, clock: clock)
        shards = (0..<count).map { _ in Leadership(timings: timings, clock: clock) }
    }

    /// For one that runs alone, without an election.
    package static func uncontested() -> Ownership { Ownership(.uncontested()) }

    /// What an elector keeps up to date where the work is not shared.
    package var leadership: Leadership { shards[0] }

    /// How many shards there are in all: 1 where the work is not shared.
    package var count: Int { shards.count }

    /// Whether several share the work.
    package var isShared: Bool { group != nil }

    /// The shard of a namespace.
    package func shard(of namespace: String) -> Int { ShardPlacement.shard(of: namespace, among: count) }

    /// The shards that are owned now, each with its term: whoever remembers things from an earlier one must look again.
    package var terms: [Int: Int] {
        guard group?.isLeader ?? true else { return [:] }
        var terms: [Int: Int] = [:]
        for (index, shard) in shards.enumerated() where shard.isLeader { terms[index] = shard.term }
        return terms
    }

    /// Whether a shard is owned now.
    package func owns(shard: Int) -> Bool { shards[shard].isLeader && (group?.isLeader ?? true) }

    /// Whether there is anything to do for this process.
    package var isAny: Bool { (group?.isLeader ?? true) && shards.contains(where: \.isLeader) }

    /// Who leads, where one does: this process or another.
    package var holder: String? { group == nil ? shards[0].holder : group?.holder }

    /// The owner of each shard as far as known.
    package var holders: [String?] { shards.map(\.holder) }

    /// Runs a write for a namespace if it would surely end before anybody else could own it.
    ///
    /// - Parameter duration: The most that `body` takes; it must bound its requests by that itself.
    /// - Returns: `nil` when the write must not be begun, and was not.
    package func write<Result: Sendable>(
        in namespace: String, within duration: Duration, _ body: () async throws -> Result
    ) async throws -> Result? {
        // A lease of a shard says nothing of a group that counts its shards otherwise; that of the group does.
        guard group?.mayWrite(within: duration) ?? true else { return nil }
        return try await shards[shard(of: namespace)].write(within: duration, body)
    }
}
