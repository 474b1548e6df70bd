internal import Autoscaling
internal import Controller
internal import HTTPService
internal import HTTPTransport
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
internal import MiniCluster

/// Watches every write, decision and leader, and knows what must never be.
///
/// It judges by what it sees itself: the lease in the store, the load of the pods, the bytes of the requests; of the
/// controllers it asks only whether they think that they lead, and what they decided.
final class Witness: Sendable {
    private struct State {
        /// Bounds of the size, and since when they are in force.
        var bounds: [(time: Int64, range: ClosedRange<Int64>)] = []
        /// The pods at each time that something about them changed.
        var past: [Moment] = []
        /// Changes of size that were carried out, by the decision they are from.
        var applied: [String: Int] = [:]
    }

    let scenario: Scenario
    let store: ClusterStore
    let chronicle: Chronicle
    let leases = Locked(LeaseBook())
    private let state = Locked(State())

    init(_ scenario: Scenario, _ store: ClusterStore, _ chronicle: Chronicle) {
        self.scenario = scenario
        self.store = store
        self.chronicle = chronicle
        let range = Int64(scenario.minReplicas)...Int64(scenario.maxReplicas)
        state.withLock { $0.bounds = [(0, range)] }
    }

    // MARK: - The bounds

    /// Somebody wrote into the autoscaler.
    func boundsMayHaveChanged() async {
        guard
            let object = try? await store.get(
                scenario.served, namespace: World.namespace, name: World.autoscaler),
            let least = object[path: ["spec", "minReplicas"]]?.intValue,
            let most = object[path: ["spec", "maxReplicas"]]?.intValue
        else { return }
        let now = Machine.now
        state.withLock { $0.bounds.append((now, least...most)) }
    }

    /// Those in force.
    var bounds: ClosedRange<Int64> { state.withLock { $0.bounds.last?.range ?? 1...1 } }

    /// As long as a watch of autoscalers may be silent and is believed.
    private static let boundsMemory = Duration.seconds(200)

    /// Those that a controller may go by.
    private var recentBounds: [ClosedRange<Int64>] {
        let oldest = Machine.now - Self.boundsMemory.nanoseconds
        return state.withLock { state in
            let first = state.bounds.lastIndex { $0.time <= oldest } ?? 0
            return state.bounds[first...].map(\.range)
        }
    }

    // MARK: - Writes

    /// A write as it left, and the decision that it is from.
    struct Departure: Sendable {
        var decision: String
        /// The size and version that a PATCH of the scale carries.
        var scale: (size: Int64, version: String)?
    }

    /// Sees a request leave a controller.
    func departs(_ request: HTTPRequest, from sender: Sender) async -> Departure {
        chronicle.note("\(sender.name) \(request.method.rawValue) \(request.target)")
        var departure = Departure(decision: "\(sender.name), tick \(sender.tick)")
        guard request.url.hasPrefix("http://kubernetes"), request.method != .get, !request.isOfLease else {
            return departure
        }
        let holder = await holder(of: scenario.shard)
        if holder != sender.name, !isDispossessed(sender, scenario.shard) {
            chronicle.violate(
                "\(sender.name) writes \(request.target) while the lease is \(holder.map { "\($0)'s" } ?? "nobody's")")
        }
        guard request.isOfScale, let body = try? JSONValue(parsing: request.body ?? []) else { return departure }
        let size = body[path: ["spec", "replicas"]]?.intValue ?? 0
        let version = body[path: ["metadata", "resourceVersion"]]?.stringValue ?? ""
        chronicle.count("changes of size sent")
        departure.scale = (size, version)
        let bounds = recentBounds
        if !bounds.contains(where: { $0.contains(size) }) {
            chronicle.violate("\(sender.name) writes \(size) replicas outside \(bounds)")
        }
        if version.isEmpty { chronicle.violate("\(sender.name) writes a size without a resourceVersion") }
        return departure
    }

