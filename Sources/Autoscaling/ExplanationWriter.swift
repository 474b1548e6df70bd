/// Puts a decision into words.
struct ExplanationWriter {
    let decision: Decision
    /// With the bounds as they were written.
    let written: AutoscalerSpec
    /// With the bounds in force.
    let spec: AutoscalerSpec
    let namespace: String
    let flags: ControllerFlags

    init(decision: Decision, spec: AutoscalerSpec, namespace: String, flags: ControllerFlags) {
        self.decision = decision
        written = spec
        self.spec = spec.raised(by: decision.schedules)
        self.namespace = namespace
        self.flags = flags
    }

    typealias Step = Explanation.Step

    private var move: String {
        decision.rescales
            ? "\(decision.currentReplicas) → \(decision.desiredReplicas)" : "stays at \(decision.currentReplicas)"
    }

    // MARK: The line

    func line() -> String {
        if let heldText { return "\(move): \(heldText)" }
        switch decision.basis {
        case .targetUnavailable(let failure): return "no decision: the target's scale is not known: \(failure)"
        case .disabledAtZero: return "stays at 0: scaling is off while the target has no replicas"
        case .aboveMaximum: return "\(move): above \(maximumText)"
        case .belowMinimum: return "\(move): below \(minimumText)"
        case .selector(let state): return "\(move): \(state.problem?.text ?? "the selector cannot be used")"
        case .noMetrics: return "\(move): the autoscaler has no metrics"
        case .invalidMetrics(let invalid):
            return "\(move): \(failureText(invalid.first))\(fallbackText.map { "; \($0)" } ?? "")"
        case .fallback(let invalid):
            let cause = (formulaText ?? invalid.map { failureText($0.first) }).map { "; \($0)" } ?? ""
            return "\(move): \(holderText.map { "\($0); " } ?? "")\(fallbackText ?? "metrics fail")\(cause)"
        case .formula, .formulaFailed:
            let holders = [holderText, activityText].compactMap { $0.map { "\($0); " } }
            let fallback = fallbackText.map { "; \($0)" } ?? ""
            return "\(move): \(holders.joined())\(formulaText ?? "")\(fallback)"
        case .metric(let index, _): return "\(move): \(reason(of: index))"
        }
    }

    /// What holds the size comes before what the metric says: it is what a person waits for.
    private func reason(of index: Int) -> String {
        guard let proposal = decision.metrics[index].proposal else { return "" }
        let holders = [holderText, raisedText, activityText].compactMap { $0.map { "\($0); " } }
        return holders.joined() + arithmetic(index, proposal)
    }

    /// What keeps the size from being what the metrics ask for.
    private var holderText: String? {
        if let limitation = decision.limitation, limitation.isLimited { return boundText(limitation) }
        if let stabilization = decision.stabilization, stabilization.reason != .unchanged {
            return stabilizationText(stabilization)
        }
        return nil
    }

    // MARK: The steps

    func steps() -> [Step] {
        var steps = [
            Step(
                kind: .target, replicas: decision.currentReplicas,
                text: "\(spec.scaleTargetRef.kind) \(namespace)/\(spec.scaleTargetRef.name) has "
                    + "\(NumberText.count(decision.currentReplicas, "replica")), within bounds of "
                    + "\(spec.minReplicas) to \(spec.maxReplicas).")
        ]
        steps += scheduleSteps()
        switch decision.basis {
        case .metric(let index, let invalid):
            steps += decision.metrics.indices.map(metricStep)
            steps += chosenStep(index, invalid: invalid)
            steps += predictionSteps()
            steps += activitySteps() + fallbackSteps()
            if let stabilization = decision.stabilization { steps.append(stabilizationStep(stabilization)) }
            steps += limitSteps()
            steps += heldSteps()
            steps.append(resultStep())
            steps += outlookSteps()
        case .invalidMetrics(let invalid):
            steps += decision.metrics.indices.map(metricStep)
            steps.append(
                Step(
                    kind: .result, replicas: decision.currentReplicas,
                    text: "\(invalid.count) of \(invalid.total) metrics cannot be used and the rest do not ask for "
                        + "more, so the size is left as it is."))
            steps += activitySteps() + fallbackSteps()
        case .formulaFailed:
            steps += decision.metrics.indices.map(metricStep)
            steps += formulaSteps() + activitySteps() + fallbackSteps()
            steps.append(resultStep())
        case .fallback, .formula:
            steps += decision.metrics.indices.map(metricStep)
            steps += formulaSteps() + activitySteps() + fallbackSteps()
            if let stabilization = decision.stabilization { steps.append(stabilizationStep(stabilization)) }
            steps += limitSteps()
            steps += heldSteps()
            steps.append(resultStep())
        case .targetUnavailable, .disabledAtZero, .aboveMaximum, .belowMinimum, .selector, .noMetrics:
            steps[0].text = "\(spec.scaleTargetRef.kind) \(namespace)/\(spec.scaleTargetRef.name): \(line())."
        }
        return steps
    }

