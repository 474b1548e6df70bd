internal import Autoscaling

/// What a person would otherwise find out in production.
struct PlanInsights {
    let spec: AutoscalerSpec
    let decision: Decision
    let observation: Observation
    let flags: ControllerFlags

    /// One sentence each.
    var lines: [String] { floor + restingSizes + hiddenByTolerance + initialisation + bounds }

    /// The metric that keeps the target from getting smaller, where others would let it.
    private var floor: [String] {
        let proposals = decision.metrics.indices.compactMap { index in
            decision.metrics[index].proposal.map { (index, $0) }
        }
        guard let highest = proposals.max(by: { $0.1.replicas < $1.1.replicas }), proposals.count > 1,
            let others = proposals.filter({ $0.0 != highest.0 }).map(\.1.replicas).max(),
            others < highest.1.replicas, highest.1.replicas > spec.minReplicas
        else { return [] }
        let name = spec.metrics[highest.0].shortName
        return ["cannot go below \(highest.1.replicas) while \(name) is as it is; the other metrics ask for \(others)"]
    }

    /// The sizes at which this load would leave the target alone, if it spreads over the pods.
    ///
    /// Memory is left out: a pod does not use less of it because there are more pods.
    private var restingSizes: [String] {
        let tolerance = flags.tolerance(for: spec.behavior)
        return decision.metrics.indices.compactMap { index in
            guard let proposal = decision.metrics[index].proposal, proposal.correctedRatio == nil,
                proposal.rule != .fromZero, spec.metrics[index].shortName != "memory"
            else { return nil }
            let load = proposal.usageRatio * Double(proposal.multiplier)
            guard load > 0, load < 1e6, tolerance.scaleDown < 1 else { return nil }
            let fewest = Int((load / (1 + tolerance.scaleUp)).rounded(.up))
            let most = max(Int((load / (1 - tolerance.scaleDown)).rounded(.down)), Int(load.rounded(.up)))
            let lowest = min(max(fewest, Int(spec.minReplicas)), Int(spec.maxReplicas))
            let highest = min(max(most, lowest), Int(spec.maxReplicas))
            let sizes = lowest == highest ? "\(lowest)" : "\(lowest) to \(highest)"
            return "if this load spreads over the pods, \(spec.metrics[index].shortName) rests at \(sizes) replicas"
        }
    }

    /// Where "close enough" keeps a whole replica more, or less.
    private var hiddenByTolerance: [String] {
        decision.metrics.indices.compactMap { index in
            guard let proposal = decision.metrics[index].proposal, proposal.rule == .withinTolerance,
                proposal.multiplier > 0, proposal.usageRatio.isFinite
            else { return nil }
            let exact = (proposal.usageRatio * Double(proposal.multiplier)).rounded(.up)
            guard abs(exact) < 1e9, Int32(exact) != decision.currentReplicas else { return nil }
            let name = spec.metrics[index].shortName
            return "the tolerance hides a change: without it \(name) would ask for \(Int32(exact))"
        }
    }

    /// Young pods, whose cpu is not believed yet.
    private var initialisation: [String] {
        guard let unready = decision.metrics.compactMap({ $0.proposal?.pods.unready }).max(), unready > 0 else {
            return []
        }
        return [
            "\(unready) of \(observation.pods.count) pods are pending, not ready or too young; they count for nothing on "
                + "the way up"
        ]
    }

    private var bounds: [String] {
        guard let limitation = decision.limitation, limitation.reason == .tooManyReplicas,
            let wanted = decision.stabilization?.stabilized
        else { return [] }
        return [
            "the load asks for \(wanted) replicas: raise maxReplicas from \(spec.maxReplicas), or expect saturation"
        ]
    }
}
