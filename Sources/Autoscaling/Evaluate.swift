/// Decides how many replicas a target should have.
///
/// This is the one decision function: `run` feeds it a live cluster, `plan` one moment, `replay` a recorded past. It is
/// pure: the time is the observation's, and all it leaves behind is the recommendation in `history`. After the write
/// of a change has succeeded, call ``History/recordScale(from:to:at:behavior:)``.
///
/// - Parameters:
///   - spec: The autoscaler's spec, after defaulting.
///   - observation: What was seen; its readings are parallel to `spec.metrics`.
///   - history: Past recommendations and changes of this autoscaler.
///   - flags: The controller's flags.
/// - Returns: A decision whose `desiredReplicas` is within the bounds whenever it asks for a write; or, where a hold has a
///   bound, on the way to them.
/// - Complexity: O(metrics × pods + records of the history).
/// - Source: `horizontal.go` v1.36, `reconcileAutoscaler`.
public func evaluate(
    _ spec: AutoscalerSpec,
    _ observation: Observation,
    history: inout History,
    flags: ControllerFlags = .defaults
) -> Decision {
    var decision = Decision(undecidedAt: observation.time)
    evaluate(spec, observation, history: &history, flags: flags, into: &decision)
    return decision
}

/// Decides in the place of an earlier decision, as ``evaluate(_:_:history:flags:)`` does.
///
/// Nothing of the earlier one is left but its memory, which is used again where nobody else holds it: a replay makes
/// millions of decisions and looks at most of them once.
public func evaluate(
    _ spec: AutoscalerSpec,
    _ observation: Observation,
    history: inout History,
    flags: ControllerFlags = .defaults,
    into decision: inout Decision
) {
    switch observation.target {
    case .unavailable(let failure):
        decision.begin(at: observation.time, currentReplicas: 0, basis: .targetUnavailable(failure))
    case .found(let scale):
        history.recordInitialRecommendation(scale.specReplicas, at: observation.time)
        let evaluation = Evaluation(
            current: scale.specReplicas, statusReplicas: scale.statusReplicas, now: observation.time, flags: flags)
        guard !observation.$schedules else {
            let raised = spec.raised(by: observation.schedules)
            evaluation.decide(&decision, raised, observation, history: &history)
            decision.schedules = observation.schedules
            evaluation.restrain(&decision, raised, observation)
            return
        }
        evaluation.decide(&decision, spec, observation, history: &history)
        evaluation.restrain(&decision, spec, observation)
    }
}

/// One run of ``evaluate(_:_:history:flags:)`` on a target that was found.
///
/// Plain numbers alone: spec and observation are handed from step to step, since a copy of either costs more than most
/// decisions do.
struct Evaluation {
    let current: Int32
    let statusReplicas: Int32
    let now: Timestamp
    let flags: ControllerFlags

    /// Lets the holds have their say: those that were observed, then what the spec writes and what of it is not known.
    func restrain(_ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation) {
        if observation.holds.isEmpty, !spec.$extensions, !observation.$schedules { return }
        let (written, unknown) = (spec.extensions?.hold?.hold(at: now), observation.schedules?.hold)
        decision.restrain(by: observation.holds + [written, unknown].compactMap(\.self))
    }

    func decide(
        _ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation, history: inout History
    ) {
        decision.begin(at: now, currentReplicas: current, basis: .disabledAtZero)
        if !spec.$extensions || spec.extensions?.fallback == nil { history.failure = nil }
        if !spec.$extensions || spec.scaleToZero == nil { history.idleSince = nil }
        if current == 0, !mayLeaveZero(spec, observation) || (spec.minReplicas == 0 && !spec.hasMetricBeyondPods) {
            history.failure = nil
            history.idleSince = nil
            return
        }
        let isBackByPolicy = current == 0 && spec.minReplicas > 0 && spec.extensions?.scaleToZero != nil
        if current > spec.maxReplicas {
            decision.basis = .aboveMaximum
            decision.rescaleReason = .aboveMaximum
            decision.desiredReplicas = spec.maxReplicas
        } else if (current != 0 && current < spec.minReplicas) || isBackByPolicy {
            decision.basis = .belowMinimum
            decision.rescaleReason = .belowMinimum
            decision.desiredReplicas = spec.minReplicas
        } else {
            decideByMetrics(&decision, spec, observation, history: &history)
        }
    }

    /// Zero is left again only by the autoscaler that went there.
    private func mayLeaveZero(_ spec: AutoscalerSpec, _ observation: Observation) -> Bool {
        spec.allowsScaleToZero(flags) && observation.isScaledToZero
    }

    private func decideByMetrics(
        _ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation, history: inout History
    ) {
        if spec.metrics.isEmpty {
            decision.basis = .noMetrics
            return
        }
        if case .found(let scale) = observation.target, scale.selector != .valid {
            decision.basis = .selector(scale.selector)
            return
        }
        var recommendation: Int32 = 0
        decision.basis = chooseMetric(&decision.metrics, spec, observation, recommendation: &recommendation)
        if spec.$extensions { extend(&decision, spec, observation, &recommendation, &history) }
        guard decision.basis.isDecided else { return }
        // A proposal below zero moves nothing: the recommendation starts from none.
        var desired = max(recommendation, 0)
        if spec.$extensions, spec.extensions?.prediction != nil, case .metric = decision.basis {
            decision.prediction = predict(decision.metrics, beside: desired, spec, observation)
        }
        let byMetrics = desired
        if decision.$prediction, let prediction = decision.prediction, prediction.raises {
            desired = prediction.replicas ?? desired
            // What is expected wakes as what is there does.
            if current == 0 { decision.activity?.leastReplicas = 1 }
        }
        decision.rescaleReason = decision.basis.rescaleReason(isUp: desired > current, isDown: desired < current)
        if desired > current, byMetrics <= current, let prediction = decision.prediction {
            decision.rescaleReason = .metricExpectedAboveTarget(index: prediction.metric)
        }
        normalize(desired, &decision, spec, history: &history)
        if decision.desiredReplicas == current {
            decision.rescaleReason = nil
        } else if decision.rescaleReason == nil {
            decision.rescaleReason = .unnamed
        }
    }

