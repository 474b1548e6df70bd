package import Autoscaling

/// What a controller remembers of one autoscaler between ticks.
package struct AutoscalerMemory: Sendable, Hashable {
    /// A write whose outcome is not known: asked for, and no answer came or the process ended before it did.
    package struct PendingScale: Sendable, Hashable {
        package var from: Int32
        package var to: Int32
        package var time: Timestamp

        package init(from: Int32, to: Int32, time: Timestamp) {
            self.from = from
            self.to = to
            self.time = time
        }
    }

    package var history: History
    /// What the history is about; a restored one counts only for the same object.
    package var target: CrossVersionObjectReference
    /// The identity of the target object; `nil` before it was seen.
    package var targetUID: String?
    package var pending: PendingScale?
    /// Restored from a file, and not yet compared with the target that is there now.
    package var isRestored = false
    /// Restored from the status of the autoscaler's object, which is written when it changes and not at each tick.
    var isFromStatus = false
    /// The status as it would be written; conditions keep their times through it. Kept over a restart where the
    /// autoscaler's object has a status.
    package var status = DecisionReport.Status(currentReplicas: 0, desiredReplicas: 0)
    /// When the size was last changed by this autoscaler: the status' `lastScaleTime`.
    package var lastScaleTime: Timestamp?
    /// The size that was last seen or written; `nil` before the first look.
    package var lastSize: Int32?
    /// When its size turned round; kept while a flap budget is in force.
    var turns = DirectionChanges()
    /// Changes of size by others.
    package var foreignWrites = ForeignWrites()
    /// The status of the object as our last write left it.
    @Rare var written: WrittenStatus?
    /// What the status rested on when nothing of it was to be written.
    var settled: SettledStatus?

    package init(target: CrossVersionObjectReference, history: History = History()) {
        self.target = target
        self.history = history
    }

    /// Brings the memory in line with the target that is seen now.
    ///
    /// A restored history of another object is forgotten; the first recommendation then protects the new one from
    /// scaling down at once. A pending change is recorded when the target has the size that was asked for.
    mutating func meet(_ scale: ObservedScale, uid: String?, behavior: ScalingBehavior?) {
        if let targetUID, let uid, targetUID != uid {
            if isRestored { history = History() }
            pending = nil
            lastSize = nil
        }
        isRestored = false
        targetUID = uid ?? targetUID
        guard let pending else { return }
        self.pending = nil
        if scale.specReplicas == pending.to {
            history.recordScale(from: pending.from, to: pending.to, at: pending.time, behavior: behavior)
            lastSize = pending.to
            if pending.to == 0 { noteScaledToZero(at: pending.time) }
        }
    }

    /// Whether the autoscaler itself has scaled the target to zero, as its status says or will say; `nil` where it says
    /// nothing.
    package var isScaledToZero: Bool? { status.conditions.isTrue(.scaledToZero) }

    /// A write to zero whose answer was lost has gone through: without the condition nobody would bring the target back.
    mutating func noteScaledToZero(at time: Timestamp) {
        status.conditions.set(
            Condition(.scaledToZero, true, "ScaledToZero", "the HPA controller scaled the workload to zero"), at: time)
    }

    /// In shadow mode others write the size: their changes use up what the policies allow, as ours would.
    mutating func follow(_ scale: ObservedScale, at now: Timestamp, behavior: ScalingBehavior?) {
        defer { lastSize = scale.specReplicas }
        guard let lastSize, lastSize != scale.specReplicas else { return }
        history.recordScale(from: lastSize, to: scale.specReplicas, at: now, behavior: behavior)
    }

    /// Compares the size with the one that was left, and takes note of a change by somebody else.
    mutating func compare(
        _ scale: ObservedScale, writer: ReplicasWriter?, at now: Timestamp, _ backoff: ForeignWrites.Backoff
    ) {
        defer { lastSize = scale.specReplicas }
        guard let lastSize, lastSize != scale.specReplicas, !(writer?.isOurs ?? false) else { return }
        foreignWrites.note(from: lastSize, to: scale.specReplicas, by: writer, at: now, backoff)
    }
}

/// The memories of all autoscalers. A value; what must survive a restart is written by ``StateFile``.
package struct HistoryStore: Sendable, Hashable {
    package private(set) var memories: [AutoscalerKey: AutoscalerMemory] = [:]
    /// What the guards over all autoscalers remember; `nil` until they have judged a tick.
    var fleet: FleetState?

    package init() {}

    /// The memory of an autoscaler. When there is none, or a restored one is of another target, what the autoscaler's
    /// object has kept of it.
    package subscript(_ autoscaler: Autoscaler) -> AutoscalerMemory {
        get {
            let target = autoscaler.spec.scaleTargetRef
            guard let known = memories[autoscaler.key], !known.isRestored || known.target == target else {
                return AutoscalerMemory(autoscaler)
            }
            return known
        }
        set {
            var memory = newValue
            memory.target = autoscaler.spec.scaleTargetRef
            memories[autoscaler.key] = memory
        }
    }

    /// Changes the memory of an autoscaler where it lies.
    mutating func update<Result>(
        _ autoscaler: Autoscaler, _ change: (inout AutoscalerMemory) -> Result
    ) -> Result {
        Self.update(&memories[autoscaler.key, default: AutoscalerMemory(autoscaler)], autoscaler, change)
    }

    private static func update<Result>(
        _ memory: inout AutoscalerMemory, _ autoscaler: Autoscaler, _ change: (inout AutoscalerMemory) -> Result
    ) -> Result {
        let target = autoscaler.spec.scaleTargetRef
        if memory.target != target {
            if memory.isRestored { memory = AutoscalerMemory(autoscaler) }
            memory.target = target
        }
        return change(&memory)
    }

    mutating func restore(_ memory: AutoscalerMemory, of key: AutoscalerKey) {
        memories[key] = memory
    }

    /// Forgets the autoscalers of all namespaces but some, and what is remembered of all together when none is left.
    mutating func keep(namespaces isKept: (String) -> Bool) {
        memories = memories.filter { isKept($0.key.namespace) }
        if memories.isEmpty { fleet = nil }
    }

    /// Forgets the autoscalers that are gone, so that the store is bounded by those that are there.
    package mutating func keep(_ keys: some Collection<AutoscalerKey>) {
        // Each that is there has at most one memory: with as many of them as memories, none is left over.
        if memories.count == keys.count, keys.allSatisfy({ memories.index(forKey: $0) != nil }) { return }
        let keys = Set(keys)
        for key in Array(memories.keys) where !keys.contains(key) { memories[key] = nil }
    }
}
