internal import KubernetesTypes

/// The status of an autoscaler's object as a write of ours left it: what the next one is compared with until the watch
/// shows it, or something newer.
struct WrittenStatus: Sendable, Hashable {
    var status: HorizontalAutoscaler.Status
    var resourceVersion: String

    /// Whether the watch has shown this status, or something newer.
    func isShown(by object: AutoscalerObject) -> Bool {
        !ResourceVersion(object.resourceVersion).isOlder(than: ResourceVersion(resourceVersion))
    }

    /// The status that the API server has now, as far as is known.
    static func latest(_ written: WrittenStatus?, _ object: AutoscalerObject) -> HorizontalAutoscaler.Status {
        guard let written, !written.isShown(by: object) else { return object.status }
        return written.status
    }
}
