internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
internal import MiniCluster

/// Who held which lease, and whom it was taken from behind its back.
struct LeaseBook: Sendable {
    /// Somebody deleted the lease, or wrote itself into it.
    struct Meddling: Sendable {
        var shard: Int
        var time: Int64
        /// Who held it then.
        var holder: String
        /// Who knew of a holder then. They wait until it must have noticed; whoever has never seen the lease cannot know
        /// that there is one, and takes it at once where it was deleted.
        var knowing: Set<String>
    }

    var holders: [Int: String] = [:]
    var meddlings: [Meddling] = []
}

extension Witness {
    /// Who holds the lease of a part now, or held it last where it has been deleted.
    func holder(of shard: Int) async -> String? {
        let lease = try? await store.get(
            .leases, namespace: World.namespace, name: scenario.leaseNames[shard])
        let holder = lease?[path: ["spec", "holderIdentity"]]?.stringValue
        return leases.withLock { leases in
            if lease != nil { leases.holders[shard] = holder }
            return leases.holders[shard]
        }
    }

    /// Somebody is about to delete the lease of a part, or to take it without asking.
    func leaseIsMeddledWith(_ shard: Int, known senders: [Sender]) async {
        guard let holder = await holder(of: shard), !holder.isEmpty else { return }
        let knowing = senders.filter { sender in
            sender.ownership.holders.indices.contains(shard) && sender.ownership.holders[shard] != nil
        }
        let meddling = LeaseBook.Meddling(
            shard: shard, time: Machine.now, holder: holder, knowing: Set(knowing.map(\.name)))
        leases.withLock { $0.meddlings.append(meddling) }
    }

    /// The longest that one goes on who does not know: until it should have renewed, on a slow clock.
    private static let unknowing = Scenario.timings.renewDeadline * 1.03

    /// Whether one has lost the lease by somebody's meddling, so lately that it may not know yet.
    func isDispossessed(_ sender: Sender, _ shard: Int) -> Bool {
        isExcused { $0.shard == shard && $0.holder == sender.name }
    }

    /// Whether two may both think that they lead: one has lost the lease by meddling, and the other could not know of it.
    func mayBothLead(_ one: Sender, _ other: Sender, _ shard: Int) -> Bool {
        isExcused { meddling in
            meddling.shard == shard
                && ((meddling.holder == one.name && !meddling.knowing.contains(other.name))
                    || (meddling.holder == other.name && !meddling.knowing.contains(one.name)))
        }
    }

    private func isExcused(_ applies: (LeaseBook.Meddling) -> Bool) -> Bool {
        let oldest = Machine.now - Self.unknowing.nanoseconds
        let isExcused = leases.withLock { $0.meddlings.contains { $0.time >= oldest && applies($0) } }
        if isExcused { chronicle.count("excused by a lease that was meddled with") }
        return isExcused
    }
}
