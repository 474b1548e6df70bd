@testable import KubernetesClient

/// What goes wrong.
extension ElectionSimulation {
    mutating func send(_ action: LeaseElection.Action, from index: Int, startedAt: Duration) {
        requests += 1
        let process = processes[index]
        let request = Request(
            number: requests, process: index, life: process.life, action: action, startedAt: startedAt)
        processes[index].request = request
        let limit = process.election.requestLimit(at: startedAt) / process.speed
        schedule(.timeout(request), at: now + limit)
        switch weather.fate(at: now, isCutOff: now < process.cutOffUntil) {
        case .arrives(let time): schedule(.arrive(request), at: time)
        case .refused(let time): schedule(.answered(request, .failed), at: time)
        case .lost: break
        }
    }

    mutating func deliver(_ answer: LeaseElection.Answer, to request: Request) {
        let isCutOff = now < processes[request.process].cutOffUntil
        guard let time = weather.answer(at: now, isCutOff: isCutOff) else { return }
        schedule(.answered(request, answer), at: time)
    }

    mutating func disturb() {
        guard now < setting.calm else { return }
        schedule(.disturb, at: now + weather.seconds(2...25))
        let leaders = processes.indices.filter(isLeading)
        // Whoever leads is worth disturbing.
        let index =
            weather.chance(0.7, at: now)
            ? leaders.first ?? 0 : Int.random(in: processes.indices, using: &weather.random)
        guard !processes[index].isStopping else { return }
        switch Int.random(in: 0..<5, using: &weather.random) {
        case 0, 1:
            if isLeading(index) { noteResumedLeader() }
            processes[index].pausedUntil = weather.fault(within: 0...40, at: now)
        case 2: processes[index].cutOffUntil = weather.fault(within: 0...40, at: now)
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
