internal import Autoscaling
package import KubernetesTypes
internal import Manifests

/// What keeps an object of the cluster from being worked with: a rule that the API server did not hold it to.
package struct InvalidAutoscaler: Error, Hashable, Sendable {
    /// The field, and what is wrong with it.
    package var problem: String
}

extension Autoscaler {
    /// An object of the cluster as the controller reads it, with what its status has kept.
    ///
    /// - Parameter kind: What it was read as; a HorizontalPodAutoscaler by way of ``HorizontalAutoscaler/init(reading:)``.
    package init(_ object: HorizontalAutoscaler, kind: AutoscalerObject.Kind) throws(InvalidAutoscaler) {
        var common = HorizontalPodAutoscaler(object)
        common.spec = common.spec?.defaulted()
        if let unknown = object.spec?.extensions.unknownChoices.first {
            let known = unknown.supported.joined(separator: ", ")
            throw InvalidAutoscaler(problem: "spec.\(unknown.field): '\(unknown.text)' is not one of \(known)")
        }
        // HorizontalPodAutoscalers have passed the API server's own rules, which may be newer than ours.
        if kind == .horizontalAutoscaler, let error = common.validate(FeatureGates()).first {
            throw InvalidAutoscaler(problem: "\(error.path): \(error.message)")
        }
        if kind == .horizontalAutoscaler, let error = object.validate().first {
            throw InvalidAutoscaler(problem: "\(error.path): \(error.message)")
        }
        guard var autoscaler = Autoscaler(common) else { throw InvalidAutoscaler(problem: "it has no spec") }
        autoscaler.object = AutoscalerObject(
            kind: kind, uid: object.metadata?.uid ?? "", resourceVersion: object.metadata?.resourceVersion ?? "",
            generation: object.metadata?.generation, status: object.status ?? .init())
        if kind == .horizontalAutoscaler { autoscaler.extend(object.spec?.extensions ?? .init()) }
        self = autoscaler
    }
}

extension HorizontalAutoscaler {
    /// A HorizontalPodAutoscaler with the history that its annotation keeps.
    package init(reading object: HorizontalPodAutoscaler) {
        self.init(
            apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata,
            spec: object.spec.map { Spec(autoscaling: $0) },
            status: Status(
                autoscaling: object.status ?? .init(),
                extensions: .init(history: HistoryAnnotation.read(object.metadata?.annotations))))
    }
}
