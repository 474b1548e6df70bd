internal import KubernetesClient
internal import KubernetesTypes

/// The targets of one kind that are watched. A value without I/O.
///
/// A write of our own is known here at once, before the watch tells of it, and an event that is older than that write does
/// not undo it: the next decision would otherwise rest on the size before.
struct TargetIndex {
    private var records: [NamespacedName: TargetRecord] = [:]
    /// Resource versions of our own writes that the watch has not shown yet.
    private var written: [NamespacedName: ResourceVersion] = [:]

    var count: Int { records.count }

    subscript(_ name: NamespacedName) -> TargetRecord? { records[name] }

    mutating func store(_ name: NamespacedName, _ record: TargetRecord) {
        if let own = written[name] {
            if ResourceVersion(record.resourceVersion).isOlder(than: own) { return }
            written[name] = nil
        }
        records[name] = record
    }

    mutating func remove(_ name: NamespacedName) {
        records[name] = nil
        written[name] = nil
    }

    /// Forgets the targets that a condition does not hold for.
    mutating func keep(_ isKept: (NamespacedName) -> Bool) {
        for name in records.keys where !isKept(name) { remove(name) }
    }

    mutating func replace(_ all: [(name: NamespacedName, record: TargetRecord)], in namespace: String?) {
        let present = Set(all.map(\.name))
        keep { (namespace != nil && $0.namespace != namespace) || present.contains($0) }
        for (name, record) in all { store(name, record) }
    }

    /// Takes note of the scale as our write left it.
    mutating func noteWritten(_ name: NamespacedName, _ scale: Scale) {
        guard var record = records[name], record.uid == scale.metadata?.uid ?? record.uid,
            let version = scale.metadata?.resourceVersion,
            !ResourceVersion(version).isOlder(than: ResourceVersion(record.resourceVersion))
        else { return }
        record.resourceVersion = version
        record.specReplicas = scale.spec?.replicas ?? 0
        record.replicasWriter = ReplicasWriter(manager: KubernetesClient.fieldManager, subresource: "scale")
        records[name] = record
        written[name] = ResourceVersion(version)
    }
}

/// A resource version, compared by age where it can be.
///
/// - Source: KEP-5504: since Kubernetes 1.35 resource versions of one resource are whole numbers that only grow. One that
///   is no number is never older.
struct ResourceVersion: Sendable, Hashable {
    private var number: UInt64?

    init(_ text: String) {
        number = UInt64(text)
    }

    func isOlder(than other: ResourceVersion) -> Bool {
        guard let number, let other = other.number else { return false }
        return number < other
    }
}