    private func scheduleSteps() -> [Step] {
        (decision.schedules?.active ?? []).map { schedule in
            Step(
                kind: .scheduled, until: schedule.until,
                text: "\(schedule.text { untilText($0) }.capitalizedFirst).")
        }
            + (decision.schedules?.unknown ?? []).map { schedule in
                Step(kind: .scheduled, text: "Schedule '\(schedule.name)' cannot be followed: \(schedule.problem).")
            }
    }

    private func metricStep(_ index: Int) -> Step {
        let metric = spec.metrics[index]
        guard let proposal = decision.metrics[index].proposal else {
            return Step(
                kind: .metric, metric: metric.shortName,
                text: "\(metric.shortName) cannot be used: \(failureText(index)).")
        }
        let unit = metric.unit
        let pods = podsText(proposal)
        return Step(
            kind: .metric, metric: metric.shortName, value: unit.text(unit.value(of: proposal)),
            target: unit.text(unit.target), usageRatio: proposal.usageRatio.ifFinite,
            correctedRatio: proposal.correctedRatio?.ifFinite,
            replicas: proposal.replicas, text: "\(arithmetic(index, proposal)).\(pods)")
    }

    private func podsText(_ proposal: ReplicaProposal) -> String {
        var parts: [String] = []
        if proposal.pods.missing > 0 {
            parts.append("\(NumberText.count(proposal.pods.missing, "pod")) without a sample")
        }
        if proposal.pods.unready > 0 { parts.append("\(NumberText.count(proposal.pods.unready, "pod")) not ready") }
        if proposal.pods.ignored > 0 {
            parts.append("\(NumberText.count(proposal.pods.ignored, "pod")) failed or deleted")
        }
        return parts.isEmpty ? "" : " Not counted: \(parts.joined(separator: ", "))."
    }

    private func chosenStep(_ index: Int, invalid: Decision.InvalidMetrics?) -> [Step] {
        guard spec.metrics.count > 1 else { return [] }
        let chosen = decision.metrics[index].proposal?.replicas ?? 0
        var text = "The highest proposal wins: \(spec.metrics[index].shortName) with \(chosen)."
        if let invalid {
            text += " \(invalid.count) of \(invalid.total) metrics cannot be used; that stops scaling down only."
        }
        return [Step(kind: .chosenMetric, metric: spec.metrics[index].shortName, replicas: chosen, text: text)]
    }

    private func stabilizationStep(_ stabilization: Stabilization) -> Step {
        let text =
            stabilization.reason == .unchanged
            ? "No recent recommendation holds that back." : "\(stabilizationText(stabilization).capitalizedFirst)."
        return Step(
            kind: .stabilized, replicas: stabilization.stabilized, until: stabilization.heldUntil, text: text)
    }

    private func limitSteps() -> [Step] {
        guard let limitation = decision.limitation, limitation.isLimited else { return [] }
        let isRate = limitation.reason == .scaleUpLimit || limitation.reason == .scaleDownLimit
        return [
            Step(
                kind: isRate ? .rateLimited : .bounded, replicas: limitation.replicas, until: limitation.limitedUntil,
                text: "\(boundText(limitation).capitalizedFirst).")
        ]
    }

    private func heldSteps() -> [Step] {
        guard let heldText else { return [] }
        return [
            Step(
                kind: .held, replicas: decision.desiredReplicas, until: decision.restraint?.hold.until,
                text: "\(heldText.capitalizedFirst).")
        ]
    }

