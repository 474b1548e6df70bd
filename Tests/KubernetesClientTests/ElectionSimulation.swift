import Autoscaling
import KubernetesTypes
import Recordings

@testable import KubernetesClient

/// Processes that stand for election on one server, in virtual time: requests are delayed, lost, refused, or carried out
/// long after their sender gave up; processes are paused, cut off, killed, and stopped in order; their clocks run at
/// different speeds.
///
/// Everything is one queue of events and one random generator, so a seed is a whole history.
struct ElectionSimulation {
    struct Setting {
        var timings = ElectionTimings.standard
        var processes = 3
        /// How far the speed of a clock is from true, at most.
        var drift = 0.02
        /// When all faults end, and when to look whether somebody leads.
        var calm = Duration.seconds(300)
        var end = Duration.seconds(330)
    }

    /// What happened, so that a test can see that something did.
    struct Tally {
        var terms = 0
        var losses = 0
        var writes = 0
        var refusedWrites = 0
        var releases = 0
        var lateStores = 0
        var resumedAsLeader = 0
        /// Moments at which two wrote at once, with the names.
        var violations: [String] = []
        var leaderAtEnd = false

        static func += (left: inout Tally, right: Tally) {
            left.terms += right.terms
            left.losses += right.losses
            left.writes += right.writes
            left.refusedWrites += right.refusedWrites
            left.releases += right.releases
            left.lateStores += right.lateStores
            left.resumedAsLeader += right.resumedAsLeader
            left.violations += right.violations
        }
    }

    enum Event {
        case wake(Int, life: Int)
        case arrive(Request)
        case answered(Request, LeaseElection.Answer)
        case timeout(Request)
        case write(Int)
        case disturb
    }

    struct Request {
        var number: Int
        var process: Int
        var life: Int
        var action: LeaseElection.Action
        var startedAt: Duration
    }

    struct Process {
        var election: LeaseElection
        var leadership: Leadership
        let clock: HandClock
        let speed: Double
        let offset: Duration
        var life = 0
        var pausedUntil = Duration.zero
        var cutOffUntil = Duration.zero
        var request: Request?
        var isStopping = false

        func local(_ time: Duration) -> Duration { offset + time * speed }
        func global(_ time: Duration) -> Duration { (time - offset) / speed }
    }

    let setting: Setting
    private(set) var tally = Tally()
    var processes: [Process] = []
    var weather: ElectionWeather
    var server = LeaseServer()
    /// Until when the writes of a process last that it has begun, also after it was killed.
    private(set) var writingUntil: [String: Duration] = [:]
    private var queue = EventQueue<Event>()
    var requests = 0

    init(seed: UInt64, _ setting: Setting = Setting()) {
        self.setting = setting
        weather = ElectionWeather(seed: seed, calm: setting.calm)
        for index in 0..<setting.processes {
            let speed = 1 + Double.random(in: -setting.drift...setting.drift, using: &weather.random)
            let clock = HandClock()
            processes.append(
                Process(
                    election: LeaseElection("\(index)", timings: setting.timings, seed: weather.random.next()),
                    leadership: Leadership(timings: setting.timings, clock: clock), clock: clock, speed: speed,
                    offset: .seconds(Int.random(in: 0...10_000, using: &weather.random))))
            schedule(.wake(index, life: 0), at: weather.seconds(0...5))
            schedule(.write(index), at: weather.seconds(0...2))
        }
        schedule(.disturb, at: weather.seconds(5...20))
    }

    /// Lives through it all.
    mutating func run() -> Tally {
        while let event = queue.next(until: setting.end) {
            for process in processes { process.clock.set(process.local(now)) }
            handle(event)
            check()
        }
        tally.leaderAtEnd = processes.contains { $0.leadership.isLeader }
        return tally
    }

    // MARK: Events

    var now: Duration { queue.now }

    mutating func schedule(_ event: Event, at time: Duration) { queue.schedule(event, at: time) }