    /// Sees a request at the server, after what the server made of it.
    func arrived(_ departure: Departure, _ response: ServiceResponse?) {
        guard let scale = departure.scale else { return }
        let text = "\(scale.size) replicas on version \(scale.version) by \(departure.decision)"
        guard let response, response.status == 200, case .bytes(let bytes) = response.body,
            let stored = try? JSONValue(parsing: bytes),
            let version = stored[path: ["metadata", "resourceVersion"]]?.stringValue, version != scale.version
        else {
            chronicle.note("not written: \(text): \(response.map { "\($0.status)" } ?? "no answer")")
            return
        }
        chronicle.note("written: \(text)")
        chronicle.count("changes of size")
        let count = state.withLock { state in
            state.applied[departure.decision, default: 0] += 1
            return state.applied[departure.decision] ?? 0
        }
        if count > 1 { chronicle.violate("\(departure.decision) was written \(count) times") }
    }

    // MARK: - Decisions

    /// Takes down all pods and their load.
    func saw(_ pods: [SimulatedPod]) {
        let moment = Moment(time: Machine.now, pods)
        state.withLock { $0.past.append(moment) }
    }

    /// A sample counts for as long as the controller is told to believe it, at the end of a rate over the window before; a
    /// scrape lies a while back, and the tick took its time.
    static let memory =
        Scenario.rateWindow * 3 + Scenario.scrapeInterval * 2

    /// The pods at one time.
    private struct Moment {
        var time: Int64
        /// Cores that all used together.
        var cores: Double
        /// By name.
        var isReady: [String: Bool]
        var readyCount: Int

        init(time: Int64, _ pods: [SimulatedPod]) {
            self.time = time
            cores = pods.reduce(0) { $0 + $1.cores }
            isReady = Dictionary(uniqueKeysWithValues: pods.map { ($0.name, $0.stage == .ready) })
            readyCount = pods.count { $0.stage == .ready }
        }
    }

    /// How long ago the pods may have been as a controller sees them when it decides to shrink: it looks again when it has
    /// heard nothing for a sync period, and what it hears may have been on its way.
    private var lag: Duration { min(scenario.syncPeriod, .seconds(15)) + .seconds(10) }

    /// The sizes that the load of the recent past asks for, at the target of 70 % of 100m: by what all pods used together,
    /// or as the HPA has it, by what each of them used then, times the pods that were ready of late.
    private func recentSizes(of pods: Double, before time: Int64) -> ClosedRange<Double>? {
        let oldest = time - Self.memory.nanoseconds
        return state.withLock { state in
            let latest = state.past.lazy.filter { $0.time >= time - self.lag.nanoseconds }
            let ready = Set(latest.map(\.readyCount))
            var sizes: [Double] = []
            for moment in state.past where moment.time >= oldest && moment.time <= time {
                sizes.append(moment.cores / 0.07)
                let mean = moment.cores / Double(max(moment.isReady.count, 1))
                sizes += [mean * pods / 0.07]
                sizes += ready.map { mean * Double($0) / 0.07 }
            }
            guard let low = sizes.min(), let high = sizes.max() else { return nil }
            return low...high
        }
    }

    /// Looks at what a tick decided.
    func ticked(_ report: TickReport, of sender: Sender) {
        chronicle.count("ticks")
        for autoscaler in report.autoscalers {
            let decision = autoscaler.decision
            let change = "\(decision.currentReplicas) to \(decision.desiredReplicas)"
            chronicle.note("\(sender.name) tick \(report.number): \(change), \(autoscaler.outcome)")
            if decision.restraint?.hold.reason == "StalePods" { chronicle.count("held for pods in doubt") }
            guard decision.rescales else { continue }
            chronicle.count("decisions to rescale")
            if decision.desiredReplicas < decision.currentReplicas, !restsOnBoundsAlone(decision) {
                judge(autoscaler.observation.pods, change, of: sender)
                judge(autoscaler.observation, change, of: sender)
            }
            judge(decision, "\(change) with \(Self.text(autoscaler.observation))", of: sender)
        }
    }

