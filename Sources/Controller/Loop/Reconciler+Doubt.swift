internal import Autoscaling
internal import KubernetesClient

extension Reconciler {
    /// For how long the watch of pods may have told nothing before a scale-down asks whether they are still the same.
    ///
    /// A sync period: a decision rests on what happened since the one before, and of that nothing has been heard. At most
    /// the 15 s that are usual, so that a controller with a long period does not trust the longer.
    var podSilenceLimit: Duration { min(configuration.syncPeriod, .seconds(15)) }

    /// Looks again at the pods of those that are to shrink while nothing was heard of pods, and holds those whose pods are
    /// not as they were seen.
    ///
    /// The hold is one of the observation, so that a journal replays to the letter. Whoever was heard of is not asked
    /// about: in the steady state that is everybody.
    func holdDoubtful(_ steps: inout [Step], _ store: inout HistoryStore) async throws {
        let doubtful = steps.indices.filter { isDoubtful(steps[$0]) }
        guard !doubtful.isEmpty else { return }
        let observed = doubtful.map { steps[$0].observed }
        let doubts = try await concurrently(observed, limit: configuration.concurrency) { [self] one in
            try await doubt(about: one)
        }
        for (index, doubt) in zip(doubtful, doubts) {
            guard let doubt else { continue }
            let message = "the watch of pods has told nothing for over a sync period, and \(doubt)"
            hold(&steps[index], by: Hold(.down, reason: "StalePods", message: message), &store)
        }
    }

    private func isDoubtful(_ step: Step) -> Bool {
        guard let write = step.write, write.to < write.from, let silence = step.observed.target.podSilence else {
            return false
        }
        return silence > podSilenceLimit
    }

    private func doubt(about observed: ObservedAutoscaler) async throws -> String? {
        let limit = configuration.writeLimit
        do {
            return try await withDeadline(limit, clock) {
                try await view.doubt(about: observed.target, of: observed.autoscaler)
            }
        } catch is DeadlinePassed {
            return "their list did not come within \(limit)"
        }
    }

    /// Decides again under one hold more.
    func hold(_ step: inout Step, by hold: Hold, _ store: inout HistoryStore) {
        let autoscaler = step.observed.autoscaler
        step.observed.observation.holds.append(hold)
        // What is remembered of the metrics is the same: holds do not touch it.
        var history = step.history
        step.decision = evaluate(
            autoscaler.spec, step.observed.observation, history: &history, flags: configuration.flags)
        var memory = store[autoscaler]
        memory.pending = nil
        prepareWrite(&step, &memory)
        store[autoscaler] = memory
    }
}
