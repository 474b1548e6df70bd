internal import KubernetesTypes

/// The names of resources that a container can ask for.
///
/// - Source: `pkg/apis/core/v1/validation` and `pkg/apis/core/helper` v1.36.
enum ResourceNames {
    private static let forContainers: Set<String> = ["cpu", "memory", "ephemeral-storage"]

    /// Every name without a slash that means something, quotas included.
    private static let standard: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services",
        "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "storage", "requests.storage",
        "services.nodeports", "services.loadbalancers",
    ]

    static func validateForContainer(_ name: String, at path: FieldPath) -> [FieldError] {
        var errors = complaints(NameRules.labelKey(name), about: name, at: path)
        func refuse(_ detail: String) {
            errors.append(FieldError(.invalid, at: path, detail, value: GoText.quoted(name)))
        }
        let isHugePages = name.hasPrefix("hugepages-")
        guard name.utf8.contains(UInt8(ascii: "/")) else {
            let isStandard = standard.contains(name) || isHugePages || name.hasPrefix("requests.hugepages-")
            if errors.isEmpty, !isStandard { refuse("must be a standard resource type or fully qualified") }
            if !forContainers.contains(name), !isHugePages { refuse("must be a standard resource for containers") }
            return errors
        }
        if !isNative(name), !isExtended(name) { refuse("doesn't follow extended resource name standard") }
        return errors
    }

    private static func isNative(_ name: String) -> Bool {
        let marker = Array("kubernetes.io/".utf8)
        let bytes = Array(name.utf8)
        guard bytes.count >= marker.count else { return false }
        return (0...bytes.count - marker.count).contains { bytes[$0...].starts(with: marker) }
    }

    /// A quota must be able to name it, which adds a prefix.
    private static func isExtended(_ name: String) -> Bool {
        !name.hasPrefix("requests.") && NameRules.labelKey("requests." + name).isEmpty
    }
}
