package import Autoscaling

/// The part of a Deployment that scaling looks at.
///
/// - Source: `apps/v1` `Deployment`.
package struct Deployment: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var spec: Spec?
    package var status: Status?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        metadata: ObjectMeta? = nil,
        spec: Spec? = nil,
        status: Status? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// What is wanted.
    package struct Spec: Hashable, Sendable, Codable {
        /// Absent means 1.
        package var replicas: Int32?
        package var selector: LabelSelector?
        package var template: PodTemplate?
        package var paused: Bool?

        package init(
            replicas: Int32? = nil,
            selector: LabelSelector? = nil,
            template: PodTemplate? = nil,
            paused: Bool? = nil
        ) {
            self.replicas = replicas
            self.selector = selector
            self.template = template
            self.paused = paused
        }
    }

    /// What its pods are made from.
    package struct PodTemplate: Hashable, Sendable, Codable {
        package var metadata: ObjectMeta?
        package var spec: Pod.Spec?

        package init(metadata: ObjectMeta? = nil, spec: Pod.Spec? = nil) {
            self.metadata = metadata
            self.spec = spec
        }
    }

    /// What there is.
    package struct Status: Hashable, Sendable, Codable {
        package var observedGeneration: Int64?
        package var replicas: Int32?
        package var updatedReplicas: Int32?
        package var readyReplicas: Int32?
        package var availableReplicas: Int32?
        package var unavailableReplicas: Int32?

        package init(
            observedGeneration: Int64? = nil,
            replicas: Int32? = nil,
            updatedReplicas: Int32? = nil,
            readyReplicas: Int32? = nil,
            availableReplicas: Int32? = nil,
            unavailableReplicas: Int32? = nil
        ) {
            self.observedGeneration = observedGeneration
            self.replicas = replicas
            self.updatedReplicas = updatedReplicas
            self.readyReplicas = readyReplicas
            self.availableReplicas = availableReplicas
            self.unavailableReplicas = unavailableReplicas
        }
    }
}
