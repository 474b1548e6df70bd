/// Which object something is about, and in which version: the least that is read of any object.
package struct ObjectIdentity: Hashable, Sendable, Decodable {
    /// `nil` for an object of the whole cluster.
    package var namespace: String?
    package var name: String?
    /// `nil` where the server sent none.
    package var resourceVersion: String?

    package init(namespace: String? = nil, name: String? = nil, resourceVersion: String? = nil) {
        self.namespace = namespace
        self.name = name
        self.resourceVersion = resourceVersion
    }

    private enum CodingKeys: String, CodingKey {
        case metadata
    }

    private enum MetadataKeys: String, CodingKey {
        case namespace, name, resourceVersion
    }

    package init(from decoder: any Decoder) throws {
        let metadata = try decoder.container(keyedBy: CodingKeys.self)
            .nestedContainer(keyedBy: MetadataKeys.self, forKey: .metadata)
        namespace = try metadata.decodeIfPresent(String.self, forKey: .namespace)
        name = try metadata.decodeIfPresent(String.self, forKey: .name)
        resourceVersion = try metadata.decodeIfPresent(String.self, forKey: .resourceVersion)
    }
}

/// An object of a list, or what is known of one that does not have the form of its type.
///
/// One broken object must not hide the others from whoever reads them.
package enum ReadObject<Object: Decodable & Sendable>: Decodable, Sendable {
    case object(Object)
    case unreadable(ObjectIdentity, any Error)

    package init(from decoder: any Decoder) throws {
        do {
            self = .object(try Object(from: decoder))
        } catch {
            // Any error: for a number that does not fit `JSONDecoder` has one of its own, which becomes a `DecodingError`
            // of the whole document only where it leaves the decoder.
            self = .unreadable((try? ObjectIdentity(from: decoder)) ?? ObjectIdentity(), error)
        }
    }
}

/// One line of a watch.
///
/// An `ERROR` carries a ``Status``, a `BOOKMARK` an object that has only a resource version.
package struct WatchEvent<Object: Decodable & Sendable>: Decodable, Sendable {
    package enum Change: Sendable {
        case added(Object)
        case modified(Object)
        case deleted(Object)
        /// Everything up to this resource version has been sent; with the annotation `k8s.io/initial-events-end` the
        /// initial list is complete.
        case bookmark(ObjectMeta)
        case error(Status)
        /// An object that does not have the form of its type, and why; its identity has a resource version.
        case unreadable(isDeleted: Bool, any Error)
        /// A type that this version does not know.
        case unknown(String)
    }

    package var change: Change
    /// Of the object that the event carries; empty for errors.
    package var identity: ObjectIdentity

    private enum CodingKeys: String, CodingKey {
        case type, object
    }

    private struct MetadataOnly: Decodable {
        var metadata: ObjectMeta?
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let type = try container.decode(String.self, forKey: .type)
        switch type {
        case "ADDED", "MODIFIED", "DELETED":
            identity = try container.decode(ObjectIdentity.self, forKey: .object)
            do {
                let object = try container.decode(Object.self, forKey: .object)
                change = type == "ADDED" ? .added(object) : type == "DELETED" ? .deleted(object) : .modified(object)
            } catch {
                // Without a version the watch could not go on after it.
                guard identity.resourceVersion != nil else { throw error }
                change = .unreadable(isDeleted: type == "DELETED", error)
            }
        case "BOOKMARK":
            let metadata = try container.decode(MetadataOnly.self, forKey: .object).metadata ?? ObjectMeta()
            change = .bookmark(metadata)
            identity = ObjectIdentity(resourceVersion: metadata.resourceVersion)
        case "ERROR":
            change = .error(try container.decode(Status.self, forKey: .object))
            identity = ObjectIdentity()
        default:
            change = .unknown(type)
            identity = ObjectIdentity()
        }
    }
}
