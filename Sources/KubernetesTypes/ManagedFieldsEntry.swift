/// Who set fields of an object, and when: of the fields themselves only whether `spec.replicas` is among them.
///
/// - Source: `meta/v1` `ManagedFieldsEntry`; `fieldsV1` is a tree of keys such as `f:spec`.
package struct ManagedFieldsEntry: Hashable, Sendable, Decodable {
    /// E.g. `kubectl-edit`; empty where the server sent none.
    package var manager: String
    /// `Apply` for server-side apply, `Update` for every other write.
    package var operation: String?
    /// E.g. `scale` or `status`; `nil` for a write of the object itself.
    package var subresource: String?
    /// When the set of its fields or a value of them was last changed.
    package var time: Time?
    /// Whether `spec.replicas` is among the fields.
    package var setsReplicas: Bool

    package init(
        manager: String, operation: String? = nil, subresource: String? = nil, time: Time? = nil, setsReplicas: Bool
    ) {
        self.manager = manager
        self.operation = operation
        self.subresource = subresource
        self.time = time
        self.setsReplicas = setsReplicas
    }

    private enum CodingKeys: String, CodingKey {
        case manager, operation, subresource, time, fieldsV1
    }

    private enum FieldKeys: String, CodingKey {
        case spec = "f:spec"
        case replicas = "f:replicas"
    }

    /// Fails only where the entry is not an object: what others wrote here must not make an object unreadable.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        manager = (try? container.decodeIfPresent(String.self, forKey: .manager)) ?? ""
        operation = try? container.decodeIfPresent(String.self, forKey: .operation)
        subresource = (try? container.decodeIfPresent(String.self, forKey: .subresource)).flatMap {
            $0.isEmpty ? nil : $0
        }
        time = try? container.decodeIfPresent(Time.self, forKey: .time)
        let spec = try? container.nestedContainer(keyedBy: FieldKeys.self, forKey: .fieldsV1)
            .nestedContainer(keyedBy: FieldKeys.self, forKey: .spec)
        setsReplicas = spec?.contains(.replicas) ?? false
    }
}

/// An object together with its managed fields, for those few that need them, e.g. `Managed<Deployment>`.
///
/// Reading them for every pod would cost as much again as the pods.
package struct Managed<Object: Decodable & Sendable>: Decodable, Sendable {
    package var object: Object
    /// In the server's order; empty when there are none.
    package var managedFields: [ManagedFieldsEntry]

    package init(object: Object, managedFields: [ManagedFieldsEntry] = []) {
        self.object = object
        self.managedFields = managedFields
    }

    private enum CodingKeys: String, CodingKey {
        case metadata
    }

    private enum MetadataKeys: String, CodingKey {
        case managedFields
    }

    package init(from decoder: any Decoder) throws {
        object = try Object(from: decoder)
        let metadata = try? decoder.container(keyedBy: CodingKeys.self)
            .nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
        managedFields = (try? metadata?.decodeIfPresent([ManagedFieldsEntry].self, forKey: .managedFields)) ?? []
    }
}

extension Managed: Equatable where Object: Equatable {}
