package import Autoscaling
package import KubernetesTypes
package import Manifests

/// An autoscaler as the controller works with it, wherever it came from.
package struct Autoscaler: Sendable, Hashable {
    package var key: AutoscalerKey
    /// After defaulting.
    package var spec: AutoscalerSpec
    /// What the custom resource can say beyond `autoscaling/v2`; empty for any other kind.
    package var extensions = HorizontalAutoscaler.Extensions()
    /// Whether only pods that the target owns count; the custom resource's default, and nobody else's.
    package var selectsByOwner = false
    /// The metrics as they were written, for columns: `100Mi` stays `100Mi`.
    package var writtenMetrics: [HorizontalPodAutoscaler.MetricSpec] = []
    /// Queries of its own for its metrics.
    package var metricAnnotations = MetricAnnotations()
    /// The object in the cluster; `nil` for one that was read from a file.
    package var object: AutoscalerObject?

    package init(key: AutoscalerKey, spec: AutoscalerSpec) {
        self.key = key
        self.spec = spec
    }

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

    /// Whether the autoscaler itself has scaled the target to zero, as its status says.
    var isScaledToZero: Bool {
        (object?.status.autoscaling.conditions ?? []).contains {
            $0.type == Condition.Kind.scaledToZero.rawValue && $0.status == "True"
        }
    }

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
    package var status: HorizontalAutoscaler.Status

    package init(
        kind: Kind, uid: String, resourceVersion: String, generation: Int64?, status: HorizontalAutoscaler.Status
    ) {
        self.kind = kind
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.status = status
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
