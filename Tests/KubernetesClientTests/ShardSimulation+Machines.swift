import Autoscaling

@testable import KubernetesClient

/// The machines of a process, and what its elector does with what they know.
extension ShardSimulation {
    mutating func step(_ index: Int, _ machine: Machine) {
        let local = processes[index].local(now)
        let wall = Timestamp(nanoseconds: local.nanoseconds)
        switch machine {
        case .group:
            let action = processes[index].group.next(at: local, wallClock: wall)
            publish(index)
            switch action {
            case .wait(let until): wake(index, machine, at: until)
            case .finished: break
            default: send(.group(action), from: index, machine, limit: processes[index].group.requestLimit(at: local))
            }
        case .shard(let shard):
            let action = processes[index].contests[shard].election.next(at: local, wallClock: wall)
            publish(index)
            switch action {
            case .wait(let until): wake(index, machine, at: until)
            case .finished: turn(index, shard)
            default:
                send(
                    .lease(action), from: index, machine,
                    limit: processes[index].contests[shard].election.requestLimit(at: local))
            }
        }
    }

    mutating func wake(_ index: Int, _ machine: Machine, at local: Duration) {
        schedule(
            .wake(index, life: processes[index].life, machine), at: processes[index].global(local) + .nanoseconds(10))
    }

    mutating func receive(_ answer: LeaseElection.Answer, _ request: Request) {
        let (index, local) = (request.process, processes[request.process].local(now))
        processes[index].awaited[request.machine] = nil
        switch (request.machine, request.action) {
        case (.group, .group(let action)):
            processes[index].group.received(answer, to: action, startedAt: request.startedAt, at: local)
        case (.shard(let shard), .lease(let action)):
            processes[index].contests[shard].election.received(
                answer, to: action, startedAt: request.startedAt, at: local)
        default: break
        }
        step(index, request.machine)
    }

    /// What the elector of a process does with what its machines know.
    mutating func publish(_ index: Int) {
        let process = processes[index]
        if let group = process.ownership.group { _ = group.update(process.group.standing) }
        for (shard, contest) in process.contests.enumerated() where !contest.isEnding {
            if case .started? = process.ownership.shards[shard].update(contest.election.standing) { tally.terms += 1 }
        }
        guard process.count > 1 else { return }
        let wanted = process.group.wanted(at: process.local(now))
        for (shard, contest) in process.contests.enumerated()
        where contest.isWished != wanted.contains(shard) && !contest.isEnding {
            end(index, shard)
        }
    }

    /// Ends a run of an elector: no write is begun any more, those under way end, and the lease is given back.
    mutating func end(_ index: Int, _ shard: Int) {
        processes[index].contests[shard].isEnding = true
        processes[index].ownership.shards[shard].revoke()
        processes[index].awaited[.shard(shard)] = nil
        let end = max(now, processes[index].writingUntil[shard] ?? .zero)
        processes[index].contests[shard].election.beginRelease(at: processes[index].local(end))
        schedule(.wake(index, life: processes[index].life, .shard(shard)), at: end + .nanoseconds(10))
    }

    /// The next run of an elector, with what the last one saw.
    mutating func turn(_ index: Int, _ shard: Int) {
        let process = processes[index]
        let wished = process.count == 1 || process.group.wanted(at: process.local(now)).contains(shard)
        let known = process.contests[shard].election.observed
        process.ownership.shards[shard].reset()
        processes[index].contests[shard] = Contest(
            election: election(shard, of: process, isCandidate: wished, knowing: known), isWished: wished)
        tally.handovers += 1
        schedule(.wake(index, life: process.life, .shard(shard)), at: now + .nanoseconds(10))
    }
}
