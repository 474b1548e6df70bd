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
package struct AutoscalerReport: Sendable {
    package var autoscaler: Autoscaler
    package var observation: Observation
    package var decision: Decision
    package var outcome: Outcome
    /// What the decision remembered, and what the next one will: the change that was made is in it.
    package var historyBefore: History
    package var history: History
    /// Conditions, events and the error, in the HPA controller's words.
    package var report: DecisionReport
    /// What was seen of the target beside what decisions look at.
    package var target: ObservedTarget

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
        target.write?.scale.status?.selector.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Pods under the selector that belong to somebody else, by name.
    package var foreignPods: [String] { target.foreignPods }

    /// What is wrong with it now, in one sentence; `nil` when nothing is.
    package var problem: String? { report.error }
}
