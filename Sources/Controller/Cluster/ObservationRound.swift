package import Autoscaling
package import KubernetesClient
package import KubernetesTypes
package import PrometheusClient

/// What one look at the cluster and at Prometheus found for every autoscaler.
package struct ObservationRound: Sendable {
    package var time: Timestamp
    /// Parallel to the autoscalers that were asked for.
    package var autoscalers: [ObservedAutoscaler]
    /// What Prometheus warned of: data may be partial.
    package var warnings: [String]
    /// Queries that failed. The autoscalers that needed them say so in their readings.
    package var queryFailures: [PrometheusError]
}

/// One autoscaler and what was seen of it. What could not be seen is part of the observation.
///
/// The observation lies apart from it: a tick hands it from step to step, and hardly ever changes it.
package struct ObservedAutoscaler: Sendable {
    private final class Storage: Sendable {
        let observation: Observation

        init(_ observation: Observation) { self.observation = observation }
    }

    package var autoscaler: Autoscaler
    /// What was seen of the target beside what decisions look at.
    package var target: ObservedTarget
    private var storage: Storage

    init(autoscaler: Autoscaler, observation: Observation, target: ObservedTarget) {
        self.autoscaler = autoscaler
        self.target = target
        storage = Storage(observation)
    }

    package var observation: Observation {
        get { storage.observation }
        set { storage = Storage(newValue) }
    }

    /// What to write to; `nil` exactly when the observation's target is unavailable.
    package var write: WritableScale? { target.write }

    /// A target and the scale of it that the observation shows: a write rests on this very version.
    ///
    /// Its parts lie apart from it: a tick hands it from step to step, and hardly ever writes.
    package struct WritableScale: Sendable, Hashable {
        private final class Parts: Sendable {
            let target: ScaleTarget
            let scale: Scale

            init(_ target: ScaleTarget, _ scale: Scale) {
                self.target = target
                self.scale = scale
            }
        }

        private let parts: Parts

        package init(target: ScaleTarget, scale: Scale) {
            parts = Parts(target, scale)
        }

        package var target: ScaleTarget { parts.target }
        package var scale: Scale { parts.scale }
        /// The target object's own identity; another one of the same name has another.
        package var uid: String? { parts.scale.metadata?.uid }
        /// Of its pods, in text form.
        package var selector: String? { parts.scale.status?.selector }

        package static func == (left: WritableScale, right: WritableScale) -> Bool {
            left.parts === right.parts || (left.target == right.target && left.scale == right.scale)
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(target)
            hasher.combine(scale)
        }
    }
}
