internal import Autoscaling
internal import KubernetesTypes

extension HorizontalAutoscaler.Status {
    /// What an autoscaler's object should say after a tick.
    ///
    /// - Parameters:
    ///   - stored: What it says now. Its history stands when the new one would differ in nothing but the time of the last
    ///     recommendation: a target in peace costs no writes.
    ///   - now: The instant of the decision.
    init(
        _ report: AutoscalerReport, _ memory: AutoscalerMemory, of object: AutoscalerObject, stored: Self,
        at now: Timestamp
    ) {
        let status = report.report.status
        self.init(
            autoscaling: HorizontalPodAutoscaler.Status(
                observedGeneration: object.kind == .horizontalAutoscaler
                    ? object.generation : stored.autoscaling.observedGeneration,
                lastScaleTime: memory.lastScaleTime.map { Time($0.wholeSeconds) },
                currentReplicas: status.currentReplicas, desiredReplicas: status.desiredReplicas,
                currentMetrics: status.currentMetrics.map {
                    HorizontalPodAutoscaler.MetricStatus.list($0, spec: report.autoscaler.spec)
                },
                conditions: status.conditions.map {
                    HorizontalPodAutoscaler.Condition(
                        type: $0.type, status: $0.status, lastTransitionTime: Time($0.lastTransitionTime.wholeSeconds),
                        reason: $0.reason, message: $0.message)
                }),
            extensions: HorizontalAutoscaler.StatusExtensions(
                selector: report.selector, foreignPods: report.foreignPods.isEmpty ? nil : report.foreignPods,
                history: HorizontalAutoscaler.StoredHistory(memory, spec: report.autoscaler.spec, at: now)))
        let shown = HorizontalPodAutoscaler(
            spec: .init(
                scaleTargetRef: report.autoscaler.spec.scaleTargetRef, metrics: report.autoscaler.writtenMetrics),
            status: autoscaling)
        extensions.reference = shown.referenceText
        extensions.targets = shown.targetsText
        if let former = stored.extensions.history, let new = extensions.history, new.isQuietly(former) {
            extensions.history = former
        }
    }

    /// What turns a stored status into this one.
    ///
    /// The history goes as a whole or not at all, with `null` for what it does not have: what is stored may be another
    /// than it is taken for, after a write whose answer was lost, and a merge of parts of two histories would be neither.
    func mergePatch(from stored: Self) -> JSONValue {
        guard let new = normalized, let old = stored.normalized else { return [:] }
        var patch = new.mergePatch(from: old)
        if patch["history"]?.isNull == false, var history = new["history"] {
            let names = [
                "target", "recommendations", "scaleUps", "scaleDowns", "failure", "idleSince", "turns", "wentUp",
                "pending",
            ]
            for name in names where history[name] == nil {
                history[name] = .null
            }
            patch["history"] = history
        }
        return patch
    }

    /// As it is compared: the wire knows whole seconds, and what is absent and what is empty are one.
    var normalized: JSONValue? {
        guard var value = try? JSONValue(encoding: self) else { return nil }
        for name in ["currentMetrics", "conditions", "foreignPods"] where value[name]?.arrayValue?.isEmpty == true {
            value[name] = nil
        }
        if value["currentReplicas"] == nil { value["currentReplicas"] = 0 }
        return value
    }
}

extension HorizontalAutoscaler.StoredHistory {
    /// The least that later decisions need, within the windows and periods of the spec.
    init?(_ memory: AutoscalerMemory, spec: AutoscalerSpec, at now: Timestamp) {
        guard memory.history.isStarted else { return nil }
        self.init(
            memory.history.compacted(at: now, History.Compaction(spec)), target: memory.targetUID,
            pending: memory.pending.map { .init(time: PreciseTime($0.time), from: $0.from, to: $0.to) },
            turns: memory.turns)
    }

    /// Whether it differs from another in nothing but the time of the last recommendation.
    func isQuietly(_ former: Self) -> Bool {
        var (new, old) = (self, former)
        new.dropLastTime()
        old.dropLastTime()
        return new == old
    }

    private mutating func dropLastTime() {
        guard
            let latest = recommendations?.indices.max(by: { left, right in
                (recommendations?[left].time.timestamp ?? .distantPast)
                    < (recommendations?[right].time.timestamp ?? .distantPast)
            })
        else { return }
        recommendations?[latest].time = PreciseTime(.distantPast)
    }
}

extension History.Compaction {
    /// What a spec can look back on.
    init(_ spec: AutoscalerSpec) {
        self.init()
        guard let behavior = spec.behavior else { return }
        let windows = [behavior.scaleUp, behavior.scaleDown].map { Int64($0.stabilizationWindowSeconds ?? 0) }
        // The controller's own downscale window stands in where the spec has none.
        if behavior.scaleDown.stabilizationWindowSeconds != nil, let longest = windows.max() {
            recommendationWindow = .seconds(max(longest, 1))
        }
    }
}

extension Timestamp {
    /// As the wire has it.
    fileprivate var wholeSeconds: Timestamp {
        guard self != .distantPast else { return self }
        let rest = nanoseconds % 1_000_000_000
        return advanced(byNanoseconds: rest < 0 ? -rest - 1_000_000_000 : -rest)
    }
}
