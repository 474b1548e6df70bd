package import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes

/// Who last wrote `spec.replicas` of a target, as its `managedFields` tell.
package struct ReplicasWriter: Sendable, Hashable, CustomStringConvertible {
    /// The field manager, e.g. `kubectl` or `argocd-controller`.
    package var manager: String
    /// `scale` when it came that way; empty for the object itself.
    package var subresource: String
    /// In whole seconds, as managed fields keep it.
    package var time: Timestamp?

    package init(manager: String, subresource: String = "", time: Timestamp? = nil) {
        self.manager = manager
        self.subresource = subresource
        self.time = time
    }

    package var description: String { manager }

    /// Whether it is a controller of this kind, be it this process or one before it.
    var isOurs: Bool { manager == KubernetesClient.fieldManager }
}

/// How far a rollout of a target has come.
package struct Rollout: Sendable, Hashable {
    /// Pods of the template that is being rolled out, and how many of them are ready.
    package var newPods: Int
    package var readyNewPods: Int
    /// Pods of former templates.
    package var oldPods: Int

    package init(newPods: Int, readyNewPods: Int, oldPods: Int) {
        self.newPods = newPods
        self.readyNewPods = readyNewPods
        self.oldPods = oldPods
    }

    /// What an autoscaler asks for while this is under way; `nil` when it scales both ways.
    func hold(_ choice: Choice<HorizontalAutoscaler.DuringRollout>?) -> Hold? {
        let direction: Hold.Direction
        switch choice?.value {
        case nil, .scale: return nil
        case .scaleUpOnly: direction = .down
        case .scaleDownOnly: direction = .up
        case .hold: direction = .both
        }
        return Hold(
            direction, reason: "RolloutInProgress",
            message: "a rollout is under way: \(newPods) new pods, \(readyNewPods) of them ready, \(oldPods) old")
    }
}

/// What the controller keeps of a target between ticks.
struct TargetRecord: Sendable, Hashable {
    var uid: String
    var resourceVersion: String
    var specReplicas: Int32
    var statusReplicas: Int32
    /// In the text form, as the scale subresource has it; empty when the target has none.
    var selector: String
    var replicasWriter: ReplicasWriter?
    /// Whether pods of more than one template are there, as its status says, and it is not paused.
    var isRollingOut = false
    /// A StatefulSet's pods carry this as the label `controller-revision-hash` when they are new.
    var updateRevision: String?

    /// The scale that a write rests on.
    func scale(named name: NamespacedName) -> Scale {
        Scale(
            kind: "Scale",
            metadata: ObjectMeta(
                name: name.name, namespace: name.namespace, uid: uid, resourceVersion: resourceVersion),
            spec: .init(replicas: specReplicas), status: .init(replicas: statusReplicas, selector: selector))
    }
}

extension TargetRecord {
    /// What a scale subresource says; it tells nothing of rollouts and writers.
    init(_ scale: Scale) {
        self.init(
            uid: scale.metadata?.uid ?? "", resourceVersion: scale.metadata?.resourceVersion ?? "",
            specReplicas: scale.spec?.replicas ?? 0, statusReplicas: scale.status?.replicas ?? 0,
            selector: scale.status?.selector ?? "")
    }
}

/// The part of a Deployment, StatefulSet or ReplicaSet that is watched.
struct WorkloadObject: Decodable, Sendable {
    struct Metadata: Decodable, Sendable {
        var name: String?
        var namespace: String?
        var uid: String?
        var resourceVersion: String?
        var managedFields: [ManagedFieldsEntry]?
    }

    struct Spec: Decodable, Sendable {
        /// Absent means 1.
        var replicas: Int32?
        var selector: LabelSelector?
        var paused: Bool?
    }

    struct Status: Decodable, Sendable {
        var replicas: Int32?
        /// Deployments and StatefulSets: pods of the newest template.
        var updatedReplicas: Int32?
        var currentRevision: String?
        var updateRevision: String?
    }

    var metadata: Metadata
    var spec: Spec?
    var status: Status?

    var name: NamespacedName {
        NamespacedName(namespace: metadata.namespace ?? "", name: metadata.name ?? "")
    }

    /// - Parameter isDeployment: A Deployment counts its new pods; where the count is left out it is 0.
    func record(isDeployment: Bool) -> TargetRecord {
        let replicas = status?.replicas ?? 0
        var isRollingOut = false
        if let revision = status?.updateRevision {
            isRollingOut = status?.currentRevision != revision
        } else if let updated = status?.updatedReplicas {
            isRollingOut = updated < replicas
        } else if replicas > 0 {
            isRollingOut = isDeployment
        }
        return TargetRecord(
            uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "",
            specReplicas: spec?.replicas ?? 1, statusReplicas: replicas,
            selector: (try? LabelRequirements(spec?.selector).description) ?? "",
            replicasWriter: (metadata.managedFields ?? []).replicasWriter,
            isRollingOut: isRollingOut && spec?.paused != true, updateRevision: status?.updateRevision)
    }
}

extension [ManagedFieldsEntry] {
    /// The latest writer of `spec.replicas`: several may own it when they applied the same number.
    var replicasWriter: ReplicasWriter? {
        filter(\.setsReplicas)
            .map {
                ReplicasWriter(
                    manager: $0.manager, subresource: $0.subresource ?? "", time: $0.time?.timestamp)
            }
            .max { ($0.time ?? .distantPast) < ($1.time ?? .distantPast) }
    }
}
