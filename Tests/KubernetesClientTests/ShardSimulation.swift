import Autoscaling
import KubernetesTypes
import Recordings

@testable import KubernetesClient

/// Controllers that share the work on one server, in virtual time: requests are lost, late or carried out after their sender
/// gave up; processes are paused, cut off, killed, and stopped in order; clocks run at different speeds; and some count their
/// shards otherwise, or lead alone, as while a setting is rolled out.
///
/// Everything is one queue of events and one random generator, so a seed is a whole history.
struct ShardSimulation {
    struct Setting {
        var timings = ElectionTimings.standard
        /// The shards of each process; 1 is one that leads alone.
        var counts = [6, 6, 6]
        var drift = 0.02
        var faults = true
        var calm = Duration.seconds(300)
        var end = Duration.seconds(360)
        /// When a process is killed for good, and which; then nothing else happens.
        var kill: (time: Duration, process: Int)?
    }

    struct Tally {
        var terms = 0
        var writes = 0
        var refusedWrites = 0
        var handovers = 0
        var lateStores = 0
        var requests = 0
        /// Moments at which two could write for one namespace.
        var violations: [String] = []
        /// How many shards each process that is alive owns at the end, by how it counts.
        var owned: [Int: [Int]] = [:]
        /// From a kill until everything that was owned is owned again.
        var recovery: Duration?
    }

    /// A lease that a process looks at: that of the group, or a shard's.
    enum Machine: Hashable {
        case group
        case shard(Int)
    }

    enum Action {
        case lease(LeaseElection.Action)
        case group(ShardGroup.Action)
    }

    struct Request {
        var number: Int
        var process: Int
        var life: Int
        var machine: Machine
        var action: Action
        var startedAt: Duration
    }

    enum Event {
        case wake(Int, life: Int, Machine)
        case arrive(Request)
        case answered(Request, LeaseElection.Answer)
        case timeout(Request)
        case write(Int)
        case disturb
        case kill(Int)
    }

    /// One shard of a process.
    struct Contest {
        var election: LeaseElection
        var isWished = false
        /// Given back on the way to another wish.
        var isEnding = false
    }

    struct Process {
        let count: Int
        var identity: String
        var group: ShardGroup
        var contests: [Contest]
        var ownership: Ownership
        let clock: HandClock
        let speed: Double
        let offset: Duration
        var life = 0
        var pausedUntil = Duration.zero
        var cutOffUntil = Duration.zero
        var isDead = false
        /// Until when the writes of each shard last.
        var writingUntil: [Int: Duration] = [:]
        var awaited: [Machine: Int] = [:]

        func local(_ time: Duration) -> Duration { offset + time * speed }
        func global(_ time: Duration) -> Duration { (time - offset) / speed }
    }

    let setting: Setting
    var tally = Tally()
    var now = Duration.zero
    var processes: [Process] = []
    var random: SeededGenerator
    var servers: [String: LeaseServer] = [:]
    private var queue: [(time: Duration, order: Int, event: Event)] = []
    private var order = 0
    /// What processes that were killed have on the way.
    private var orphans: [(count: Int, shard: Int, until: Duration)] = []
    private var killedAt: Duration?

    init(seed: UInt64, _ setting: Setting = Setting()) {
        self.setting = setting
        random = SeededGenerator(seed: seed)
        for (index, count) in setting.counts.enumerated() {
            processes.append(made(index, count, life: 0, clock: nil))
            begin(index, after: 5)
            schedule(.write(index), at: seconds(0...2))
        }
        if setting.faults { schedule(.disturb, at: seconds(5...20)) }
        if let kill = setting.kill { schedule(.kill(kill.process), at: kill.time) }
    }

    mutating func run() -> Tally {
        while let next = queue.popLast(), next.time <= setting.end {
            now = next.time
            for process in processes { process.clock.set(process.local(now)) }
            handle(next.event)
            check()
        }
        for process in processes where !process.isDead {
            tally.owned[process.count, default: []].append(process.ownership.terms.count)
        }
        return tally
    }

    // MARK: Processes

