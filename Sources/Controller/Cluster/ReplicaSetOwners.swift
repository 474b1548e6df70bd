internal import KubernetesTypes

/// Who owns each ReplicaSet, and which of an owner's ReplicaSets is the newest: what tells whose a pod is, and whether it
/// is of the template that is being rolled out.
///
/// - Source: Deployments mark their ReplicaSets with the annotation `deployment.kubernetes.io/revision`, counting up.
struct ReplicaSetOwners {
    /// What is kept of a ReplicaSet.
    struct Record: Sendable, Hashable {
        var uid: String
        /// The uid of the owner that manages it.
        var ownerUID: String?
        var revision: Int64

        init(uid: String, ownerUID: String?, revision: Int64) {
            self.uid = uid
            self.ownerUID = ownerUID
            self.revision = revision
        }

        init(_ metadata: ObjectMeta) {
            uid = metadata.uid ?? ""
            ownerUID = metadata.ownerReferences?.first { $0.controller == true }?.uid
            revision = metadata.annotations?[Self.revisionAnnotation].flatMap(Int64.init) ?? 0
        }

        private static let revisionAnnotation = "deployment.kubernetes.io/revision"
    }

    private var records: [NamespacedName: Record] = [:]
    private var owners: [String: String] = [:]
    private var uids: Set<String> = []
    private var newest: [String: Record] = [:]
    private var isStale = false { didSet { if isStale { generation += 1 } } }
    /// Another one whenever anything has changed.
    private(set) var generation = 0

    var count: Int { records.count }

    mutating func store(_ name: NamespacedName, _ record: Record) {
        guard records.updateValue(record, forKey: name) != record else { return }
        isStale = true
    }

    mutating func remove(_ name: NamespacedName) {
        if records.removeValue(forKey: name) != nil { isStale = true }
    }

    mutating func replace(_ all: [(name: NamespacedName, record: Record)], in namespace: String?) {
        records = records.filter { namespace != nil && $0.key.namespace != namespace }
        for (name, record) in all { records[name] = record }
        isStale = true
    }

    /// Whether a ReplicaSet has been seen, with an owner or without.
    mutating func isKnown(_ uid: String) -> Bool {
        refresh()
        return uids.contains(uid)
    }

    /// The uid of what manages a ReplicaSet.
    mutating func owner(of uid: String) -> String? {
        refresh()
        return owners[uid]
    }

    /// The uid of the newest ReplicaSet of an owner.
    mutating func newestReplicaSet(of owner: String) -> String? {
        refresh()
        return newest[owner]?.uid
    }

    /// ReplicaSets change at rollouts alone: everything is looked at anew then, and not at each question.
    private mutating func refresh() {
        guard isStale else { return }
        isStale = false
        owners = [:]
        newest = [:]
        uids = Set(records.values.map(\.uid))
        for record in records.values {
            guard let owner = record.ownerUID else { continue }
            owners[record.uid] = owner
            if let known = newest[owner], known.revision >= record.revision { continue }
            newest[owner] = record
        }
    }
}
