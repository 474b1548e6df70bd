@testable import KubernetesClient

/// Requests on their way, and the server.
extension ShardSimulation {
    mutating func send(_ action: Action, from index: Int, _ machine: Machine, limit: Duration) {
        tally.requests += 1
        let process = processes[index]
        let request = Request(
            number: tally.requests, process: index, life: process.life, machine: machine, action: action,
            startedAt: process.local(now))
        processes[index].awaited[machine] = request.number
        schedule(.timeout(request), at: now + limit / process.speed)
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

    mutating func carryOut(_ request: Request) -> (LeaseElection.Answer, hasStored: Bool) {
        let name = name(of: request)
        var server = servers[name] ?? LeaseServer()
        let versions = server.history.count
        let answer: LeaseElection.Answer
        switch request.action {
        case .lease(let action): answer = server.carryOut(action)
        case .group(.read): answer = server.carryOut(.read)
        case .group(.create(let lease)): answer = server.carryOut(.create(lease))
        case .group(.update(let lease)): answer = server.carryOut(.update(lease))
        case .group(.patch(let operations)): answer = server.patch(operations)
        case .group(.wait), .group(.finished): answer = .failed
        }
        servers[name] = server
        return (answer, server.history.count > versions)
    }

    func name(of request: Request) -> String {
        let count = setting.counts[request.process]
        switch request.machine {
        case .group: return "swiftlet"
        case .shard(let shard): return count == 1 ? "swiftlet" : "swiftlet-\(shard)"
        }
    }
}
