package import Autoscaling

/// The pods of one Deployment through time: a pure state machine, the same for the same seed and the same steps.
///
/// Demand is shared evenly by the ready pods. What is beyond their limits is not served and is gone, as an order that
/// timed out is.
package struct WorkloadSimulation: Sendable {
    private let model: WorkloadModel
    private let curve: DemandCurve
    private let start: Timestamp
    private let podPrefix: String
    private var random: SimulationRandom
    private var created = 0

    /// When the last step ended.
    package private(set) var time: Timestamp
    /// In the order of their creation.
    package private(set) var pods: [SimulatedPod] = []
    /// Units asked for, and of these not served, now.
    package private(set) var demand = 0.0
    package private(set) var unserved = 0.0
    /// Units times minutes since the start that were not served.
    package private(set) var unservedTotal = 0.0

    /// - Parameters:
    ///   - deployment: Its name; pods are called `name-hash-xxxxx`.
    ///   - start: Where the curve begins.
    ///   - readyPods: Pods that have been there, ready, for ten minutes already.
    package init(
        deployment: String, model: WorkloadModel, curve: DemandCurve, start: Timestamp, seed: UInt64,
        readyPods: Int = 0
    ) {
        self.model = model
        self.curve = curve
        self.start = start
        time = start
        random = SimulationRandom(seed: seed)
        podPrefix = deployment + "-" + random.suffix(9) + "-"
        for _ in 0..<max(readyPods, 0) { _ = create(at: start.advanced(by: .seconds(-600))) }
        for index in pods.indices { pods[index].stage = pods[index].stage(at: start) }
    }

    /// The name of the one ReplicaSet that the pods belong to.
    var replicaSet: String { String(podPrefix.dropLast()) }

    var containerName: String { model.container }
    var image: String { model.image }

    package var readyCount: Int { pods.count { $0.stage == .ready } }

    /// Moves on to a time: creates or deletes pods, lets them start, serves the demand of the time since.
    ///
    /// - Parameter replicas: What the Deployment wants, at least 0.
    /// - Returns: What happened, in order.
    package mutating func step(to now: Timestamp, replicas: Int) -> [PodEvent] {
        var events: [PodEvent] = []
        while pods.count < replicas { events.append(.created(create(at: now))) }
        while pods.count > max(replicas, 0) { events.append(.deleted(name: removeOne())) }
        serve(until: now)
        for index in pods.indices {
            let stage = pods[index].stage(at: now)
            guard stage != pods[index].stage else { continue }
            pods[index].stage = stage
            events.append(.progressed(pods[index]))
        }
        time = max(time, now)
        return events
    }

    /// Takes away a pod that somebody deleted; the next step makes another one.
    package mutating func lose(_ name: String) {
        pods.removeAll { $0.name == name }
    }

    private mutating func create(at now: Timestamp) -> SimulatedPod {
        let running = now.advanced(by: random.varied(model.startUp, by: model.variation))
        let ready = running.advanced(by: random.varied(model.readiness, by: model.variation))
        created += 1
        let pod = SimulatedPod(
            name: podPrefix + random.suffix(5), createdAt: now, runningAt: running, readyAt: ready,
            address: "10.0.\(created / 250 % 250).\(created % 250 + 2)")
        pods.append(pod)
        return pod
    }

    /// The pod that can be spared most: not running before running, unready before ready, then the newest.
    ///
    /// - Source: Kubernetes `pkg/controller/controller_utils.go`, `ActivePodsWithRanks`, without its ranks by node.
    private mutating func removeOne() -> String {
        let order: [SimulatedPod.Stage] = [.pending, .starting, .ready]
        for stage in order {
            if let index = pods.lastIndex(where: { $0.stage == stage }) { return pods.remove(at: index).name }
        }
        return ""
    }

    /// Uses up the time since the last step at the demand of its middle.
    private mutating func serve(until now: Timestamp) {
        let nanoseconds = now.nanoseconds(since: time)
        guard nanoseconds > 0 else { return }
        let seconds = Double(nanoseconds) / 1e9
        demand = curve.demand(at: .nanoseconds(time.nanoseconds(since: start) + nanoseconds / 2))
        let ready = readyCount
        let load = model.load(of: ready > 0 ? demand / Double(ready) : 0)
        unserved = ready > 0 ? load.unserved * Double(ready) : demand
        unservedTotal += unserved * seconds / 60
        for index in pods.indices {
            switch pods[index].stage {
            case .pending:
                continue
            case .starting:
                pods[index].cores = min(model.startingCores, model.limitCores)
                pods[index].memory = model.idleMemory
            case .ready:
                pods[index].cores = load.cores
                pods[index].memory = load.memory
                pods[index].latency = load.latency
                pods[index].served += load.served * seconds / 60
            }
            pods[index].cpuSeconds += pods[index].cores * seconds
        }
    }
}

extension Timestamp {
    /// This instant moved by a duration.
    func advanced(by duration: Duration) -> Timestamp {
        advanced(byNanoseconds: duration.nanoseconds)
    }
}
