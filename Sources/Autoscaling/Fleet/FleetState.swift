/// One autoscaler as the guards of a fleet see it.
public struct FleetMember: Hashable, Sendable {
    /// Whose pods these are.
    public var namespace: String
    /// Within the namespace.
    public var name: String
    /// What its decision rests on, for people and to be counted by: `cpu`, `Prometheus`; `nil` when on no metric.
    public var source: String?
    /// The size that it has.
    public var current: Int32
    /// The size that it wants; the same when it does not want to move.
    public var desired: Int32
    /// The fewest that it may have now: the way up to it is taken at once.
    public var minimum: Int32
    /// When it turned round.
    public var turns: DirectionChanges

    /// An autoscaler and what it wants.
    public init(
        namespace: String, name: String, source: String?, current: Int32, desired: Int32, minimum: Int32 = 0,
        turns: DirectionChanges = DirectionChanges()
    ) {
        self.namespace = namespace
        self.name = name
        self.source = source
        self.current = current
        self.desired = desired
        self.minimum = minimum
        self.turns = turns
    }

    /// An autoscaler and what it has decided.
    public init(
        _ decision: Decision, of spec: AutoscalerSpec, namespace: String, name: String, turns: DirectionChanges
    ) {
        self.init(
            namespace: namespace, name: name, source: decision.source(of: spec), current: decision.currentReplicas,
            desired: decision.desiredReplicas, minimum: spec.raised(by: decision.schedules).minReplicas, turns: turns)
    }

    /// How far it is behind: the most behind comes first where not all can move.
    fileprivate var lag: Double { Double(desired) / Double(max(current, 1)) }
}

extension Decision {
    /// What it rests on: a resource by its name, others by the kind of their metric; `nil` when on no metric.
    fileprivate func source(of spec: AutoscalerSpec) -> String? {
        guard case .metric(let index, _) = basis, spec.metrics.indices.contains(index) else { return nil }
        let source = spec.metrics[index].source
        return source.resourceName ?? "\(source.typeName) metrics"
    }
}

/// What the guards of a fleet remember from tick to tick. A value; it is bounded by the changes of a minute and by the
/// kinds of sources.
public struct FleetState: Hashable, Sendable {
    /// Pods that were added at a time.
    public struct Addition: Hashable, Sendable {
        /// When.
        public var time: Timestamp
        /// Where.
        public var namespace: String
        /// Above 0.
        public var pods: Int32

        /// An addition that was written.
        public init(time: Timestamp, namespace: String, pods: Int32) {
            self.time = time
            self.namespace = namespace
            self.pods = pods
        }
    }

    /// A hold that began because too many wanted the same at once.
    public struct Crowd: Hashable, Sendable {
        /// What they all look at.
        public var source: String
        /// Which way they want to go.
        public var isUp: Bool
        /// How many want to.
        public var count: Int
        /// Of how many that look at it.
        public var total: Int
        /// When the hold ends.
        public var until: Timestamp

        /// What is told of it.
        public var message: String {
            "\(count) of \(total) autoscalers by \(source) want \(isUp ? "more" : "fewer") replicas at once"
        }
    }

    /// What the guards say to one tick.
    public struct Verdict: Hashable, Sendable {
        /// Parallel to the members; `nil` for who may do as it wants.
        public var holds: [Hold?]
        /// Holds that began now.
        public var crowds: [Crowd]
    }

    private struct CrowdKey: Hashable {
        var source: String
        var isUp: Bool
    }

    private static let minuteSeconds: Int64 = 60

    private var additions: [Addition] = []
    /// Holds that are in force, and those that have ended and are not armed again yet.
    private var crowds: [CrowdKey: Crowd] = [:]

    /// Nothing is remembered.
    public init() {}

    /// Takes note of pods that were added, by a write that succeeded or may have.
    public mutating func record(_ addition: Addition) {
        if addition.pods > 0 { additions.append(addition) }
    }

    /// Judges what the autoscalers of a tick want.
    ///
    /// Each move is held by the first of: the flap budget of its target, a crowd that wants the same, the pods of a minute.
    /// The way up to a minimum is taken at once and counts; of the pods that are left everybody who wants more gets as
    /// many in turn, the most behind first, until there are none.
    public mutating func judge(_ members: [FleetMember], _ policy: FleetPolicy, at now: Timestamp) -> Verdict {
        let cutoff = now.advanced(bySeconds: -Self.minuteSeconds)
        additions.removeAll { $0.time <= cutoff }
        var verdict = Verdict(holds: members.map { flapHold($0, policy, at: now) }, crowds: [])
        if let rule = policy.simultaneousChange { judgeCrowds(members, rule, &verdict, at: now) }
        judgeAdditions(members, policy, &verdict, at: now)
        return verdict
    }

    private func flapHold(_ member: FleetMember, _ policy: FleetPolicy, at now: Timestamp) -> Hold? {
        guard member.desired < member.current, let budget = policy.flapBudget,
            let until = member.turns.spentUntil(budget, at: now)
        else { return nil }
        let period = NumberText.duration(nanoseconds: min(budget.periodSeconds, 1_000_000_000) * 1_000_000_000)
        return Hold(
            .down, reason: "FlapBudgetSpent",
            message: "it has turned round \(NumberText.count(budget.reversals, "time")) or more within \(period)",
            until: until)
    }

    // MARK: - Crowds

