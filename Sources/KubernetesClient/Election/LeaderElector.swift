package import Autoscaling
internal import FoundationEssentials
internal import KubernetesTypes

/// Takes part in the election of a leader by a Lease, for as long as it runs.
///
///     async let election: Void = elector.run(leadership) { log($0) }
///     … ask leadership before each write …
///
/// Who loses the lease becomes a candidate again; the process need not end, as it must with client-go. There the
/// leader's work is started once and cannot be called back. Here every write asks ``Leadership`` first, and what a term
/// remembered is dropped when ``Leadership/term`` has changed.
///
/// Nothing is shared between electors: one process may take part in the elections of many leases.
package struct LeaderElector: Sendable {
    let client: KubernetesClient
    let namespace: String
    private(set) var name: String
    let identity: String
    let timings: ElectionTimings
    let clock: any MonotonicClock
    let wallClock: @Sendable () -> Timestamp
    private(set) var seed: UInt64

    /// - Parameters:
    ///   - client: Its budget is left aside: a renewal that waits its turn, or while the server asks others to, is too
    ///     late, and there is one every two seconds at most.
    ///   - identity: Unlike that of every other process, now and later: ``newIdentity(host:)``.
    ///   - wallClock: For the times written into the lease; nothing is decided by them.
    ///   - seed: Of the jitter.
    package init(
        client: KubernetesClient, namespace: String, name: String, identity: String,
        timings: ElectionTimings = .standard, clock: any MonotonicClock = SystemMonotonicClock(),
        wallClock: @escaping @Sendable () -> Timestamp = LeaderElector.systemTime,
        seed: UInt64 = .random(in: 0 ... .max)
    ) {
        self.client = client.withoutBudget
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.timings = timings
        self.clock = clock
        self.wallClock = wallClock
        self.seed = seed
    }

    /// The host's name, which in a cluster is that of the pod, and something random: a process that is started again is
    /// another.
    package static func newIdentity(host: String = ProcessInfo.processInfo.hostName) -> String {
        host + "_" + UUID().uuidString.lowercased()
    }

    /// The machine's time.
    package static let systemTime: @Sendable () -> Timestamp = {
        Timestamp(secondsSinceEpoch: Date().timeIntervalSince1970)
    }

    /// Stands for election until the task is cancelled, and then gives the lease back if it is ours.
    ///
    /// - Parameter leadership: Made with the same timings and clock. Cancel this task only when the writes that it
    ///   allowed have ended, or make them by ``Leadership/write(within:_:)``.
    package func run(
        _ leadership: Leadership, onChange: @escaping @Sendable (LeadershipChange) -> Void = { _ in }
    ) async {
        _ = await run(leadership, isCandidate: true, knowing: nil, onChange: onChange)
    }

    /// The same for the lease of a shard.
    func standing(forShard shard: Int) -> LeaderElector {
        var elector = self
        elector.name = "\(name)-\(shard)"
        elector.seed = seed &+ UInt64(shard) &+ 1
        return elector
    }

    /// Stands for election, or only looks on, until the task is cancelled.
    ///
    /// - Parameters:
    ///   - isCandidate: Who is none never takes the lease; it gives back one that may be its own.
    ///   - observed: What an earlier run saw.
    /// - Returns: What was seen last.
    func run(
        _ leadership: Leadership, isCandidate: Bool, knowing observed: LeaseElection.Observation?,
        onChange: @escaping @Sendable (LeadershipChange) -> Void
    ) async -> LeaseElection.Observation? {
        var election = LeaseElection(
            namespace: namespace, name: name, identity: identity, timings: timings, seed: seed,
            isCandidate: isCandidate, knowing: observed)
        var reporter = ElectionReporter(leadership: leadership, onChange: onChange)
        while !Task.isCancelled {
            _ = await step(&election, &reporter)
        }
        leadership.revoke()
        // Awaited in the next line: a task of its own because this one is cancelled, and requests in it would be too.
        let release = Task { [election, reporter] in await self.release(election, reporter) }
        let known = await release.value
        leadership.reset()
        return known
    }

    /// - Returns: Whether there is more to do.
    private func step(_ election: inout LeaseElection, _ reporter: inout ElectionReporter) async -> Bool {
        let now = clock.now()
        let action = election.next(at: now, wallClock: wallClock())
        reporter.report(election.standing)
        switch action {
        case .wait(let until):
            // Cancelled: whoever called looks for that.
            try? await clock.sleep(for: max(until - now, .zero))
        case .read, .create, .update:
            let (answer, failure) = await perform(action, within: election.requestLimit(at: now))
            election.received(answer, to: action, startedAt: now, at: clock.now())
            if !Task.isCancelled { reporter.report(failure, isWrite: action != .read) }
            reporter.report(election.standing)
        case .finished: return false
        }
        return true
    }

    private func release(_ election: LeaseElection, _ reporter: ElectionReporter) async -> LeaseElection.Observation? {
        await reporter.leadership.waitForWrites()
        var election = election
        var reporter = reporter
        let mayBeOurs = election.mayHold
        election.beginRelease(at: clock.now())
        reporter.isQuiet = true
        while await step(&election, &reporter) {}
        if mayBeOurs, !election.mayHold { reporter.onChange(.released) }
        return election.observed
    }

    // MARK: Requests

    private func perform(
        _ action: LeaseElection.Action, within limit: Duration
    ) async -> (LeaseElection.Answer, failure: String?) {
        await LeaseRequest.answer(to: action.isCreation ? .creation : .other, within: limit, name, clock) {
            try await send(action)
        }
    }

    private func send(_ action: LeaseElection.Action) async throws -> Lease {
        let path = ResourcePath.object(.leases, namespace: namespace, name: name)
        switch action {
        case .create(let lease):
            return try await client.create(lease, in: .collection(.leases, namespace: namespace))
        case .update(let lease): return try await client.update(lease, at: path)
        case .read, .wait, .finished: return try await client.get(Lease.self, path)
        }
    }
}

extension LeaseElection.Action {
    fileprivate var isCreation: Bool {
        if case .create = self { true } else { false }
    }
}
