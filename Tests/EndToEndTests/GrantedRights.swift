import KubernetesTypes
import MiniCluster

/// What rendered roles allow a service account: RBAC, as far as the manifests use it.
struct GrantedRights: Sendable {
    private struct Rule {
        /// Empty for every namespace.
        var namespace: String
        var groups: [String]
        var resources: [String]
        var names: [String]
        var verbs: [String]
    }

    /// One verb on one resource.
    struct Right: Hashable, Sendable, CustomStringConvertible {
        var group: String
        /// With its subresource: `deployments/scale`.
        var resource: String
        var verb: String

        var description: String { "\(verb) \(resource)" + (group.isEmpty ? "" : " of \(group)") }
    }

    private let rules: [Rule]

    /// Every right of every rule, on its own.
    var all: Set<Right> {
        var rights: Set<Right> = []
        for rule in rules {
            for group in rule.groups {
                for resource in rule.resources {
                    for verb in rule.verbs { rights.insert(Right(group: group, resource: resource, verb: verb)) }
                }
            }
        }
        return rights
    }

    init(of account: String, in manifests: RenderedManifests) {
        var rules: [Rule] = []
        for binding in manifests.all("RoleBinding") + manifests.all("ClusterRoleBinding") {
            let isBound = (binding["subjects"]?.arrayValue ?? []).contains {
                $0.text("kind") == "ServiceAccount" && "\($0.text("namespace")):\($0.text("name"))" == account
            }
            let kind = binding.text("roleRef", "kind")
            let role = manifests.all(kind).first { $0.text("metadata", "name") == binding.text("roleRef", "name") }
            guard isBound, let role else { continue }
            for rule in role["rules"]?.arrayValue ?? [] {
                rules.append(
                    Rule(
                        namespace: binding.text("metadata", "namespace"), groups: rule.texts("apiGroups"),
                        resources: rule.texts("resources"), names: rule.texts("resourceNames"),
                        verbs: rule.texts("verbs")))
            }
        }
        self.rules = rules
    }

    /// Discovery is open to everybody, as `system:discovery` has it.
    func allow(_ request: RequestAttributes) -> Bool {
        if request.resource.isEmpty { return request.verb == "get" || request.verb == "head" }
        return rules.contains { rule in
            (rule.namespace.isEmpty || rule.namespace == request.namespace) && rule.groups.contains(request.group)
                && rule.resources.contains(request.qualifiedResource) && rule.verbs.contains(request.verb)
                && (rule.names.isEmpty || rule.names.contains(request.name))
        }
    }
}
