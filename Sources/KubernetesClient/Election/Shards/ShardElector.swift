internal import Autoscaling
internal import KubernetesTypes

/// Takes part in a group of controllers that share the work, for as long as it runs: one Lease for the group, named as a
/// single leader's would be, and one for each shard, named `NAME-0`, `NAME-1`, and so on.
///
/// Every member looks at every shard's lease, so that it knows since when each has been unchanged, and stands for those that
/// ``ShardGroup`` gives it. One that it should no longer have it gives back as a leader that ends: after the writes under way.
package struct ShardElector: Sendable {
    /// Told what is new in one lease, that of the group or a shard's, with its name.
    package typealias OnChange = @Sendable (_ change: LeadershipChange, _ lease: String) -> Void

    /// Where, as whom, and by which clocks; for the lease of the group.
    private let elector: LeaderElector

    private var clock: any MonotonicClock { elector.clock }

    /// - Parameter elector: One that would stand for a single leader: the lease that it would is that of the group.
    package init(_ elector: LeaderElector) {
        self.elector = elector
    }

    /// Takes part until the task is cancelled, and then gives back every shard, and leaves the group last.
    ///
    /// - Parameter ownership: Made with the same timings and clock. Cancel this task only when the writes that it allowed
    ///   have ended, or make them by its `write`.
    package func run(_ ownership: Ownership, onChange: @escaping OnChange = { _, _ in }) async {
        guard let leadership = ownership.group else { return }
        let wishes = ownership.shards.map { _ in AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingNewest(1)) }
        // Awaited below. Tasks of their own, because they have to end, and give back their leases, before the group is left.
        let contests = zip(ownership.shards, wishes).enumerated().map { index, contest in
            Task { await self.contest(index, contest.0, contest.1.stream, onChange) }
        }
        var group = ShardGroup(
            namespace: elector.namespace, name: elector.name, identity: elector.identity,
            member: Self.member(elector.identity), count: ownership.count, timings: elector.timings, seed: elector.seed)
        var told: Set<Int>?
        var reporter = ElectionReporter(leadership: leadership) { [name = elector.name] in onChange($0, name) }
        while !Task.isCancelled {
            await step(&group, &reporter)
            let wanted = group.wanted(at: clock.now())
            for (shard, wish) in wishes.enumerated()
            where told.map({ $0.contains(shard) != wanted.contains(shard) }) ?? true {
                wish.continuation.yield(wanted.contains(shard))
            }
            told = wanted
        }
        for wish in wishes { wish.continuation.finish() }
        // They end by themselves; awaiting is all that a cancelled task may still do.
        for contest in contests { await contest.value }
        leadership.revoke()
        let leaving = Task { [group, reporter] in await leave(group, reporter) }
        await leaving.value
        leadership.reset()
    }

    /// What stands in the name of an annotation: the random part of the identity.
    static func member(_ identity: String) -> String {
        String(identity.suffix(36).drop { !$0.isASCII || !($0.isLetter || $0.isNumber) })
    }

    // MARK: A shard

    /// Stands for one shard while that is wished, and looks on while not.
    private func contest(
        _ shard: Int, _ leadership: Leadership, _ wishes: AsyncStream<Bool>,
        _ onChange: @escaping OnChange
    ) async {
        let elector = elector.standing(forShard: shard)
        let lease = elector.name
        var run: Task<LeaseElection.Observation?, Never>?
        var known: LeaseElection.Observation?
        for await isWished in wishes {
            run?.cancel()
            if let run { known = await run.value ?? known }
            // Awaited above and below: a task of its own, so that it alone can be cancelled.
            run = Task { [known] in
                await elector.run(leadership, isCandidate: isWished, knowing: known) { change in
                    // Who has a shard that one does not stand for is of no interest.
                    if case .following = change, !isWished { return }
                    onChange(change, lease)
                }
            }
        }
        run?.cancel()
        _ = await run?.value
    }

    // MARK: The group

    /// - Returns: Whether there is more to do.
    @discardableResult
    private func step(_ group: inout ShardGroup, _ reporter: inout ElectionReporter) async -> Bool {
        let now = clock.now()
        let action = group.next(at: now, wallClock: elector.wallClock())
        reporter.report(group.standing)
        switch action {
        case .wait(let until): try? await clock.sleep(for: max(until - now, .zero))
        case .finished: return false
        case .read, .create, .update, .patch:
            let (answer, failure) = await LeaseRequest.answer(
                to: action.kind, within: group.requestLimit(at: now), elector.name, clock
            ) { try await send(action) }
            group.received(answer, to: action, startedAt: now, at: clock.now())
            if !Task.isCancelled { reporter.report(failure, isWrite: action != .read) }
            reporter.report(group.standing)
        }
        return true
    }

    private func leave(_ group: ShardGroup, _ reporter: ElectionReporter) async {
        var group = group
        var reporter = reporter
        reporter.isQuiet = true
        group.beginRelease(at: clock.now())
        while await step(&group, &reporter) {}
    }

    private func send(_ action: ShardGroup.Action) async throws -> Lease {
        let client = elector.client
        let path = ResourcePath.object(.leases, namespace: elector.namespace, name: elector.name)
        switch action {
        case .create(let lease):
            return try await client.create(lease, in: .collection(.leases, namespace: elector.namespace))
        case .update(let lease): return try await client.update(lease, at: path)
        case .patch(let operations): return try await client.patch(path, operations: operations, as: Lease.self)
        case .read, .wait, .finished: return try await client.get(Lease.self, path)
        }
    }
}

extension ShardGroup.Action {
    fileprivate var kind: LeaseRequest.Kind {
        switch self {
        case .create: .creation
        case .patch: .patch
        case .read, .update, .wait, .finished: .other
        }
    }
}
