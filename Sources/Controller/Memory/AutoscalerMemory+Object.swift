internal import Autoscaling
internal import KubernetesTypes

extension AutoscalerMemory {
    /// What is remembered of an autoscaler that is met for the first time: what its object has kept.
    ///
    /// A status is written when it changes, and the recommendations of a quiet time differ in nothing but their time. The
    /// last one is therefore taken to have been repeated up to a sync period before now, as a controller that went on would
    /// have done.
    init(_ autoscaler: Autoscaler) {
        self.init(target: autoscaler.spec.scaleTargetRef)
        guard let object = autoscaler.object else { return }
        status = DecisionReport.Status(object.status.autoscaling)
        lastScaleTime = object.status.autoscaling.lastScaleTime?.timestamp
        guard let stored = object.status.extensions.history else { return }
        history = stored.history
        turns = stored.directionChanges
        targetUID = stored.target
        pending = stored.pending.map { PendingScale(from: $0.from, to: $0.to, time: $0.time.timestamp) }
        isRestored = true
        isFromStatus = true
    }

    /// Brings a memory that comes from a status up to the moment before its first decision.
    ///
    /// - Parameters:
    ///   - before: A sync period before now: the last recommendation is taken to have been repeated until then. Where the
    ///     status says that metrics cannot be read, nothing has been recommended since it was stored.
    ///   - writer: Who wrote the size last. A size that one of ours wrote after the status was stored is a change whose
    ///     status was never written, because the process ended in between: it is recorded as what it was.
    mutating func continueStored(
        _ scale: ObservedScale, until before: Timestamp, writer: ReplicasWriter?, behavior: ScalingBehavior?
    ) {
        guard isFromStatus else { return }
        isFromStatus = false
        if status.conditions.isTrue(.scalingActive) ?? true { history.extendLatestRecommendation(to: before) }
        guard let writer, writer.isOurs, let time = writer.time, time > lastScaleTime ?? .distantPast,
            scale.specReplicas != status.desiredReplicas, status.desiredReplicas > 0
        else { return }
        history.recordScale(from: status.desiredReplicas, to: scale.specReplicas, at: time, behavior: behavior)
        lastScaleTime = time
        if scale.specReplicas == 0 { noteScaledToZero(at: time) }
    }
}

extension DecisionReport.Status {
    /// What a stored status says to the next one: its conditions keep their times. The metrics are measured anew.
    init(_ wire: HorizontalPodAutoscaler.Status) {
        self.init(
            currentReplicas: wire.currentReplicas ?? 0, desiredReplicas: wire.desiredReplicas ?? 0,
            conditions: (wire.conditions ?? []).map {
                StatusCondition(
                    type: $0.type ?? "", status: $0.status ?? "", reason: $0.reason ?? "", message: $0.message ?? "",
                    lastTransitionTime: $0.lastTransitionTime?.timestamp ?? .distantPast)
            })
    }
}
