package import Autoscaling
internal import KubernetesTypes
package import PrometheusClient

/// What one tick came to.
package struct TickReport: Sendable {
    /// Counts from 1.
    package var number: Int
    /// The instant that was decided on.
    package var time: Timestamp
    /// How long it took, on the controller's clock.
    package var duration: Duration
    /// In the order of the source.
    package var autoscalers: [AutoscalerReport]
    /// Those that were not due, and that there are all the same.
    package var resting: [AutoscalerKey] = []
    /// Holds over many autoscalers that began now.
    package var crowds: [FleetState.Crowd] = []
    /// What Prometheus warned of.
    package var warnings: [String]
    /// Queries that failed, each different failure once; the autoscalers that needed them say so.
    package var queryFailures: [PrometheusError] = []
    /// What went wrong beside the autoscalers, e.g. a state that could not be saved.
    package var problems: [String]
}

extension TickReport {
    /// Every autoscaler that there is, due or not.
    package var keys: Set<AutoscalerKey> { Set(autoscalers.map(\.autoscaler.key)).union(resting) }
}

/// One autoscaler in one tick.
///
/// A value whose parts lie apart from it: log, metrics, page and journal all take it in hand.
package struct AutoscalerReport: Sendable {
    private struct Parts: Sendable {
        var observed: ObservedAutoscaler
        var decision: Decision
        var outcome: Outcome
        var historyBefore: History
        var history: History
        var report: DecisionReport
    }

    private final class Storage: Sendable {
        let parts: Parts

        init(_ parts: Parts) { self.parts = parts }
    }

    private var storage: Storage

    package init(
        autoscaler: Autoscaler, observation: Observation, decision: Decision, outcome: Outcome, historyBefore: History,
        history: History, report: DecisionReport, target: ObservedTarget
    ) {
        self.init(
            ObservedAutoscaler(autoscaler: autoscaler, observation: observation, target: target), decision: decision,
            outcome: outcome, historyBefore: historyBefore, history: history, report: report)
    }

    init(
        _ observed: ObservedAutoscaler, decision: Decision, outcome: Outcome, historyBefore: History, history: History,
        report: DecisionReport
    ) {
        storage = Storage(
            Parts(
                observed: observed, decision: decision, outcome: outcome, historyBefore: historyBefore,
                history: history, report: report))
    }

    private mutating func change(_ change: (inout Parts) -> Void) {
        var parts = storage.parts
        change(&parts)
        storage = Storage(parts)
    }

    package var autoscaler: Autoscaler {
        get { storage.parts.observed.autoscaler }
        set { change { $0.observed.autoscaler = newValue } }
    }

    package var observation: Observation {
        get { storage.parts.observed.observation }
        set { change { $0.observed.observation = newValue } }
    }

    package var decision: Decision {
        get { storage.parts.decision }
        set { change { $0.decision = newValue } }
    }

    package var outcome: Outcome {
        get { storage.parts.outcome }
        set { change { $0.outcome = newValue } }
    }

    /// What the decision remembered.
    package var historyBefore: History {
        get { storage.parts.historyBefore }
        set { change { $0.historyBefore = newValue } }
    }

    /// What the next one will remember: the change that was made is in it.
    package var history: History {
        get { storage.parts.history }
        set { change { $0.history = newValue } }
    }

    /// Conditions, events and the error, in the HPA controller's words.
    package var report: DecisionReport {
        get { storage.parts.report }
        set { change { $0.report = newValue } }
    }

    /// What was seen of the target beside what decisions look at.
    package var target: ObservedTarget {
        get { storage.parts.observed.target }
        set { change { $0.observed.target = newValue } }
    }

    /// What was done.
    package enum Outcome: Sendable, Hashable {
        /// Nothing was to be done.
        case kept
        case scaled(from: Int32, to: Int32)
        /// Shadow mode: this would have been written.
        case withheld(from: Int32, to: Int32)
        /// Somebody else changed the size since the look; theirs stands.
        case superseded(by: Int32)
        /// The write failed, or was refused here. `isCertain`: it surely changed nothing.
        case failed(String, isCertain: Bool)
    }

    /// The selector of the pods that counted, in text form; `nil` without a target.
    package var selector: String? {
        target.write?.selector.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Pods under the selector that belong to somebody else, by name.
    package var foreignPods: [String] { target.foreignPods }

    /// What is wrong with it now, in one sentence; `nil` when nothing is.
    package var problem: String? { report.error }
}
