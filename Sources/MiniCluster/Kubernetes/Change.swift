package import KubernetesTypes

/// The address of an object among those of its kind; the order is that of lists.
package struct ObjectKey: Hashable, Comparable, Sendable {
    /// Empty for objects that belong to no namespace.
    package var namespace: String
    package var name: String

    package init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// One write to the store.
package struct Change: Sendable {
    package enum Action: String, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
    }

    /// The version of the whole store after this write; the object carries it too.
    package var resourceVersion: Int64
    package var action: Action
    /// ``ResourceKind/storage`` of its kind.
    package var storage: String
    package var key: ObjectKey
    /// The object after the write, or as it was last for a deletion; in its stored version.
    package var object: JSONValue
    /// The object before the write.
    package var previous: JSONValue?
}

/// The last writes, bounded: what watches and paged lists can still look back on.
struct ChangeHistory {
    private var changes: [Change] = []
    private let limit: Int
    /// Everything after this version is still here; watches from before it are too old.
    private(set) var compactedThrough: Int64

    init(limit: Int, startingAt version: Int64) {
        self.limit = limit
        self.compactedThrough = version
    }

    mutating func append(_ change: Change) {
        changes.append(change)
        // Half is dropped at a time, so that a write does not move the whole array.
        if changes.count > limit { drop(changes.count - limit / 2) }
    }

    mutating func compact() {
        drop(changes.count)
    }

    private mutating func drop(_ count: Int) {
        guard count > 0 else { return }
        compactedThrough = changes[count - 1].resourceVersion
        changes.removeFirst(count)
    }

    /// The writes after a version, in order; `nil` when some of them are gone.
    func since(_ version: Int64) -> ArraySlice<Change>? {
        guard version >= compactedThrough else { return nil }
        return changes[(changes.firstIndex { $0.resourceVersion > version } ?? changes.endIndex)...]
    }

    /// The objects of a kind as they were at an earlier version; `nil` when that is too long ago.
    func rewound(
        _ objects: [ObjectKey: JSONValue], storage: String, to version: Int64
    ) -> [ObjectKey: JSONValue]? {
        guard let later = since(version) else { return nil }
        var objects = objects
        for change in later.reversed() where change.storage == storage {
            objects[change.key] = change.previous
        }
        return objects
    }
}
