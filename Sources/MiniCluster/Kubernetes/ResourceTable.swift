/// The kinds that a cluster serves; custom resources are added as further rows.
package struct ResourceTable: Sendable {
    package private(set) var kinds: [ResourceKind]

    package init(_ kinds: [ResourceKind] = ResourceTable.builtIn) {
        self.kinds = kinds
    }

    /// Adds a kind, or replaces the one of the same group, version and plural.
    package mutating func add(_ kind: ResourceKind) {
        kinds.removeAll { $0.groupVersion == kind.groupVersion && $0.plural == kind.plural }
        kinds.append(kind)
    }

    package mutating func remove(_ groupVersion: GroupVersion, plural: String) {
        kinds.removeAll { $0.groupVersion == groupVersion && $0.plural == plural }
    }

    /// The row for a path such as `/apis/apps/v1/deployments`.
    package func kind(_ groupVersion: GroupVersion, plural: String) -> ResourceKind? {
        kinds.first { $0.groupVersion == groupVersion && $0.plural == plural }
    }

    /// The first row of a kind by its name, as in a manifest; used where no version matters.
    package func kind(named kind: String, group: String) -> ResourceKind? {
        kinds.first { $0.kind == kind && $0.group == group }
    }

    /// Groups in the order of the table, without the core group.
    var groups: [String] {
        var seen: [String] = []
        for kind in kinds where !kind.group.isEmpty && !seen.contains(kind.group) { seen.append(kind.group) }
        return seen
    }

    /// Versions of a group, the preferred one first.
    func versions(of group: String) -> [String] {
        var seen: [String] = []
        for kind in kinds where kind.group == group && !seen.contains(kind.groupVersion.version) {
            seen.append(kind.groupVersion.version)
        }
        return seen
    }

    func kinds(in groupVersion: GroupVersion) -> [ResourceKind] {
        kinds.filter { $0.groupVersion == groupVersion }.sorted { $0.plural < $1.plural }
    }
}

extension ResourceTable {

    /// What an autoscaler and its demonstration need of a cluster.
    package static let builtIn: [ResourceKind] = [
        .namespaces, .nodes, .pods, .services, .events, .configMaps,
        .serviceAccounts, .deployments, .replicaSets, .statefulSets,
        .horizontalPodAutoscalers, .horizontalPodAutoscalersV1,
        .leases, .eventsV1, .roles, .roleBindings, .clusterRoles, .clusterRoleBindings,
        .podDisruptionBudgets, .networkPolicies, .customResourceDefinitions,
    ]
}

extension ResourceKind {
    private static let core = GroupVersion(group: "", version: "v1")
    private static let apps = GroupVersion(group: "apps", version: "v1")

    package static let namespaces = ResourceKind(
        core, plural: "namespaces", kind: "Namespace", shortNames: ["ns"], isNamespaced: false, hasStatus: true)
    package static let nodes = ResourceKind(
        core, plural: "nodes", kind: "Node", shortNames: ["no"], isNamespaced: false, hasStatus: true)
    package static let pods = ResourceKind(
        core, plural: "pods", kind: "Pod", shortNames: ["po"], categories: ["all"], hasGeneration: true,
        hasStatus: true)
    package static let services = ResourceKind(
        core, plural: "services", kind: "Service", shortNames: ["svc"], categories: ["all"], hasStatus: true)
    package static let events = ResourceKind(core, plural: "events", kind: "Event", shortNames: ["ev"])
    package static let configMaps = ResourceKind(core, plural: "configmaps", kind: "ConfigMap", shortNames: ["cm"])

    package static let deployments = ResourceKind(
        apps, plural: "deployments", kind: "Deployment", shortNames: ["deploy"], categories: ["all"],
        hasGeneration: true, hasStatus: true, scale: ScaleMapping())
    package static let replicaSets = ResourceKind(
        apps, plural: "replicasets", kind: "ReplicaSet", shortNames: ["rs"], categories: ["all"],
        hasGeneration: true, hasStatus: true, scale: ScaleMapping())
    package static let statefulSets = ResourceKind(
        apps, plural: "statefulsets", kind: "StatefulSet", shortNames: ["sts"], categories: ["all"],
        hasGeneration: true, hasStatus: true, scale: ScaleMapping())

    package static let horizontalPodAutoscalers = ResourceKind(
        GroupVersion(group: "autoscaling", version: "v2"), plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler", shortNames: ["hpa"], categories: ["all"], hasStatus: true)
    package static let horizontalPodAutoscalersV1 = ResourceKind(
        GroupVersion(group: "autoscaling", version: "v1"), plural: "horizontalpodautoscalers",
        kind: "HorizontalPodAutoscaler", shortNames: ["hpa"], categories: ["all"], hasStatus: true,
        conversion: .autoscalingV1)

    package static let leases = ResourceKind(
        GroupVersion(group: "coordination.k8s.io", version: "v1"), plural: "leases", kind: "Lease")
    package static let eventsV1 = ResourceKind(
        GroupVersion(group: "events.k8s.io", version: "v1"), plural: "events", kind: "Event", shortNames: ["ev"],
        conversion: .eventsV1, storage: "events")

    package static let serviceAccounts = ResourceKind(
        core, plural: "serviceaccounts", kind: "ServiceAccount", shortNames: ["sa"])
    private static let rbac = GroupVersion(group: "rbac.authorization.k8s.io", version: "v1")
    package static let roles = ResourceKind(rbac, plural: "roles", kind: "Role")
    package static let roleBindings = ResourceKind(rbac, plural: "rolebindings", kind: "RoleBinding")
    package static let clusterRoles = ResourceKind(
        rbac, plural: "clusterroles", kind: "ClusterRole", isNamespaced: false)
    package static let clusterRoleBindings = ResourceKind(
        rbac, plural: "clusterrolebindings", kind: "ClusterRoleBinding", isNamespaced: false)
    package static let podDisruptionBudgets = ResourceKind(
        GroupVersion(group: "policy", version: "v1"), plural: "poddisruptionbudgets", kind: "PodDisruptionBudget",
        shortNames: ["pdb"], hasGeneration: true, hasStatus: true)
    package static let networkPolicies = ResourceKind(
        GroupVersion(group: "networking.k8s.io", version: "v1"), plural: "networkpolicies", kind: "NetworkPolicy",
        shortNames: ["netpol"], hasGeneration: true)
    package static let customResourceDefinitions = ResourceKind(
        GroupVersion(group: "apiextensions.k8s.io", version: "v1"), plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", shortNames: ["crd", "crds"], categories: ["api-extensions"],
        isNamespaced: false, hasGeneration: true, hasStatus: true)
}
