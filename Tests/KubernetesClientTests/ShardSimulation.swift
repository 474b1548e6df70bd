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
    var processes: [Process] = []
    var weather: ElectionWeather
    var servers: [String: LeaseServer] = [:]
    private var queue = EventQueue<Event>()
    /// What processes that were killed have on the way.
    var orphans: [(count: Int, shard: Int, until: Duration)] = []
    var killedAt: Duration?

    init(seed: UInt64, _ setting: Setting = Setting()) {
        self.setting = setting
        weather = ElectionWeather(seed: seed, calm: setting.faults ? setting.calm : .zero)
        for (index, count) in setting.counts.enumerated() {
            processes.append(made(index, count, life: 0, clock: nil))
            begin(index, after: 5)
            schedule(.write(index), at: weather.seconds(0...2))
        }
        if setting.faults { schedule(.disturb, at: weather.seconds(5...20)) }
        if let kill = setting.kill { schedule(.kill(kill.process), at: kill.time) }
    }

    mutating func run() -> Tally {
        while let event = queue.next(until: setting.end) {
            for process in processes { process.clock.set(process.local(now)) }
            handle(event)
            check()
        }
        for process in processes where !process.isDead {
            tally.owned[process.count, default: []].append(process.ownership.terms.count)
        }
        return tally
    }

    // MARK: Processes

    mutating func made(_ index: Int, _ count: Int, life: Int, clock: HandClock?) -> Process {
        let identity = "\(index).\(life)"
        let (clock, speed) = (
            clock ?? HandClock(), 1 + Double.random(in: -setting.drift...setting.drift, using: &weather.random)
        )
        let ownership =
            count > 1
            ? Ownership(shards: count, timings: setting.timings, clock: clock)
            : Ownership(Leadership(timings: setting.timings, clock: clock))
        var process = Process(
            count: count, identity: identity,
            group: ShardGroup(
                namespace: "shop", name: "swiftlet", identity: identity, member: "m-\(index)-\(life)",
                count: max(count, 2), timings: setting.timings, seed: weather.random.next()),
            contests: [], ownership: ownership, clock: clock, speed: speed,
            offset: .seconds(Int.random(in: 0...10_000, using: &weather.random)), life: life)
        process.contests = (0..<count).map { shard in
            Contest(election: election(shard, of: process, isCandidate: count == 1, knowing: nil), isWished: count == 1)
        }
        return process
    }

    mutating func election(
        _ shard: Int, of process: Process, isCandidate: Bool, knowing: LeaseElection.Observation?
    ) -> LeaseElection {
        LeaseElection(
            namespace: "shop", name: process.count == 1 ? "swiftlet" : "swiftlet-\(shard)", identity: process.identity,
            timings: setting.timings, seed: weather.random.next(), isCandidate: isCandidate, knowing: knowing)
    }

    mutating func begin(_ index: Int, after most: Double) {
        let process = processes[index]
        if process.count > 1 { schedule(.wake(index, life: process.life, .group), at: now + weather.seconds(0...most)) }
        for shard in process.contests.indices {
            schedule(.wake(index, life: process.life, .shard(shard)), at: now + weather.seconds(0...most))
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

    var now: Duration { queue.now }

    mutating func schedule(_ event: Event, at time: Duration) { queue.schedule(event, at: time) }

    mutating func handle(_ event: Event) {
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

    func isAwaited(_ request: Request) -> Bool {
        let process = processes[request.process]
        return process.life == request.life && process.awaited[request.machine] == request.number
    }

    mutating func isPaused(_ index: Int, _ event: Event) -> Bool {
        let until = processes[index].pausedUntil
        guard now < until else { return false }
        schedule(event, at: until)
        return true
    }
}