    private mutating func judgeCrowds(
        _ members: [FleetMember], _ rule: FleetPolicy.SimultaneousChange, _ verdict: inout Verdict, at now: Timestamp
    ) {
        for isUp in [false, true] where rule.direction == .both || (rule.direction == .up) == isUp {
            for (source, indices) in Dictionary(grouping: members.indices, by: { members[$0].source }) {
                guard let source else { continue }
                let key = CrowdKey(source: source, isUp: isUp)
                let moving = indices.filter { index in
                    isUp
                        ? members[index].desired > members[index].current
                        : members[index].desired < members[index].current
                }
                let isCrowd =
                    moving.count >= rule.atLeast && moving.count * 100 >= rule.sharePercent * indices.count
                if let known = crowds[key], known.until <= now, !isCrowd, indices.count >= rule.atLeast {
                    // Calm again: the next crowd is held.
                    crowds[key] = nil
                } else if crowds[key] == nil, isCrowd {
                    let crowd = Crowd(
                        source: source, isUp: isUp, count: moving.count, total: indices.count,
                        until: now.advanced(bySeconds: rule.holdSeconds))
                    crowds[key] = crowd
                    verdict.crowds.append(crowd)
                }
                guard let crowd = crowds[key], crowd.until > now else { continue }
                for index in moving where verdict.holds[index] == nil {
                    verdict.holds[index] = Hold(
                        isUp ? .up : .down, reason: "SimultaneousChange", message: crowd.message, until: crowd.until)
                }
            }
        }
        verdict.crowds.sort { ($0.source, $0.isUp ? 1 : 0) < ($1.source, $1.isUp ? 1 : 0) }
    }

    // MARK: - Pods of a minute

    private func judgeAdditions(
        _ members: [FleetMember], _ policy: FleetPolicy, _ verdict: inout Verdict, at now: Timestamp
    ) {
        guard policy.maxPodsAddedPerMinute != nil || policy.maxPodsAddedPerMinutePerNamespace != nil else { return }
        var budget = PodBudget(policy, additions)
        let growing = members.indices.filter { verdict.holds[$0] == nil && members[$0].desired > members[$0].current }
            .sorted { left, right in
                let (one, other) = (members[left], members[right])
                if one.lag != other.lag { return one.lag > other.lag }
                return (one.namespace, one.name) < (other.namespace, other.name)
            }
        let granted = budget.share(among: growing, of: members)
        // What was added longest ago is what frees the next pod.
        let until = (additions.map(\.time).min() ?? now).advanced(bySeconds: Self.minuteSeconds)
        for index in growing {
            let member = members[index]
            let bound = Int32(clamping: Int64(member.current) + (granted[index] ?? 0))
            guard bound < member.desired else { continue }
            verdict.holds[index] = Hold(
                .up, reason: "PodBudgetSpent", message: budget.message(for: member.namespace), until: until,
                bound: bound)
        }
    }
}

/// The pods that may still be added in a minute, over all and of each namespace.
private struct PodBudget {
    private let policy: FleetPolicy
    private var total: Int64
    private var namespaces: [String: Int64] = [:]

    init(_ policy: FleetPolicy, _ additions: [FleetState.Addition]) {
        self.policy = policy
        total = policy.maxPodsAddedPerMinute.map(Int64.init) ?? .max
        for addition in additions {
            if total != .max { total = max(total - Int64(addition.pods), 0) }
            namespaces[addition.namespace] = max(left(in: addition.namespace) - Int64(addition.pods), 0)
        }
    }

    private func left(in namespace: String) -> Int64 {
        namespaces[namespace] ?? policy.maxPodsAddedPerMinutePerNamespace.map(Int64.init) ?? .max / 2
    }

    /// Gives everybody as many in turn, until the pods or the wishes are used up.
    mutating func share(among indices: [Int], of members: [FleetMember]) -> [Int: Int64] {
        var granted: [Int: Int64] = [:]
        for index in indices where members[index].current < members[index].minimum {
            let member = members[index]
            let owed = Int64(min(member.minimum, member.desired)) - Int64(member.current)
            granted[index] = owed
            if total != .max { total = max(total - owed, 0) }
            namespaces[member.namespace] = max(left(in: member.namespace) - owed, 0)
        }
        var open = indices
        while total > 0, !open.isEmpty {
            let share = max(total / Int64(open.count), 1)
            let shares = Dictionary(grouping: open) { members[$0].namespace }
                .map { ($0.key, max(left(in: $0.key) / Int64($0.value.count), 1)) }
            let ofNamespace = Dictionary(uniqueKeysWithValues: shares)
            var still: [Int] = []
            for index in open {
                let member = members[index]
                let wanted = Int64(member.desired) - Int64(member.current) - (granted[index] ?? 0)
                let most = min(share, ofNamespace[member.namespace] ?? share)
                let given = min(most, wanted, total, left(in: member.namespace))
                guard given > 0 else { continue }
                granted[index, default: 0] += given
                total -= given
                namespaces[member.namespace] = left(in: member.namespace) - given
                if given < wanted { still.append(index) }
            }
            open = still
        }
        return granted
    }

    /// Which of the two budgets is used up.
    func message(for namespace: String) -> String {
        if total == 0, let most = policy.maxPodsAddedPerMinute {
            return "all autoscalers together add at most \(NumberText.count(most, "pod")) a minute"
        }
        let most = policy.maxPodsAddedPerMinutePerNamespace ?? 0
        return "the autoscalers of namespace \(namespace) add at most \(NumberText.count(most, "pod")) a minute"
    }
}