    /// The highest proposal. A proposal of zero gives way to any later one, and of equals the first stays.
    ///
    /// Some metrics invalid: the rest may scale up but not down.
    ///
    /// - Source: `computeReplicasForMetrics`.
    private func chooseMetric(
        _ metrics: inout [MetricEvaluation], _ spec: AutoscalerSpec, _ observation: Observation,
        recommendation: inout Int32
    ) -> Decision.Basis {
        var invalid: Decision.InvalidMetrics?
        var chosen = 0
        let calculator = ReplicaCalculator(tolerance: flags.tolerance(for: spec.behavior), flags: flags)
        metrics.reserveCapacity(spec.metrics.count)
        for index in spec.metrics.indices {
            let outcome = propose(index, spec, observation, calculator)
            switch outcome {
            case .proposal(let proposal):
                if recommendation == 0 || proposal.replicas > recommendation {
                    recommendation = proposal.replicas
                    chosen = index
                }
            case .failed:
                let first = invalid?.first ?? index
                invalid = Decision.InvalidMetrics(
                    count: (invalid?.count ?? 0) + 1, total: spec.metrics.count, first: first)
            }
            metrics.append(MetricEvaluation(outcome: outcome))
        }
        if let invalid, invalid.count >= spec.metrics.count || recommendation < current {
            return .invalidMetrics(invalid)
        }
        return .metric(index: chosen, invalid: invalid)
    }

    /// What goes beyond `autoscaling/v2`, on what the metrics came to.
    private func extend(
        _ decision: inout Decision, _ spec: AutoscalerSpec, _ observation: Observation, _ recommendation: inout Int32,
        _ history: inout History
    ) {
        if let formula = spec.extensions?.formula {
            work(out: formula, &decision, spec, observation, &recommendation)
        }
        if let policy = spec.scaleToZero {
            wakeOrRest(by: policy, &decision, spec, observation, &recommendation, &history)
        }
        if let policy = spec.extensions?.fallback { fallBack(by: policy, &decision, spec, &recommendation, &history) }
    }

    private func normalize(
        _ desired: Int32, _ decision: inout Decision, _ spec: AutoscalerSpec, history: inout History
    ) {
        let least = decision.$activity ? max(spec.minReplicas, decision.activity?.leastReplicas ?? 0) : spec.minReplicas
        let bounds = ReplicaBounds(minReplicas: least, maxReplicas: spec.maxReplicas)
        if let behavior = spec.behavior {
            let downWindow =
                behavior.scaleDown.stabilizationWindowSeconds.map(Int64.init)
                ?? flags.downscaleStabilizationNanoseconds / 1_000_000_000
            let stabilization = Stabilization.withBehavior(
                desired, current: current, behavior: behavior, downWindowSeconds: downWindow, history: &history,
                now: now)
            decision.limitation = Limitation.withBehavior(
                stabilization.stabilized, current: current, bounds: bounds, behavior: behavior, history: history,
                now: now)
            decision.stabilization = stabilization
        } else {
            let stabilization = Stabilization.withoutBehavior(
                desired, history: &history, windowNanoseconds: flags.downscaleStabilizationNanoseconds, now: now)
            decision.limitation = Limitation.withoutBehavior(
                stabilization.stabilized, current: current, bounds: bounds)
            decision.stabilization = stabilization
        }
        if decision.isDormant || isHeldByFallback(decision, desired) {
            // What is wanted is what there is; older recommendations would make more of it.
            decision.stabilization = nil
            decision.limitation = nil
            return
        }
        decision.desiredReplicas = decision.limitation?.replicas ?? current
        if current == 0 && decision.desiredReplicas < least && !spec.neverScalesUp {
            // The rate from zero can lie below the minimum, and behavior bounds a change in its own direction only.
            decision.desiredReplicas = least
            decision.rescaleReason = decision.rescaleReason ?? .belowMinimum
        }
    }
}

extension Decision.Basis {
    /// Why the size is to change, before windows and limits; `nil` when it is not.
    fileprivate func rescaleReason(isUp: Bool, isDown: Bool) -> Decision.RescaleReason? {
        switch self {
        case .fallback: isUp || isDown ? .fallback : nil
        case .formula: isUp || isDown ? .formula(isAbove: isUp) : nil
        case .metric(let index, _): isUp ? .metricAboveTarget(index: index) : isDown ? .allMetricsBelowTarget : nil
        default: nil
        }
    }
}

extension AutoscalerSpec {
    /// Whether a metric says something while there are no pods.
    var hasMetricBeyondPods: Bool { metrics.contains(where: \.source.isBeyondPods) }

    /// When the target goes to zero and comes back; `nil` where `autoscaling/v2` says all there is to say about that.
    var scaleToZero: ScaleToZeroPolicy? { minReplicas == 0 ? extensions?.scaleToZero : nil }

    /// Whether an autoscaler may bring back what it has scaled to zero.
    func allowsScaleToZero(_ flags: ControllerFlags) -> Bool {
        flags.allowsScaleToZero || extensions?.scaleToZero != nil
    }

    /// A target that goes to zero by a policy and whose behavior allows no way up stays there.
    fileprivate var neverScalesUp: Bool { scaleToZero != nil && behavior?.scaleUp.selectPolicy == .disabled }
}