    private func resultStep() -> Step {
        let text =
            decision.rescales
            ? "So the target goes from \(decision.currentReplicas) to \(decision.desiredReplicas)."
            : "So the target stays at \(decision.currentReplicas)."
        return Step(kind: .result, replicas: decision.desiredReplicas, text: text)
    }

    /// For "nothing happens": the load at which something would.
    private func outlookSteps() -> [Step] {
        guard !decision.rescales else { return [] }
        let tolerance = flags.tolerance(for: spec.behavior)
        return decision.metrics.indices.compactMap { index -> Step? in
            guard let proposal = decision.metrics[index].proposal, proposal.correctedRatio == nil else { return nil }
            let unit = spec.metrics[index].unit
            let threshold = ScalingThreshold(
                target: unit.target, multiplier: proposal.multiplier, current: decision.currentReplicas,
                tolerance: tolerance)
            var parts: [String] = []
            if let up = threshold.scaleUpAt, decision.currentReplicas < spec.maxReplicas {
                parts.append("up from \(unit.text(up))")
            }
            if let down = threshold.scaleDownAt, decision.currentReplicas > spec.minReplicas {
                parts.append("down from \(unit.text(down))")
            }
            if parts.isEmpty { return nil }
            let name = spec.metrics[index].shortName
            return Step(
                kind: .outlook, metric: name,
                text: "With the pods as they are, \(name) would move it \(parts.joined(separator: ", ")).")
        }
    }

    // MARK: Phrases

    private func failureText(_ index: Int) -> String {
        guard case .failed(let failure) = decision.metrics[index].outcome else { return "" }
        return failure.eventText(of: spec.metrics[index], namespace: namespace)
    }

    private func stabilizationText(_ stabilization: Stabilization) -> String {
        let until = untilText(stabilization.heldUntil)
        return stabilization.reason == .scaleUpStabilized
            ? "recent recommendations were lower, which holds it at \(stabilization.stabilized)\(until)"
            : "recent recommendations were higher, which holds it at \(stabilization.stabilized)\(until)"
    }

    /// What a hold kept back; `nil` when it kept nothing.
    private var heldText: String? {
        guard let restraint = decision.restraint, let wanted = restraint.withheldReplicas else { return nil }
        return "\(wanted) wanted, held: \(restraint.hold.message)\(untilText(restraint.hold.until))"
    }

    private func boundText(_ limitation: Limitation) -> String {
        let wanted = decision.stabilization?.stabilized ?? limitation.replicas
        let until = untilText(limitation.limitedUntil)
        switch limitation.reason {
        case .tooManyReplicas: return "\(wanted) wanted, held at \(maximumText)"
        case .tooFewReplicas:
            // Between zero and one it is the activity that says what the fewest are.
            return "\(wanted) wanted, held at \(limitation.replicas > spec.minReplicas ? "1" : minimumText)"
        case .scaleUpLimit:
            return "\(wanted) wanted, the scale-up policies allow \(limitation.replicas) now\(until)"
        case .scaleDownLimit:
            return "\(wanted) wanted, the scale-down policies allow \(limitation.replicas) now\(until)"
        case .desiredWithinRange: return "within the bounds"
        }
    }

    private var minimumText: String {
        "the minimum of \(spec.minReplicas)" + raisedText(decision.scheduleOfMinimum(written))
    }

    private var maximumText: String {
        "the maximum of \(spec.maxReplicas)" + raisedText(decision.scheduleOfMaximum(written))
    }

    private func raisedText(_ schedule: ScheduleState.Active?) -> String {
        schedule.map { " by schedule '\($0.name)'\(untilText($0.until))" } ?? ""
    }

    private func untilText(_ time: Timestamp?) -> String {
        guard let time else { return "" }
        let left = NumberText.duration(nanoseconds: time.nanoseconds(since: decision.time))
        return " for \(left) more, until \(NumberText.timeOfDay(time)) UTC"
    }
}

extension Double {
    /// JSON has no infinity: a ratio over nothing is left out.
    fileprivate var ifFinite: Double? { isFinite ? self : nil }
}