    private mutating func made(_ index: Int, _ count: Int, life: Int, clock: HandClock?) -> Process {
        let identity = "\(index).\(life)"
        let (clock, speed) = (
            clock ?? HandClock(), 1 + Double.random(in: -setting.drift...setting.drift, using: &random)
        )
        let ownership =
            count > 1
            ? Ownership(shards: count, timings: setting.timings, clock: clock)
            : Ownership(Leadership(timings: setting.timings, clock: clock))
        var process = Process(
            count: count, identity: identity,
            group: ShardGroup(
                namespace: "shop", name: "swiftlet", identity: identity, member: "m-\(index)-\(life)",
                count: max(count, 2), timings: setting.timings, seed: random.next()),
            contests: [], ownership: ownership, clock: clock, speed: speed,
            offset: .seconds(Int.random(in: 0...10_000, using: &random)), life: life)
        process.contests = (0..<count).map { shard in
            Contest(election: election(shard, of: process, isCandidate: count == 1, knowing: nil), isWished: count == 1)
        }
        return process
    }

    private mutating func election(
        _ shard: Int, of process: Process, isCandidate: Bool, knowing: LeaseElection.Observation?
    ) -> LeaseElection {
        LeaseElection(
            namespace: "shop", name: process.count == 1 ? "swiftlet" : "swiftlet-\(shard)", identity: process.identity,
            timings: setting.timings, seed: random.next(), isCandidate: isCandidate, knowing: knowing)
    }

    private mutating func begin(_ index: Int, after most: Double) {
        let process = processes[index]
        if process.count > 1 { schedule(.wake(index, life: process.life, .group), at: now + seconds(0...most)) }
        for shard in process.contests.indices {
            schedule(.wake(index, life: process.life, .shard(shard)), at: now + seconds(0...most))
        }
    }

    /// Another process in the place of one that ended at once; what that one has on the way goes on.
    mutating func restart(_ index: Int) {
        let old = processes[index]
        orphans += old.writingUntil.map { (old.count, $0.key, $0.value) }
        processes[index] = made(index, old.count, life: old.life + 1, clock: old.clock)
        begin(index, after: 8)
    }

    // MARK: Events

    mutating func schedule(_ event: Event, at time: Duration) {
        order += 1
        let entry = (time: max(time, now), order: order, event: event)
        var (low, high) = (0, queue.count)
        while low < high {
            let middle = (low + high) / 2
            if (queue[middle].time, queue[middle].order) < (entry.time, entry.order) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        queue.insert(entry, at: low)
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .wake(let index, let life, let machine):
            guard life == processes[index].life, !isPaused(index, event) else { return }
            step(index, machine)
        case .arrive(let request):
            let isLate = processes[request.process].awaited[request.machine] != request.number
            let (answer, hasStored) = carryOut(request)
            if hasStored, isLate { tally.lateStores += 1 }
            deliver(answer, to: request)
        case .answered(let request, let answer):
            guard isAwaited(request), !isPaused(request.process, event) else { return }
            receive(answer, request)
        case .timeout(let request):
            guard isAwaited(request), !isPaused(request.process, event) else { return }
            receive(.failed, request)
        case .write(let index): write(index)
        case .disturb: disturb()
        case .kill(let index):
            processes[index].isDead = true
            processes[index].life += 1
            killedAt = now
        }
    }

    private func isAwaited(_ request: Request) -> Bool {
        let process = processes[request.process]
        return process.life == request.life && process.awaited[request.machine] == request.number
    }

    private mutating func isPaused(_ index: Int, _ event: Event) -> Bool {
        let until = processes[index].pausedUntil
        guard now < until else { return false }
        schedule(event, at: until)
        return true
    }

    // MARK: Machines

