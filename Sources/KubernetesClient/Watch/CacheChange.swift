package import KubernetesTypes

/// What a cache is told by a ``Reflector``, in order.
package enum CacheChange<Entry: Sendable>: Sendable {
    /// These are all there are: the cache forgets everything else.
    case replaced([Entry])
    /// A new entry, or a new state of one.
    case stored(Entry)
    /// The object is gone; its last state.
    case deleted(Entry)
    /// There is an object that cannot be read, or there was. What was known of it before is out of date.
    case unreadable(UnreadableObject)
}

/// An object that does not have the form of its type.
package struct UnreadableObject: Sendable, Hashable, CustomStringConvertible {
    package var identity: ObjectIdentity
    /// Whether it is gone.
    package var isDeleted: Bool
    /// The field and what is wrong with it.
    package var problem: String

    package init(identity: ObjectIdentity, isDeleted: Bool, problem: String) {
        self.identity = identity
        self.isDeleted = isDeleted
        self.problem = problem
    }

    package var description: String { "\(identity.text) cannot be read: \(problem)" }
}

extension ObjectIdentity {
    /// `shop/web`, or `web` for an object of the whole cluster.
    package var text: String {
        [namespace, name ?? "an object without a name"].compactMap(\.self).joined(separator: "/")
    }
}
