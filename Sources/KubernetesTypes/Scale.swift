/// The scale subresource of anything that can be scaled.
///
/// - Source: `autoscaling/v1` `Scale`.
package struct Scale: Hashable, Sendable, Codable {
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

    /// How many are wanted; an absent number is 0.
    package struct Spec: Hashable, Sendable, Codable {
        package var replicas: Int32?

        package init(replicas: Int32? = nil) {
            self.replicas = replicas
        }
    }

    /// How many there are; an absent number is 0.
    package struct Status: Hashable, Sendable, Codable {
        package var replicas: Int32?
        /// Selects the pods, in text form.
        package var selector: String?

        package init(replicas: Int32? = nil, selector: String? = nil) {
            self.replicas = replicas
            self.selector = selector
        }
    }
}
