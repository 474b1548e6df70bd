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
///
/// A value whose parts lie apart from it: looks hand on what has not changed since the one before.
package struct ObservedTarget: Sendable {
    private struct Parts: Sendable {
        var state: TargetState
        var write: ObservedAutoscaler.WritableScale?
        var pods: Result<PodInventory, ReadProblem>
        var foreignPods: [String] = []
        var rollout: Rollout?
        var replicasWriter: ReplicasWriter?
        var updateRevision: String?
    }

    private final class Storage: Sendable {
        let parts: Parts

        init(_ parts: Parts) { self.parts = parts }
    }

    private var storage: Storage
    /// How long nothing had been heard of pods when it was seen; `nil` where they were asked for.
    var podSilence: Duration?

    init(
        state: TargetState, write: ObservedAutoscaler.WritableScale? = nil, pods: Result<PodInventory, ReadProblem>,
        rollout: Rollout? = nil, replicasWriter: ReplicasWriter? = nil, updateRevision: String? = nil
    ) {
        storage = Storage(
            Parts(
                state: state, write: write, pods: pods, rollout: rollout, replicasWriter: replicasWriter,
                updateRevision: updateRevision))
    }

    private mutating func change(_ change: (inout Parts) -> Void) {
        var parts = storage.parts
        change(&parts)
        storage = Storage(parts)
    }

    package var state: TargetState {
        get { storage.parts.state }
        set { change { $0.state = newValue } }
    }

    /// What a write rests on; `nil` exactly when the target is unavailable.
    package var write: ObservedAutoscaler.WritableScale? { storage.parts.write }

    var pods: Result<PodInventory, ReadProblem> {
        get { storage.parts.pods }
        set { change { $0.pods = newValue } }
    }

    /// Pods that the selector finds and that belong to somebody else: at most ``maximumForeignPods`` names.
    package var foreignPods: [String] { storage.parts.foreignPods }
    /// The rollout under way, if any.
    package var rollout: Rollout? { storage.parts.rollout }
    package var replicasWriter: ReplicasWriter? { storage.parts.replicasWriter }
    /// What new pods of a StatefulSet carry as their label `controller-revision-hash`.
    var updateRevision: String? { storage.parts.updateRevision }

    /// Takes the pods that were found, and what they tell.
    mutating func take(_ pods: PodInventory, foreign: [String], _ rollout: Rollout?) {
        change { parts in
            (parts.pods, parts.foreignPods, parts.rollout) = (.success(pods), foreign, rollout)
        }
    }

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
