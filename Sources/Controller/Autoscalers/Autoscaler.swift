package import Autoscaling
package import KubernetesTypes
package import Manifests

/// An autoscaler as the controller works with it, wherever it came from.
///
/// A value whose parts lie apart from it: a tick hands each autoscaler from step to step, and what a copy costs is one
/// reference.
package struct Autoscaler: Sendable, Hashable {
    private struct Parts: Sendable, Hashable {
        var key: AutoscalerKey
        var spec: AutoscalerSpec
        var extensions = HorizontalAutoscaler.Extensions()
        var selectsByOwner = false
        var writtenMetrics: [HorizontalPodAutoscaler.MetricSpec] = []
        var metricAnnotations = MetricAnnotations()
        var object: AutoscalerObject?
    }

    private final class Storage: Sendable {
        let parts: Parts
        /// Worked out once: each tick asks for it.
        let isScaledToZero: Bool

        init(_ parts: Parts) {
            self.parts = parts
            isScaledToZero = (parts.object?.status.autoscaling.conditions ?? []).contains {
                $0.type == Condition.Kind.scaledToZero.rawValue && $0.status == "True"
            }
        }
    }

    private var storage: Storage

    package init(key: AutoscalerKey, spec: AutoscalerSpec) {
        storage = Storage(Parts(key: key, spec: spec))
    }

    private mutating func change(_ change: (inout Parts) -> Void) {
        var parts = storage.parts
        change(&parts)
        storage = Storage(parts)
    }

    package var key: AutoscalerKey {
        get { storage.parts.key }
        set { change { $0.key = newValue } }
    }

    /// After defaulting.
    package var spec: AutoscalerSpec {
        get { storage.parts.spec }
        set { change { $0.spec = newValue } }
    }

    /// What the custom resource can say beyond `autoscaling/v2`; empty for any other kind.
    package var extensions: HorizontalAutoscaler.Extensions {
        get { storage.parts.extensions }
        set { change { $0.extensions = newValue } }
    }

    /// Whether only pods that the target owns count; the custom resource's default, and nobody else's.
    package var selectsByOwner: Bool {
        get { storage.parts.selectsByOwner }
        set { change { $0.selectsByOwner = newValue } }
    }

    /// The metrics as they were written, for columns: `100Mi` stays `100Mi`.
    package var writtenMetrics: [HorizontalPodAutoscaler.MetricSpec] {
        get { storage.parts.writtenMetrics }
        set { change { $0.writtenMetrics = newValue } }
    }

    /// Queries of its own for its metrics.
    package var metricAnnotations: MetricAnnotations {
        get { storage.parts.metricAnnotations }
        set { change { $0.metricAnnotations = newValue } }
    }

    /// The object in the cluster; `nil` for one that was read from a file.
    package var object: AutoscalerObject? {
        get { storage.parts.object }
        set { change { $0.object = newValue } }
    }

    /// Whether the autoscaler itself has scaled the target to zero, as its status says.
    var isScaledToZero: Bool { storage.isScaledToZero }

    /// Whether it is the other one itself, and not only equal to it.
    func isSameInstance(as other: Autoscaler) -> Bool { storage === other.storage }

    package static func == (left: Autoscaler, right: Autoscaler) -> Bool {
        left.storage === right.storage || left.storage.parts == right.storage.parts
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(storage.parts) }
}

extension Autoscaler {
    /// `nil` without a name, a namespace or a spec.
    package init?(_ object: HorizontalPodAutoscaler) {
        guard let name = object.metadata?.name, !name.isEmpty,
            let namespace = object.metadata?.namespace, !namespace.isEmpty, let spec = object.spec
        else { return nil }
        self.init(key: AutoscalerKey(namespace: namespace, name: name), spec: AutoscalerSpec(spec))
        writtenMetrics = spec.defaulted().metrics ?? []
        metricAnnotations = MetricAnnotations(object.metadata?.annotations)
    }

    /// Takes what only the custom resource has. ``object`` comes first, where there is one.
    package mutating func extend(_ extensions: HorizontalAutoscaler.Extensions) {
        self.extensions = extensions
        spec.extend(by: extensions, isAtZero: isScaledToZero)
        selectsByOwner = extensions.podSelection?.value != .selector
    }

    /// What it scales, for people: `Deployment shop/web`.
    package var targetDescription: String {
        "\(spec.scaleTargetRef.kind) \(key.namespace)/\(spec.scaleTargetRef.name)"
    }

    /// The target's name; it is in the autoscaler's namespace.
    var targetName: NamespacedName { NamespacedName(namespace: key.namespace, name: spec.scaleTargetRef.name) }

    package var mode: HorizontalAutoscaler.Mode { extensions.mode?.value ?? .active }
}

/// The object that an autoscaler was read from, and what it says of the past.
package struct AutoscalerObject: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case horizontalPodAutoscaler
        case horizontalAutoscaler
    }

    package var kind: Kind
    package var uid: String
    package var resourceVersion: String
    package var generation: Int64?
    /// As stored; of a HorizontalPodAutoscaler with the history from its annotation.
    package var status: HorizontalAutoscaler.Status {
        get { kept ?? .init() }
        set { kept = newValue }
    }
    /// Apart from the rest, which is looked at in each tick.
    @Rare private var kept: HorizontalAutoscaler.Status?

    package init(
        kind: Kind, uid: String, resourceVersion: String, generation: Int64?, status: HorizontalAutoscaler.Status
    ) {
        self.kind = kind
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        kept = status
    }
}

extension ManifestSet {
    /// The autoscalers that are valid, in the order of the files; of the same name the first alone.
    package var validAutoscalers: [Autoscaler] {
        var seen: Set<AutoscalerKey> = []
        return autoscalers.filter(\.isValid).compactMap { Autoscaler($0) }.filter { seen.insert($0.key).inserted }
    }
}

extension Autoscaler {
    /// `nil` without a name, a namespace or a spec.
    package init?(_ manifest: AutoscalerManifest) {
        self.init(manifest.autoscaler)
        if let extensions = manifest.extensions { extend(extensions) }
    }
}