    /// What was seen of each pod, for people.
    private static func text(_ observation: Observation) -> String {
        let names = observation.pods.names.map { $0.suffix(5) }
        return observation.readings.map { reading in
            guard case .pods(let readings) = reading else { return "\(reading)" }
            return zip(names, readings.samples).map { name, sample in
                sample.isMissing ? "\(name) missing" : "\(name) at \(sample.value)m"
            }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    /// Above the maximum nobody looks at pods and metrics: the size becomes the maximum.
    private func restsOnBoundsAlone(_ decision: Decision) -> Bool {
        let (from, to) = (Int64(decision.currentReplicas), Int64(decision.desiredReplicas))
        return recentBounds.contains { from > $0.upperBound && to == $0.upperBound }
    }

    /// Whether the pods that a scale-down rests on were so of late, each for itself: its being there, and its readiness.
    private func judge(_ pods: PodSet, _ change: String, of sender: Sender) {
        var seen: [String: Bool] = [:]
        for (name, pod) in zip(pods.names, pods.states) {
            seen[name] = pod.phase == .running && pod.readiness == .true
        }
        let oldest = sender.tickBegan - lag.nanoseconds
        let past = state.withLock { state in
            // That of before the oldest lasted until then.
            let first = state.past.lastIndex { $0.time <= oldest } ?? 0
            return Array(state.past[min(first, state.past.count)...])
        }
        let names = Set(seen.keys).union(past.flatMap(\.isReady.keys)).sorted()
        for name in names where !past.contains(where: { $0.isReady[name] == seen[name] }) {
            let what = seen[name].map { $0 ? "ready" : "not ready" } ?? "absent"
            chronicle.violate(
                "\(sender.name) scales from \(change) with \(name) \(what), as it has not been for \(lag)")
        }
    }

    /// Whether the values that a scale-down rests on have been told of those very pods: what was not told is not no load.
    private func judge(_ observation: Observation, _ change: String, of sender: Sender) {
        var told: [String: Set<Int64>] = [:]
        for answer in sender.heard {
            guard let body = try? JSONValue(parsing: answer.body) else { continue }
            for series in body[path: ["data", "result"]]?.arrayValue ?? [] {
                guard let pod = series[path: ["metric", "pod"]]?.stringValue,
                    let value = series["value"]?[1]?.stringValue.flatMap({ Double($0) })
                else { continue }
                told[pod, default: []].insert(Int64((value * 1_000).rounded()))
            }
        }
        for case .pods(let readings) in observation.readings {
            for (name, sample) in zip(observation.pods.names, readings.samples) where !sample.isMissing {
                guard told[name]?.contains(sample.value) != true else { continue }
                chronicle.violate(
                    "\(sender.name) scales from \(change) with \(sample.value)m of \(name), which nobody has told it")
            }
        }
    }

    /// Whether the load of the recent past calls for a change. Data that is missing, old, cut or empty must not.
    private func judge(_ decision: Decision, _ change: String, of sender: Sender) {
        let (from, to) = (Double(decision.currentReplicas), Double(decision.desiredReplicas))
        let bounds = recentBounds
        // Somebody set it outside of the bounds, or the bounds past it.
        guard bounds.allSatisfy({ $0.contains(Int64(decision.currentReplicas)) }),
            let sizes = recentSizes(of: from, before: sender.tickBegan)
        else {
            return
        }
        // Half a pod beside: rates are drawn on to the ends of their window.
        if to < from, to + 0.5 < sizes.lowerBound, bounds.allSatisfy({ to < Double($0.upperBound) }) {
            chronicle.violate("\(sender.name) scales from \(change) under a load for \(sizes)")
        }
        if to > from, to > sizes.upperBound.rounded(.up) + 1, bounds.allSatisfy({ to > Double($0.lowerBound) }) {
            chronicle.violate("\(sender.name) scales from \(change) under a load for \(sizes)")
        }
    }
}

extension HTTPRequest {
    fileprivate var isOfLease: Bool { url.hasPrefix("http://kubernetes/apis/coordination.k8s.io/") }
    /// Whether it writes a size.
    var isOfScale: Bool { method == .patch && url.prefix { $0 != "?" }.hasSuffix("/scale") }
}
