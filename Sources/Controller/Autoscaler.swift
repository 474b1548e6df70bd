package import Autoscaling
package import KubernetesTypes
package import Manifests

/// Names one autoscaler among all: `shop/web`.
package struct AutoscalerKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: AutoscalerKey, right: AutoscalerKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// An autoscaler as the controller works with it, wherever it came from.
package struct Autoscaler: Sendable, Hashable {
    package var key: AutoscalerKey
    /// After defaulting.
    package var spec: AutoscalerSpec

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
    }

    /// What it scales, for people: `Deployment shop/web`.
    package var targetDescription: String {
        "\(spec.scaleTargetRef.kind) \(key.namespace)/\(spec.scaleTargetRef.name)"
    }
}

extension ManifestSet {
    /// The autoscalers that are valid, in the order of the files; of the same name the first alone.
    package var validAutoscalers: [Autoscaler] {
        var seen: Set<AutoscalerKey> = []
        return autoscalers.filter(\.isValid).compactMap { Autoscaler($0.autoscaler) }
            .filter { seen.insert($0.key).inserted }
    }
}
