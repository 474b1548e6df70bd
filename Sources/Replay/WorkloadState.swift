internal import Autoscaling

/// A pod of the model. Times are nanoseconds since the beginning of the run.
///
/// Numbers alone, so that a decision that looks at each pod counts no references.
struct ModelPod: Sendable {
    /// The how manieth it is, from 1.
    var number: Int
    var createdAt: Int64
    var runningAt: Int64
    var readyAt: Int64
    var isRunning: Bool
    var isReady: Bool
    /// The shared counters when it became ready.
    var coresAtReady = 0.0
    var servedAtReady = 0.0

    var name: String { "pod-\(number)" }
}

/// The workload through time: pods that start, demand that is served, waits or is lost.
///
/// A pure state machine, the same for the same seed and the same steps. Between two events everything is constant, so a
/// step is exact whatever its length.
struct WorkloadState: Sendable {
    /// What one step came to.
    struct Step {
        var seconds: Double
        var demand: Double
        /// Units in all during the step.
        var unserved: Double
        var readyReplicas: Int32
        var existingReplicas: Int32
        /// Percent of the request, averaged over the ready pods; `nil` without any.
        var utilization: Double?
        /// Whether the ready pods could not serve all that there was.
        var isOverLimit: Bool
    }

    let model: WorkloadModel
    /// Of the model, in nanoseconds: the range of a query, and from a scrape until a query sees it.
    let window: Int64
    let lag: Int64
    /// Units per second of one ready pod.
    private let capacity: Double
    private(set) var now: Int64 = 0
    private(set) var pods: [ModelPod] = []
    private(set) var counters = Counters()
    private(set) var ring: ScrapeRing
    private(set) var readyCount: Int32 = 0
    private(set) var backlog = 0.0
    /// Pods that were taken away before they were ever ready.
    private(set) var startedInVain = 0
    /// Changes whenever what an observation shows of a pod does.
    private(set) var podsVersion = 0
    private var random: ModelRandom
    private var created = 0
    private var nextPodEvent = Int64.max

    /// Pods there at the beginning are ten minutes old, so that no start-up rule holds for them any more.
    private static let initialAge: Int64 = 600_000_000_000

    /// - Parameter demand: Units per second at the beginning, and taken to have been there before it.
    init(model: WorkloadModel, replicas: Int32, demand: Double) {
        self.model = model
        window = model.window.nanoseconds
        lag = model.lag.nanoseconds
        capacity = model.capacity
        random = ModelRandom(seed: model.seed)
        let served = min(demand, Double(replicas) * capacity)
        let share = replicas > 0 ? served / Double(replicas) : 0
        let latency = model.latency(share: share / capacity, backlogSeconds: 0)
        ring = ScrapeRing(
            interval: model.scrapeInterval.nanoseconds, reach: window + lag,
            perSecond: Counters(
                podCores: model.idleCores + share * model.coresPerUnit, podServed: share, demand: demand,
                served: served, latency: served * latency, ready: Double(replicas)))
        for _ in 0..<max(replicas, 0) {
            created += 1
            let start = -WorkloadState.initialAge
            pods.append(
                ModelPod(
                    number: created, createdAt: start, runningAt: start, readyAt: start, isRunning: true,
                    isReady: true))
        }
        readyCount = max(replicas, 0)
    }

    /// Creates or takes away pods at once.
    mutating func scale(to replicas: Int32) {
        guard Int(replicas) != pods.count else { return }
        while pods.count < Int(replicas) { create() }
        while pods.count > max(Int(replicas), 0) { removeOne() }
        podsVersion += 1
        findNextEvent()
    }

    /// Goes on, no further than to `limit` and to the next event, at a demand that does not change.
    mutating func step(limit: Int64, demand: Double) -> Step {
        let end = min(limit, ring.nextTime, nextPodEvent)
        let seconds = Double(end - now) / 1e9
        let step = serve(demand, for: seconds)
        now = end
        if end == nextPodEvent { passPodEvents() }
        if end == ring.nextTime { ring.record(counters) }
        return step
    }

    private mutating func serve(_ demand: Double, for seconds: Double) -> Step {
        let ready = Double(readyCount)
        let arrived = demand * seconds
        let possible = ready * capacity * seconds
        let waiting = backlog + arrived
        let served = ready > 0 ? min(waiting, possible) : 0
        var left = waiting - served
        if served > 0 {
            counters.latency +=
                served
                * model.latency(share: served / possible, backlogSeconds: backlog / (ready * capacity))
        }
        var unserved = left
        if case .queue(let limit) = model.overload {
            unserved = max(left - limit, 0)
            left -= unserved
            backlog = left
        }
        let cores = ready > 0 && seconds > 0 ? model.idleCores + served * model.coresPerUnit / (ready * seconds) : 0
        counters.podCores += cores * seconds
        counters.podServed += ready > 0 ? served / ready : 0
        counters.demand += arrived
        counters.served += served
        counters.backlog = backlog
        counters.ready = ready
        return Step(
            seconds: seconds, demand: demand, unserved: unserved, readyReplicas: readyCount,
            existingReplicas: Int32(pods.count), utilization: ready > 0 ? cores / model.requestCores * 100 : nil,
            isOverLimit: waiting > possible * (1 + 1e-12) || (ready == 0 && waiting > 0))
    }

    private mutating func create() {
        created += 1
        let running = now + model.startUp.draw(using: &random)
        let ready = running + model.readiness.draw(using: &random)
        let pod = ModelPod(
            number: created, createdAt: now, runningAt: running, readyAt: ready, isRunning: running <= now,
            isReady: false)
        pods.append(pod)
        if ready <= now { makeReady(pods.count - 1) }
    }

    /// The pod that can be spared most: not running before running, unready before ready, then the newest.
    ///
    /// - Source: Kubernetes `pkg/controller/controller_utils.go`, `ActivePodsWithRanks`, without its ranks by node.
    private mutating func removeOne() {
        let index =
            pods.lastIndex { !$0.isRunning } ?? pods.lastIndex { !$0.isReady } ?? pods.indices.last
        guard let index else { return }
        if pods[index].isReady { readyCount -= 1 } else { startedInVain += 1 }
        pods.remove(at: index)
    }

    private mutating func makeReady(_ index: Int) {
        pods[index].isReady = true
        pods[index].coresAtReady = counters.podCores
        pods[index].servedAtReady = counters.podServed
        readyCount += 1
    }

    private mutating func passPodEvents() {
        for index in pods.indices where !pods[index].isReady {
            if pods[index].runningAt <= now { pods[index].isRunning = true }
            if pods[index].readyAt <= now { makeReady(index) }
        }
        podsVersion += 1
        findNextEvent()
    }

    private mutating func findNextEvent() {
        nextPodEvent = .max
        for pod in pods where !pod.isReady {
            nextPodEvent = min(nextPodEvent, pod.isRunning ? pod.readyAt : pod.runningAt)
        }
    }

    /// Noise of one sample: a factor around 1, never negative.
    mutating func sampleNoise() -> Double {
        model.noise > 0 ? max(0, 1 + model.noise * random.normal()) : 1
    }
}
