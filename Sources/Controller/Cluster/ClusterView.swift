package import Autoscaling
package import KubernetesClient
package import KubernetesTypes

/// Where a controller sees targets and pods: in its caches, or by asking for each.
package protocol ClusterView: Sendable {
    /// Looks at the targets of autoscalers and their pods.
    ///
    /// - Returns: Parallel to the autoscalers. What could not be seen is part of it.
    /// - Throws: `CancellationError` alone.
    func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget]

    /// Takes note of a scale as a write left it, so that the next look shows it even where the watch lags behind.
    func noteWritten(_ scale: Scale, of target: ScaleTarget)

    /// Asks the API server whether a target still has the pods that it was seen with.
    ///
    /// - Returns: What keeps them from being believed, for people; `nil` when they are as they were seen.
    /// - Throws: `CancellationError` alone.
    func doubt(about target: ObservedTarget, of autoscaler: Autoscaler) async throws -> String?
}

extension ClusterView {
    /// Who asks for each look has nothing to ask again.
    package func doubt(about target: ObservedTarget, of autoscaler: Autoscaler) async throws -> String? { nil }
}

/// What was seen of one autoscaler's target.
package struct ObservedTarget: Sendable {
    package var state: TargetState
    /// What a write rests on; `nil` exactly when the target is unavailable.
    package var write: ObservedAutoscaler.WritableScale?
    var pods: Result<PodInventory, ReadProblem>
    /// Pods that the selector finds and that belong to somebody else: at most ``maximumForeignPods`` names.
    package var foreignPods: [String] = []
    /// The rollout under way, if any.
    package var rollout: Rollout?
    package var replicasWriter: ReplicasWriter?
    /// What new pods of a StatefulSet carry as their label `controller-revision-hash`.
    var updateRevision: String?
    /// How long nothing had been heard of pods when it was seen; `nil` where they were asked for.
    var podSilence: Duration?

    /// Enough to find out what they are.
    package static let maximumForeignPods = 10

    /// Why something could not be read, for people. A value, never logged twice.
    struct ReadProblem: Error, Sendable {
        var text: String
    }

    static func unavailable(_ failure: TargetState.Failure) -> ObservedTarget {
        ObservedTarget(state: .unavailable(failure), pods: .failure(ReadProblem(text: failure.description)))
    }
}
