/// A resource of the API: what is served under one path.
package struct Resource: Sendable, Hashable {
    /// The API group, empty for the core group.
    package var group: String
    package var version: String
    /// The plural name in the path, e.g. `deployments`.
    package var plural: String
    /// E.g. `Deployment`.
    package var kind: String
    /// Whether its objects lie in namespaces; others are of the cluster.
    package var isNamespaced: Bool

    package init(group: String, version: String, plural: String, kind: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.isNamespaced = isNamespaced
    }

    /// Group and version as objects carry it: `apps/v1`, or `v1` for the core group.
    package var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// As errors of the API server name it: `deployments.apps`, or `pods` for the core group.
    package var qualifiedName: String { group.isEmpty ? plural : plural + "." + group }

    /// `/apis/GROUP/VERSION`, or `/api/VERSION` for the core group.
    var groupVersionPath: String {
        let version = PercentEncoding.encode(version)
        return group.isEmpty ? "/api/" + version : "/apis/" + PercentEncoding.encode(group) + "/" + version
    }
}

extension Resource {
    package static let pods = Resource(group: "", version: "v1", plural: "pods", kind: "Pod")
    package static let events = Resource(group: "", version: "v1", plural: "events", kind: "Event")
    package static let replicationControllers = Resource(
        group: "", version: "v1", plural: "replicationcontrollers", kind: "ReplicationController")
    package static let deployments = Resource(group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    package static let statefulSets = Resource(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    package static let replicaSets = Resource(group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet")
    package static let leases = Resource(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
    package static let horizontalPodAutoscalers = Resource(
        group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler")
    package static let horizontalAutoscalers = Resource(
        group: "swiftlet.dev", version: "v1alpha1", plural: "horizontalautoscalers", kind: "HorizontalAutoscaler")
}

/// The address of one object, of a part of it, or of a whole collection.
package struct ResourcePath: Sendable, Hashable {
    package var resource: Resource
    /// `nil` for all namespaces, and for resources that have none.
    package var namespace: String?
    /// `nil` for the collection.
    package var name: String?
    /// E.g. `scale` or `status`.
    package var subresource: String?

    private init(resource: Resource, namespace: String?, name: String?, subresource: String?) {
        self.resource = resource
        self.namespace = resource.isNamespaced ? namespace : nil
        self.name = name
        self.subresource = subresource
    }

    /// One object, or a subresource of it. A resource without namespaces ignores the namespace.
    package static func object(
        _ resource: Resource, namespace: String?, name: String, subresource: String? = nil
    ) -> ResourcePath {
        ResourcePath(resource: resource, namespace: namespace, name: name, subresource: subresource)
    }

    /// The objects of one namespace, or of all with `nil`.
    package static func collection(_ resource: Resource, namespace: String?) -> ResourcePath {
        ResourcePath(resource: resource, namespace: namespace, name: nil, subresource: nil)
    }

    /// The path of the URL. Every segment is encoded: a name with a slash in it cannot reach another object.
    package var path: String {
        var path = resource.groupVersionPath
        if let namespace { path += "/namespaces/" + PercentEncoding.encode(namespace) }
        path += "/" + PercentEncoding.encode(resource.plural)
        if let name { path += "/" + PercentEncoding.encode(name) }
        if let subresource { path += "/" + PercentEncoding.encode(subresource) }
        return path
    }

    /// The resource as RBAC rules name it: `deployments/scale`.
    var ruleName: String { subresource.map { resource.plural + "/" + $0 } ?? resource.plural }
}

extension ResourcePath: CustomStringConvertible {
    /// For people: `scale of deployments.apps "web" in namespace "shop"`.
    package var description: String {
        var text = subresource.map { $0 + " of " } ?? ""
        text += resource.qualifiedName
        if let name { text += " \"\(name)\"" }
        if let namespace { text += " in namespace \"\(namespace)\"" }
        return text
    }
}