    private mutating func step(_ index: Int, _ machine: Machine) {
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

    private mutating func wake(_ index: Int, _ machine: Machine, at local: Duration) {
        schedule(
            .wake(index, life: processes[index].life, machine), at: processes[index].global(local) + .nanoseconds(10))
    }

    private mutating func receive(_ answer: LeaseElection.Answer, _ request: Request) {
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
    private mutating func publish(_ index: Int) {
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
    private mutating func end(_ index: Int, _ shard: Int) {
        processes[index].contests[shard].isEnding = true
        processes[index].ownership.shards[shard].revoke()
        processes[index].awaited[.shard(shard)] = nil
        let end = max(now, processes[index].writingUntil[shard] ?? .zero)
        processes[index].contests[shard].election.beginRelease(at: processes[index].local(end))
        schedule(.wake(index, life: processes[index].life, .shard(shard)), at: end + .nanoseconds(10))
    }

    /// The next run of an elector, with what the last one saw.
    private mutating func turn(_ index: Int, _ shard: Int) {
        let process = processes[index]
        let wished = process.count == 1 || process.group.wanted(at: process.local(now)).contains(shard)
        let known = process.contests[shard].election.observed
        process.ownership.shards[shard].reset()
        processes[index].contests[shard] = Contest(
            election: election(shard, of: process, isCandidate: wished, knowing: known), isWished: wished)
        tally.handovers += 1
        schedule(.wake(index, life: process.life, .shard(shard)), at: now + .nanoseconds(10))
    }

    // MARK: Requests

    private mutating func chance(_ share: Double) -> Bool {
        setting.faults && now < setting.calm && Double.random(in: 0..<1, using: &random) < share
    }

    private mutating func send(_ action: Action, from index: Int, _ machine: Machine, limit: Duration) {
        tally.requests += 1
        let process = processes[index]
        let request = Request(
            number: tally.requests, process: index, life: process.life, machine: machine, action: action,
            startedAt: process.local(now))
        processes[index].awaited[machine] = request.number
        schedule(.timeout(request), at: now + limit / process.speed)
        if now < process.cutOffUntil || chance(0.05) {
            if chance(0.5) { schedule(.arrive(request), at: min(now + seconds(0...40), setting.calm)) }
        } else if chance(0.05) {
            schedule(.answered(request, .failed), at: now + seconds(0...0.1))
        } else {
            schedule(.arrive(request), at: now + (chance(0.1) ? seconds(0...6) : seconds(0.001...0.2)))
        }
    }

    private mutating func deliver(_ answer: LeaseElection.Answer, to request: Request) {
        guard now >= processes[request.process].cutOffUntil, !chance(0.05) else { return }
        schedule(.answered(request, answer), at: now + (chance(0.1) ? seconds(0...6) : seconds(0.001...0.2)))
    }

    private mutating func carryOut(_ request: Request) -> (LeaseElection.Answer, hasStored: Bool) {
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

    private func name(of request: Request) -> String {
        let count = setting.counts[request.process]
        switch request.machine {
        case .group: return "swiftlet"
        case .shard(let shard): return count == 1 ? "swiftlet" : "swiftlet-\(shard)"
        }
    }

    // MARK: Work

    /// What a controller does: asks, and writes.
    private mutating func write(_ index: Int) {
        let paused = now < processes[index].pausedUntil
        schedule(.write(index), at: paused ? processes[index].pausedUntil : now + seconds(0...2))
        guard !paused, !processes[index].isDead else { return }
        let shard = Int.random(in: processes[index].contests.indices, using: &random)
        let duration = seconds(0...4)
        guard mayWrite(processes[index], shard, within: duration) else {
            tally.refusedWrites += 1
            return
        }
        tally.writes += 1
        let end = now + duration / processes[index].speed
        processes[index].writingUntil[shard] = max(processes[index].writingUntil[shard] ?? .zero, end)
    }

    private func mayWrite(_ process: Process, _ shard: Int, within duration: Duration) -> Bool {
        (process.ownership.group?.mayWrite(within: duration) ?? true)
            && process.ownership.shards[shard].mayWrite(within: duration)
    }

    /// At no moment may two write for one namespace, whatever way they count their shards.
    private mutating func check() {
        orphans.removeAll { $0.until <= now }
        var writers: [(who: String, count: Int, shard: Int)] = orphans.map { ("orphan", $0.count, $0.shard) }
        for process in processes where !process.isDead {
            for shard in process.contests.indices
            where process.writingUntil[shard].map({ now < $0 }) ?? false
                || process.contests[shard].election.renewedAt != nil && mayWrite(process, shard, within: .zero)
            {
                writers.append((process.identity, process.count, shard))
            }
        }
        for (place, one) in writers.enumerated() {
            for other in writers[..<place] where one.count != other.count || one.shard == other.shard {
                tally.violations.append("\(now): \(one) and \(other)")
            }
        }
        if let killedAt, tally.recovery == nil {
            let owned = Set(processes.filter { !$0.isDead }.flatMap(\.ownership.terms.keys))
            if owned.count == setting.counts[0] { tally.recovery = now - killedAt }
        }
    }

    private mutating func disturb() {
        guard now < setting.calm else { return }
        schedule(.disturb, at: now + seconds(2...25))
        let index = Int.random(in: processes.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0, 1: processes[index].pausedUntil = min(now + seconds(0...40), setting.calm)
        case 2: processes[index].cutOffUntil = min(now + seconds(0...40), setting.calm)
        default: restart(index)
        }
    }

    mutating func seconds(_ range: ClosedRange<Double>) -> Duration {
        .nanoseconds(Int64(Double.random(in: range, using: &random) * 1e9))
    }
}
