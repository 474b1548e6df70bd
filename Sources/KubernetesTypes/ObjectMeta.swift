/// The object that owns this one.
///
/// - Source: `meta/v1` `OwnerReference`.
package struct OwnerReference: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?
    package var name: String?
    package var uid: String?
    /// True for the one owner that manages this object.
    package var controller: Bool?
    package var blockOwnerDeletion: Bool?

    package init(
        apiVersion: String? = nil,
        kind: String? = nil,
        name: String? = nil,
        uid: String? = nil,
        controller: Bool? = nil,
        blockOwnerDeletion: Bool? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.controller = controller
        self.blockOwnerDeletion = blockOwnerDeletion
    }
}

/// What every stored object has. Managed fields are left out, for they are half of an object: ``Managed`` reads them for
/// whoever asks.
///
/// - Source: `meta/v1` `ObjectMeta`.
package struct ObjectMeta: Hashable, Sendable, Codable {
    package var name: String?
    package var generateName: String?
    package var namespace: String?
    package var uid: String?
    /// The version of the stored object: opaque, only to be compared for equality.
    package var resourceVersion: String?
    /// Counts changes of the spec.
    package var generation: Int64?
    package var creationTimestamp: Time?
    package var deletionTimestamp: Time?
    package var labels: [String: String]?
    package var annotations: [String: String]?
    package var ownerReferences: [OwnerReference]?
    package var finalizers: [String]?

    package init(
        name: String? = nil,
        generateName: String? = nil,
        namespace: String? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        generation: Int64? = nil,
        creationTimestamp: Time? = nil,
        deletionTimestamp: Time? = nil,
        labels: [String: String]? = nil,
        annotations: [String: String]? = nil,
        ownerReferences: [OwnerReference]? = nil,
        finalizers: [String]? = nil
    ) {
        self.name = name
        self.generateName = generateName
        self.namespace = namespace
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.creationTimestamp = creationTimestamp
        self.deletionTimestamp = deletionTimestamp
        self.labels = labels
        self.annotations = annotations
        self.ownerReferences = ownerReferences
        self.finalizers = finalizers
    }
}

/// What a list has of its own.
///
/// - Source: `meta/v1` `ListMeta`.
package struct ListMeta: Hashable, Sendable, Codable {
    /// Where a watch that continues this list starts.
    package var resourceVersion: String?
    /// The token of the next page; absent on the last.
    package var `continue`: String?
    package var remainingItemCount: Int64?

    package init(resourceVersion: String? = nil, `continue`: String? = nil, remainingItemCount: Int64? = nil) {
        self.resourceVersion = resourceVersion
        self.continue = `continue`
        self.remainingItemCount = remainingItemCount
    }
}

/// Which type an object says it is of.
///
/// - Source: `meta/v1` `TypeMeta`.
package struct TypeMeta: Hashable, Sendable, Codable {
    package var apiVersion: String?
    package var kind: String?

    package init(apiVersion: String? = nil, kind: String? = nil) {
        self.apiVersion = apiVersion
        self.kind = kind
    }
}

/// A page of objects.
package struct List<Item: Codable & Sendable>: Codable, Sendable {
    package var apiVersion: String?
    package var kind: String?
    package var metadata: ListMeta?
    package var items: [Item]?

    package init(apiVersion: String? = nil, kind: String? = nil, metadata: ListMeta? = nil, items: [Item]? = nil) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.metadata = metadata
        self.items = items
    }
}

extension List: Equatable where Item: Equatable {}
