@testable import KubernetesClient

/// What goes wrong.
extension ElectionSimulation {
    private mutating func chance(_ share: Double) -> Bool {
        now < setting.calm && Double.random(in: 0..<1, using: &random) < share
    }

    mutating func send(_ action: LeaseElection.Action, from index: Int, startedAt: Duration) {
        requests += 1
        let process = processes[index]
        let request = Request(
            number: requests, process: index, life: process.life, action: action, startedAt: startedAt)
        processes[index].request = request
        let limit = process.election.requestLimit(at: startedAt) / process.speed
        schedule(.timeout(request), at: now + limit)
        if now < process.cutOffUntil || chance(0.05) {
            // Lost, or held up on the way: it may still arrive when nobody waits for it any more.
            if chance(0.5) { schedule(.arrive(request), at: min(now + seconds(0...40), setting.calm)) }
        } else if chance(0.05) {
            schedule(.answered(request, .failed), at: now + seconds(0...0.1))
        } else {
            schedule(.arrive(request), at: now + (chance(0.1) ? seconds(0...6) : seconds(0.001...0.2)))
        }
    }

    mutating func deliver(_ answer: LeaseElection.Answer, to request: Request) {
        guard now >= processes[request.process].cutOffUntil, !chance(0.05) else { return }
        schedule(.answered(request, answer), at: now + (chance(0.1) ? seconds(0...6) : seconds(0.001...0.2)))
    }

    mutating func disturb() {
        guard now < setting.calm else { return }
        schedule(.disturb, at: now + seconds(2...25))
        let leaders = processes.indices.filter(isLeading)
        // Whoever leads is worth disturbing.
        let index = chance(0.7) ? leaders.first ?? 0 : Int.random(in: processes.indices, using: &random)
        guard !processes[index].isStopping else { return }
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            if isLeading(index) { noteResumedLeader() }
            processes[index].pausedUntil = min(now + seconds(0...40), setting.calm)
        case 2: processes[index].cutOffUntil = min(now + seconds(0...40), setting.calm)
        case 3: restart(index)
        default: stop(index)
        }
    }

    /// SIGTERM: no write is begun any more, those under way end, and the lease is given back.
    private mutating func stop(_ index: Int) {
        guard now >= processes[index].pausedUntil else { return }
        processes[index].leadership.revoke()
        processes[index].isStopping = true
        processes[index].request = nil
        processes[index].life += 1
        let end = max(now, writingUntil[processes[index].election.identity] ?? .zero)
        processes[index].election.beginRelease(at: processes[index].local(end))
        schedule(.wake(index, life: processes[index].life), at: end + .nanoseconds(10))
    }
}
