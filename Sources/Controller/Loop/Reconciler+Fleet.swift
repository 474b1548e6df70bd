internal import Autoscaling

extension Reconciler {
    /// Lets the guards over all autoscalers judge what those of a tick want, and decides again for those that are held.
    ///
    /// The hold of a guard is one of the observation, so that a journal replays to the letter without them.
    ///
    /// - Returns: Holds over many that began now.
    func guardMoves(_ steps: inout [Step], _ store: inout HistoryStore, at now: Timestamp) -> [FleetState.Crowd] {
        guard let policy = configuration.fleet else { return [] }
        var fleet = store.fleet ?? seeded(steps, at: now)
        let verdict = fleet.judge(steps.map { member($0, store) }, policy, at: now)
        store.fleet = fleet
        let begun = Set(verdict.crowds.map(\.message))
        for (index, hold) in verdict.holds.enumerated() {
            guard let hold else { continue }
            self.hold(&steps[index], by: hold, &store)
            if begun.contains(hold.message) {
                steps[index].event = DecisionReport.Event(
                    isWarning: true, reason: hold.reason, message: "held: \(hold.message)")
            }
        }
        return verdict.crowds
    }

    /// What the predecessor of this controller added within the last minute, as far as statuses tell: those of autoscalers
    /// with a behavior keep their changes.
    private func seeded(_ steps: [Step], at now: Timestamp) -> FleetState {
        var fleet = FleetState()
        for step in steps {
            for event in step.history.scaleUpEvents where event.time <= now {
                fleet.record(
                    .init(time: event.time, namespace: step.observed.autoscaler.key.namespace, pods: event.change))
            }
        }
        return fleet
    }

    /// What is not written takes part only where nothing at all is written.
    private func member(_ step: Step, _ store: HistoryStore) -> FleetMember {
        let autoscaler = step.observed.autoscaler
        var member = FleetMember(
            step.decision, of: autoscaler.spec, namespace: autoscaler.key.namespace, name: autoscaler.key.name,
            turns: store[autoscaler].turns)
        if step.write == nil && !configuration.isShadow { member.desired = member.current }
        return member
    }

    /// Takes note of what was written, or may have been.
    func noteFleet(_ step: Step, _ store: inout HistoryStore) {
        guard let policy = configuration.fleet else { return }
        let (from, to): (Int32, Int32)
        switch step.outcome {
        case .scaled(let old, let new): (from, to) = (old, new)
        case .failed(_, isCertain: false): (from, to) = (step.decision.currentReplicas, step.decision.desiredReplicas)
        case .kept, .withheld, .superseded, .failed: return
        }
        if policy.flapBudget != nil {
            store.update(step.observed.autoscaler) { $0.turns.record(from: from, to: to, at: step.decision.time) }
        }
        store.fleet?.record(
            .init(
                time: step.decision.time, namespace: step.observed.autoscaler.key.namespace,
                pods: to.subtractingReportingOverflow(from).partialValue))
    }
}
