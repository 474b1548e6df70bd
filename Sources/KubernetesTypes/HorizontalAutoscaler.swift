/// The custom resource `HorizontalAutoscaler`, short name `hza`: a HorizontalPodAutoscaler that the cluster's own HPA
/// controller leaves alone.
///
/// Everything of `autoscaling/v2` stands in it as it does there, and beside it what only this kind has.
package struct HorizontalAutoscaler: Hashable, Sendable, Codable {
    package static let apiVersion = "swiftlet.dev/v1alpha1"
    package static let kind = "HorizontalAutoscaler"

    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var spec: Spec?
    package var status: Status?

    package init(
        apiVersion: String? = HorizontalAutoscaler.apiVersion,
        kind: String? = HorizontalAutoscaler.kind,
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

    /// What is asked for: two sets of fields in one object.
    package struct Spec: Hashable, Sendable, Codable {
        /// The fields of `autoscaling/v2`.
        package var autoscaling: HorizontalPodAutoscaler.Spec
        /// The fields that only this kind has.
        package var extensions: Extensions

        package init(autoscaling: HorizontalPodAutoscaler.Spec = .init(), extensions: Extensions = .init()) {
            self.autoscaling = autoscaling
            self.extensions = extensions
        }

        package init(from decoder: any Decoder) throws {
            autoscaling = try HorizontalPodAutoscaler.Spec(from: decoder)
            extensions = try Extensions(from: decoder)
        }

        package func encode(to encoder: any Encoder) throws {
            try autoscaling.encode(to: encoder)
            try extensions.encode(to: encoder)
        }
    }

    /// What the controller last did and why, and what it must not forget: two sets of fields in one object.
    package struct Status: Hashable, Sendable, Codable {
        /// The fields of `autoscaling/v2`.
        package var autoscaling: HorizontalPodAutoscaler.Status
        /// The fields that only this kind has.
        package var extensions: StatusExtensions

        package init(
            autoscaling: HorizontalPodAutoscaler.Status = .init(), extensions: StatusExtensions = .init()
        ) {
            self.autoscaling = autoscaling
            self.extensions = extensions
        }

        package init(from decoder: any Decoder) throws {
            autoscaling = try HorizontalPodAutoscaler.Status(from: decoder)
            extensions = try StatusExtensions(from: decoder)
        }

        package func encode(to encoder: any Encoder) throws {
            try autoscaling.encode(to: encoder)
            try extensions.encode(to: encoder)
        }
    }
}

extension HorizontalPodAutoscaler {
    /// The part of a custom resource that this kind has too; the status is the custom resource's own.
    package init(_ autoscaler: HorizontalAutoscaler) {
        self.init(
            apiVersion: autoscaler.apiVersion, kind: autoscaler.kind ?? HorizontalAutoscaler.kind,
            metadata: autoscaler.metadata,
            spec: autoscaler.spec?.autoscaling, status: autoscaler.status?.autoscaling)
    }
}
