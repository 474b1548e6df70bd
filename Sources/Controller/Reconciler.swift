package import Autoscaling
package import KubernetesClient
internal import KubernetesTypes
package import PrometheusClient

/// One tick: looks, decides, and acts, for every autoscaler on its own.
///
/// A change is remembered as pending before it is written and as made once it is known to be: whether the process ends
/// in between or the answer is lost, the next look at the target tells.
package struct Reconciler: Sendable {
    private let observer: Observer
    private let client: KubernetesClient
    private let configuration: ControllerConfiguration

    package init(
        cluster: KubernetesClient, metrics: SnapshotCollector,
        configuration: ControllerConfiguration = ControllerConfiguration()
    ) {
        self.observer = Observer(cluster: cluster, metrics: metrics, configuration: configuration)
        self.client = cluster
        self.configuration = configuration
    }

    /// What a tick found and did.
    package struct Round: Sendable {
        package var autoscalers: [AutoscalerReport]
        package var warnings: [String]
    }

    /// Runs a tick.
    ///
    /// - Parameters:
    ///   - store: The memories, brought up to date.
    ///   - now: The instant of the decisions.
    ///   - beforeWriting: Called with the store when something is about to be written, to save it. What it throws keeps
    ///     every write of the tick from being made.
    /// - Throws: `CancellationError`, after the writes under way have ended and are in the store.
    package func reconcile(
        _ autoscalers: [Autoscaler], store: inout HistoryStore, at now: Timestamp,
        beforeWriting: (HistoryStore) throws -> Void = { _ in }
    ) async throws -> Round {
        let round = try await observer.observe(autoscalers, at: now)
        var steps = round.autoscalers.map { decide($0, &store) }
        try Task.checkCancellation()
        let writing = steps.indices.filter { steps[$0].write != nil }
        if !writing.isEmpty {
            do {
                try beforeWriting(store)
                let writes = writing.compactMap { steps[$0].write }
                let outcomes = await carryOut(writes)
                for (index, outcome) in zip(writing, outcomes) { steps[index].outcome = outcome }
            } catch {
                for index in writing { steps[index].outcome = .failed("\(error)", isCertain: true) }
            }
        }
        let reports = steps.map { finish($0, &store) }
        return Round(autoscalers: reports, warnings: round.warnings)
    }

    // MARK: - Decide

    private struct Step {
        var observed: ObservedAutoscaler
        var decision: Decision
        var history: History
        var write: ScaleWrite?
        var outcome: AutoscalerReport.Outcome
    }

    private func decide(_ observed: ObservedAutoscaler, _ store: inout HistoryStore) -> Step {
        let spec = observed.autoscaler.spec
        var memory = store[observed.autoscaler]
        if case .found(let scale) = observed.observation.target {
            memory.meet(scale, uid: observed.write?.uid, behavior: spec.behavior)
        }
        let before = memory.history
        let decision = evaluate(
            spec, observed.observation, history: &memory.history, flags: configuration.flags)
        var step = Step(observed: observed, decision: decision, history: before, write: nil, outcome: .kept)
        if decision.rescales, let place = observed.write {
            let change = (from: decision.currentReplicas, to: decision.desiredReplicas)
            do throws(ScaleWrite.Refusal) {
                let write = try ScaleWrite(decision, spec: spec, at: place)
                if configuration.isShadow {
                    step.outcome = .withheld(from: change.from, to: change.to)
                } else {
                    step.write = write
                    memory.pending = .init(from: change.from, to: change.to, time: decision.time)
                }
            } catch {
                step.outcome = .failed(error.description, isCertain: true)
            }
        }
        store[observed.autoscaler] = memory
        return step
    }

    // MARK: - Act

    private func carryOut(_ writes: [ScaleWrite]) async -> [AutoscalerReport.Outcome] {
        let (client, concurrency) = (client, configuration.concurrency)
        // Awaited right here. A task of its own, so that cancelling the loop does not cut a PATCH in two: whether it
        // went through would not be known. Each request has its own time limit.
        return await Task {
            // Nothing in it throws: the alternative is unreachable, and says so by being a failure.
            (try? await concurrently(writes, limit: concurrency) { await $0.carryOut(by: client) })
                ?? writes.map { _ in .failed("the write was not made", isCertain: true) }
        }.value
    }

    private func finish(_ step: Step, _ store: inout HistoryStore) -> AutoscalerReport {
        let autoscaler = step.observed.autoscaler
        var memory = store[autoscaler]
        var write = DecisionReport.Write.none
        switch step.outcome {
        case .scaled(let from, let to):
            memory.history.recordScale(from: from, to: to, at: step.decision.time, behavior: autoscaler.spec.behavior)
            memory.pending = nil
            write = .succeeded
        case .failed(let text, let isCertain):
            if isCertain { memory.pending = nil }
            write = .failed(text)
        case .superseded: memory.pending = nil
        case .kept, .withheld: break
        }
        let report = DecisionReport(
            step.decision, spec: autoscaler.spec, namespace: autoscaler.key.namespace, previous: memory.status,
            write: write, flags: configuration.flags)
        memory.status = report.status
        store[autoscaler] = memory
        return AutoscalerReport(
            autoscaler: autoscaler, observation: step.observed.observation, decision: step.decision,
            outcome: step.outcome, historyBefore: step.history, history: memory.history, report: report)
    }
}