    private mutating func handle(_ event: Event) {
        switch event {
        case .wake(let index, let life):
            guard life == processes[index].life, !isPaused(index, event) else { return }
            step(index)
        case .arrive(let request):
            let versions = server.history.count
            let answer = server.carryOut(request.action)
            if server.history.count > versions, processes[request.process].request?.number != request.number {
                tally.lateStores += 1
            }
            deliver(answer, to: request)
        case .answered(let request, let answer):
            guard isAwaited(request), !isPaused(request.process, event) else { return }
            receive(answer, request)
        case .timeout(let request):
            guard isAwaited(request), !isPaused(request.process, event) else { return }
            receive(.failed, request)
        case .write(let index): write(index)
        case .disturb: disturb()
        }
    }

    private func isAwaited(_ request: Request) -> Bool {
        let process = processes[request.process]
        return process.life == request.life && process.request?.number == request.number
    }

    /// Puts off what comes to a process that stands still.
    private mutating func isPaused(_ index: Int, _ event: Event) -> Bool {
        let until = processes[index].pausedUntil
        guard now < until else { return false }
        schedule(event, at: until)
        return true
    }

    // MARK: A process

    mutating func step(_ index: Int) {
        let local = processes[index].local(now)
        let action = processes[index].election.next(
            at: local, wallClock: Timestamp(nanoseconds: local.nanoseconds))
        publish(index)
        switch action {
        case .wait(let until):
            schedule(
                .wake(index, life: processes[index].life), at: processes[index].global(until) + .nanoseconds(10)
            )
        case .finished: restart(index)
        case .read, .create, .update: send(action, from: index, startedAt: local)
        }
    }

    private mutating func receive(_ answer: LeaseElection.Answer, _ request: Request) {
        let index = request.process
        processes[index].request = nil
        processes[index].election.received(
            answer, to: request.action, startedAt: request.startedAt, at: processes[index].local(now))
        if processes[index].isStopping, processes[index].election.standing.holder == nil { tally.releases += 1 }
        step(index)
    }

    private mutating func publish(_ index: Int) {
        guard !processes[index].isStopping else { return }
        switch processes[index].leadership.update(processes[index].election.standing) {
        case .started: tally.terms += 1
        case .lost: tally.losses += 1
        default: break
        }
    }

    /// Another process in the place of one that ended: nothing of the old one is left but what is on its way.
    mutating func restart(_ index: Int) {
        let old = processes[index]
        processes[index].life += 1
        processes[index].election = LeaseElection(
            "\(index).\(old.life + 1)", timings: setting.timings, seed: weather.random.next())
        processes[index].leadership = Leadership(timings: setting.timings, clock: old.clock)
        processes[index].request = nil
        processes[index].isStopping = false
        schedule(.wake(index, life: old.life + 1), at: now + weather.seconds(0...8))
    }

    /// What a controller does: asks, and writes. A paused one does so in the first moment after its pause.
    private mutating func write(_ index: Int) {
        let paused = now < processes[index].pausedUntil
        schedule(.write(index), at: paused ? processes[index].pausedUntil : now + weather.seconds(0...2))
        guard !paused, !processes[index].isStopping else { return }
        let duration = weather.seconds(0...6)
        guard processes[index].leadership.mayWrite(within: duration) else {
            tally.refusedWrites += 1
            return
        }
        tally.writes += 1
        let identity = processes[index].election.identity
        writingUntil[identity] = max(writingUntil[identity] ?? .zero, now + duration / processes[index].speed)
    }

    /// At no moment may two write.
    private mutating func check() {
        writingUntil = writingUntil.filter { now < $0.value }
        let leading = processes.filter(\.leadership.isLeader).map(\.election.identity)
        let active = Set(writingUntil.keys).union(leading)
        if active.count > 1 { tally.violations.append("\(now): \(active.sorted())") }
    }

    func isLeading(_ index: Int) -> Bool { processes[index].leadership.isLeader }

    mutating func noteResumedLeader() { tally.resumedAsLeader += 1 }
}
