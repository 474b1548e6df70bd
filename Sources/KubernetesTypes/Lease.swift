/// Who leads, and since when.
///
/// - Source: `coordination.k8s.io/v1` `Lease`.
package struct Lease: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ObjectMeta?
    package var spec: Spec?

    package init(apiVersion: String? = nil, kind: String? = nil, metadata: ObjectMeta? = nil, spec: Spec? = nil) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.spec = spec
    }

    /// The hold on the lease.
    package struct Spec: Hashable, Sendable, Codable {
        package var holderIdentity: String?
        package var leaseDurationSeconds: Int32?
        package var acquireTime: MicroTime?
        package var renewTime: MicroTime?
        package var leaseTransitions: Int32?

        package init(
            holderIdentity: String? = nil,
            leaseDurationSeconds: Int32? = nil,
            acquireTime: MicroTime? = nil,
            renewTime: MicroTime? = nil,
            leaseTransitions: Int32? = nil
        ) {
            self.holderIdentity = holderIdentity
            self.leaseDurationSeconds = leaseDurationSeconds
            self.acquireTime = acquireTime
            self.renewTime = renewTime
            self.leaseTransitions = leaseTransitions
        }
    }
}
