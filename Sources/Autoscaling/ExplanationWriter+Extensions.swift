// What the extensions of a spec did, in words.

extension Decision.Fallback {
    /// What the step in force wants, in words that stay the same from tick to tick; empty before the first step.
    var wish: String {
        switch action {
        case nil: return ""
        case .hold: return "the fallback keeps the size"
        case .lastGood:
            guard let lastGood else { return "the fallback keeps the size, since nothing was ever recommended" }
            let time = NumberText.timeOfDay(lastGood.time)
            return "the fallback wants \(lastGood.replicas), as recommended until \(time) UTC"
        case .atLeast(let replicas): return "the fallback wants at least \(replicas)"
        case .fixed(let replicas): return "the fallback wants \(replicas)"
        }
    }
}

extension FormulaFailure {
    func text(_ decision: Decision, _ spec: AutoscalerSpec, namespace: String) -> String {
        switch self {
        case .metric(let index):
            guard index < spec.metrics.count, index < decision.metrics.count,
                case .failed(let failure) = decision.metrics[index].outcome
            else { return "it uses a metric that fails" }
            let metric = spec.metrics[index]
            return "it uses \(metric.shortName): \(failure.eventText(of: metric, namespace: namespace))"
        case .unknownMetric(let name): return "no metric is called '\(name)'"
        case .notFinite(let part): return "\(part) is no finite number"
        }
    }
}

extension ExplanationWriter {
    /// What becomes of the failure: which step is in force, and when the next one comes.
    var fallbackText: String? {
        guard let fallback = decision.fallback else { return nil }
        let lasted = NumberText.duration(nanoseconds: decision.time.nanoseconds(since: fallback.since))
        var text = "metrics have failed for \(lasted), since \(NumberText.timeOfDay(fallback.since)) UTC"
        if fallback.action != nil { text += "; \(fallback.wish)" }
        guard let next = fallback.nextStepAt else { return text }
        return text + "; the \(fallback.action == nil ? "first" : "next") step of the fallback is at "
            + "\(NumberText.timeOfDay(next)) UTC"
    }

    func fallbackSteps() -> [Step] {
        guard let fallback = decision.fallback, let fallbackText else { return [] }
        return [
            Step(
                kind: .fallback, replicas: fallback.replicas, until: fallback.nextStepAt,
                text: "\(fallbackText.capitalizedFirst).")
        ]
    }

    /// What the formula came to, and from what.
    var formulaText: String? {
        guard let formula = decision.formula else { return nil }
        switch formula.outcome {
        case .failed(let failure):
            return "the formula cannot be worked out: \(failure.text(decision, spec, namespace: namespace))"
        case .replicas(let replicas):
            let parts = formula.parts.map { part in
                let value = part.isBoolean ? "\(part.value == 1)" : NumberText.decimal(part.value, digits: 3)
                return "\(part.text) = \(value)"
            }
            let text = "the formula gives \(replicas)"
            return parts.isEmpty ? text : "\(text); \(parts.joined(separator: ", "))"
        }
    }

    func formulaSteps() -> [Step] {
        guard let formulaText else { return [] }
        var replicas: Int32?
        if case .replicas(let given) = decision.formula?.outcome { replicas = given }
        return [Step(kind: .formula, replicas: replicas, text: "\(formulaText.capitalizedFirst).")]
    }

    /// Why it is, is not, or is not yet at zero; `nil` where the metrics alone say how many there are.
    var activityText: String? {
        guard let activity = decision.activity else { return nil }
        switch activity.state {
        case .active(let index):
            return decision.currentReplicas == 0 ? "\(name(of: index)) is above its activation threshold" : nil
        case .unknown(let index):
            return "\(name(of: index)) is not known, and unknown is not zero: it does not go there"
        case .idle:
            if decision.currentReplicas == 0 {
                return "no metric is above its activation threshold" + (activity.leastReplicas > 0 ? " yet" : "")
            }
            guard let since = activity.idleSince, let zeroAt = activity.zeroAt else { return nil }
            let idle = "no metric above its activation threshold since \(NumberText.timeOfDay(since)) UTC"
            return activity.leastReplicas == 0 ? idle : "\(idle), zero is possible\(laterText(zeroAt))"
        }
    }

    func activitySteps() -> [Step] {
        guard let activity = decision.activity, let activityText else { return [] }
        return [
            Step(
                kind: .activation, replicas: activity.leastReplicas,
                until: activity.leastReplicas == 0 || decision.currentReplicas == 0 ? nil : activity.zeroAt,
                text: "\(activityText.capitalizedFirst).")
        ]
    }

    private func name(of index: Int) -> String {
        index < spec.metrics.count ? spec.metrics[index].shortName : "a metric"
    }

    private func laterText(_ time: Timestamp) -> String {
        let left = NumberText.duration(nanoseconds: time.nanoseconds(since: decision.time))
        return " in \(left), at \(NumberText.timeOfDay(time)) UTC"
    }
}
