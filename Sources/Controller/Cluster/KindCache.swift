internal import Autoscaling
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking

/// The watched targets of one kind.
///
/// Deployments, StatefulSets and ReplicaSets are watched whole. Of any other kind only the metadata is: where its replicas
/// stand is known to its `scale` subresource alone, which is read when the object has changed.
final class KindCache: Sendable {
    let resource: Resource
    /// One for each watched namespace, or one for all.
    let statuses: [ReflectorStatus]
    private let state = Locked(State())

    private struct State {
        var targets = TargetIndex()
        /// As looks show them, made when somebody looks and kept until the target changes.
        var looks: [NamespacedName: ObservedTarget] = [:]
        /// Of kinds that are watched by their metadata: what each object's version is now.
        var versions: [NamespacedName: String] = [:]
        var wasWaitedFor = false
        /// Targets that look otherwise than they did.
        var changes = Names<NamespacedName>()

        mutating func remove(_ name: NamespacedName) {
            targets.remove(name)
            forgetLook(at: name)
        }

        mutating func forgetLook(at name: NamespacedName) {
            looks[name] = nil
            changes.note(name)
        }

        mutating func forgetLooks() {
            looks = [:]
            changes.noteEverything()
        }
    }

    init(_ resource: Resource, statuses: [ReflectorStatus]) {
        self.resource = resource
        self.statuses = statuses
    }

    var isWatchedWhole: Bool { Self.watchedWhole.contains(resource) }

    private static let watchedWhole: [Resource] = [.deployments, .statefulSets, .replicaSets]

    var count: Int { state.withLock { isWatchedWhole ? $0.targets.count : $0.versions.count } }

    /// Whether it is the first time that somebody would wait for the first list.
    func isFirstWait() -> Bool {
        state.withLock { state in
            defer { state.wasWaitedFor = true }
            return !state.wasWaitedFor
        }
    }

    func take(_ change: CacheChange<Entry<TargetRecord>>, in namespace: String?) {
        state.withLock { state in
            switch change {
            case .replaced(let all):
                state.targets.replace(all.map { ($0.name, $0.value) }, in: namespace)
                state.forgetLooks()
            case .stored(let entry):
                state.targets.store(entry.name, entry.value)
                state.forgetLook(at: entry.name)
            case .deleted(let entry): state.remove(entry.name)
            case .unreadable(let object): state.remove(NamespacedName(object.identity))
            }
        }
    }

    func take(_ change: CacheChange<Entry<String>>, in namespace: String?) {
        state.withLock { state in
            switch change {
            case .replaced(let all):
                state.versions = state.versions.filter { namespace != nil && $0.key.namespace != namespace }
                for entry in all { state.versions[entry.name] = entry.value }
                let present = state.versions
                state.targets.keep { present[$0] != nil }
                state.forgetLooks()
            case .stored(let entry): state.versions[entry.name] = entry.value
            case .deleted(let entry):
                state.versions[entry.name] = nil
                state.remove(entry.name)
            case .unreadable(let object):
                let name = NamespacedName(object.identity)
                state.versions[name] = nil
                state.remove(name)
            }
        }
    }

    /// What is known of a target.
    enum Look: Sendable {
        case found(ObservedTarget)
        case absent
        /// Its scale has to be read: it is new, or has changed.
        case scaleNeeded
    }

    func look(at name: NamespacedName) -> Look {
        state.withLock { state in
            if isWatchedWhole, let known = state.looks[name] { return .found(known) }
            let record = state.targets[name]
            if !isWatchedWhole {
                guard let version = state.versions[name] else { return .absent }
                guard let record else { return .scaleNeeded }
                let isCurrent =
                    record.resourceVersion == version
                    || ResourceVersion(version).isOlder(than: ResourceVersion(record.resourceVersion))
                if !isCurrent { return .scaleNeeded }
                if let known = state.looks[name] { return .found(known) }
            }
            guard let record else { return .absent }
            let target = ObservedTarget(record, named: name, of: resource)
            state.looks[name] = target
            return .found(target)
        }
    }

    /// Takes a scale that was read.
    func store(_ name: NamespacedName, _ scale: Scale) {
        state.withLock { state in
            state.targets.store(name, TargetRecord(scale))
            state.forgetLook(at: name)
        }
    }

    /// Takes a scale as our write left it.
    func noteWritten(_ name: NamespacedName, _ scale: Scale) {
        state.withLock { state in
            state.targets.noteWritten(name, scale)
            state.forgetLook(at: name)
        }
    }

    /// The targets that have changed since this was asked last.
    func takeChanges() -> Names<NamespacedName> { state.withLock { $0.changes.take() } }
}

extension ObservedTarget {
    /// A target as its record shows it, before its pods are looked for.
    init(_ record: TargetRecord, named name: NamespacedName, of resource: Resource) {
        guard record.specReplicas >= 0, record.statusReplicas >= 0 else {
            self = .unavailable(
                .notReadable("\(resource.qualifiedName) \"\(name.name)\" has a negative number of replicas"))
            return
        }
        self.init(
            state: .found(ObservedScale(specReplicas: record.specReplicas, statusReplicas: record.statusReplicas)),
            write: .init(
                target: ScaleTarget(resource: resource, namespace: name.namespace, name: name.name),
                scale: record.scale(named: name)),
            pods: .success(PodInventory()),
            rollout: record.isRollingOut ? Rollout(newPods: 0, readyNewPods: 0, oldPods: 0) : nil,
            replicasWriter: record.replicasWriter, updateRevision: record.updateRevision)
    }
}

/// A watched object, reduced to what is kept of it.
struct Entry<Value: Sendable>: Sendable {
    var name: NamespacedName
    var value: Value
}
