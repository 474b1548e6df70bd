/// An API group and a version of it; the group of core objects is empty.
package struct GroupVersion: Hashable, Sendable, CustomStringConvertible {
    package var group: String
    package var version: String

    package init(group: String, version: String) {
        self.group = group
        self.version = version
    }

    /// As in `apiVersion`: `apps/v1`, `v1`.
    package var description: String { group.isEmpty ? version : "\(group)/\(version)" }
}

/// Where the `scale` subresource finds its numbers in an object.
package struct ScaleMapping: Hashable, Sendable {
    /// How the selector of the pods is kept.
    package enum Selector: Hashable, Sendable {
        /// As a LabelSelector object, like a Deployment's `spec.selector`.
        case object(path: [String])
        /// As text, like a custom resource's `labelSelectorPath`.
        case text(path: [String])
        case none
    }

    package var specReplicas: [String]
    package var statusReplicas: [String]
    package var selector: Selector

    package init(
        specReplicas: [String] = ["spec", "replicas"],
        statusReplicas: [String] = ["status", "replicas"],
        selector: Selector = .object(path: ["spec", "selector"])
    ) {
        self.specReplicas = specReplicas
        self.statusReplicas = statusReplicas
        self.selector = selector
    }
}

/// One kind of object as one version of the API serves it: a row of the resource table.
package struct ResourceKind: Hashable, Sendable {
    /// How objects of this version differ from those that are stored.
    package enum Conversion: Hashable, Sendable {
        case none
        /// HorizontalPodAutoscaler `autoscaling/v1`; stored is `v2`.
        case autoscalingV1
        /// Event `events.k8s.io/v1`; stored is core `v1`.
        case eventsV1
    }

    package var groupVersion: GroupVersion
    package var plural: String
    package var singular: String
    package var kind: String
    package var shortNames: [String]
    package var categories: [String]
    package var isNamespaced: Bool
    /// Whether a change of anything but metadata and status counts up `metadata.generation`.
    package var hasGeneration: Bool
    package var hasStatus: Bool
    /// Whether strategic merge patches are understood; for custom resources they are not.
    package var hasStrategicMerge: Bool
    package var scale: ScaleMapping?
    package var conversion: Conversion
    /// Of a custom resource; `nil` for the server's own kinds.
    package var schema: StructuralSchema?
    /// Of a custom resource's table, beside the name; without any the age stands there.
    package var columns: [PrinterColumn] = []
    /// Where the objects lie; the versions of one kind share it.
    package var storage: String

    package init(
        _ groupVersion: GroupVersion,
        plural: String,
        kind: String,
        shortNames: [String] = [],
        categories: [String] = [],
        isNamespaced: Bool = true,
        hasGeneration: Bool = false,
        hasStatus: Bool = false,
        hasStrategicMerge: Bool = true,
        scale: ScaleMapping? = nil,
        conversion: Conversion = .none,
        storage: String? = nil
    ) {
        self.groupVersion = groupVersion
        self.plural = plural
        self.singular = kind.lowercased()
        self.kind = kind
        self.shortNames = shortNames
        self.categories = categories
        self.isNamespaced = isNamespaced
        self.hasGeneration = hasGeneration
        self.hasStatus = hasStatus
        self.hasStrategicMerge = hasStrategicMerge
        self.scale = scale
        self.conversion = conversion
        self.storage = storage ?? Self.qualified(plural, groupVersion.group)
    }

    package var group: String { groupVersion.group }
    package var apiVersion: String { groupVersion.description }
    /// As in messages: `deployments.apps`, `pods`.
    package var qualifiedResource: String { Self.qualified(plural, group) }
    /// As in messages of validation: `Deployment.apps`, `Pod`.
    package var qualifiedKind: String { Self.qualified(kind, group) }

    private static func qualified(_ name: String, _ group: String) -> String {
        group.isEmpty ? name : "\(name).\(group)"
    }

    /// The kind as messages of validation name it: events are validated as those of the core group.
    var validated: ResourceKind { conversion == .eventsV1 ? .events : self }

    /// The subresources served, in the order of discovery.
    var subresources: [Subresource] {
        (scale == nil ? [] : [.scale]) + (hasStatus ? [.status] : [])
    }

    /// The verbs of discovery; namespaces cannot be deleted as a collection.
    var verbs: [String] {
        let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        return plural == "namespaces" ? all.filter { $0 != "deletecollection" } : all
    }
}

/// A part of an object with an address of its own.
enum Subresource: String, Hashable, Sendable {
    case scale
    case status
}
