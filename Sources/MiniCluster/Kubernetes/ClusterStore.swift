package import Autoscaling
internal import FoundationEssentials
package import KubernetesTypes

/// Every object of a cluster, with one version counter for all of them, as etcd has it.
///
/// Objects are kept as JSON trees in their stored version. All the rules that a write must pass (names, conflicts,
/// generation, no-op) are here, so that a simulation that writes directly and a client that comes over HTTP get the
/// same.
package actor ClusterStore {
    /// The kinds served.
    package private(set) var resources: ResourceTable
    /// The version of the last write.
    package private(set) var resourceVersion: Int64

    let now: @Sendable () -> Timestamp
    var objects: [String: [ObjectKey: JSONValue]] = [:]
    var history: ChangeHistory
    var pagedKeys = PagedKeys()
    private var subscribers: [Int: AsyncStream<StoreSignal>.Continuation] = [:]
    private var nextSubscriber = 0

    /// - Parameters:
    ///   - historyLimit: Writes that a watch can look back on; an older watch gets 410.
    ///   - now: The time for `creationTimestamp` and `deletionTimestamp`; may run faster than the wall clock.
    package init(
        resources: ResourceTable = ResourceTable(),
        namespaces: [String] = ["default", "kube-system"],
        historyLimit: Int = 4096,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.resources = resources
        self.now = now
        let objects = namespaces.enumerated().map { index, name in
            let draft = ObjectMetadata.namespace(name, version: Int64(index + 1), at: now())
            return (ObjectKey(namespace: "", name: name), draft)
        }
        self.objects[ResourceKind.namespaces.storage] = Dictionary(objects) { $1 }
        self.resourceVersion = Int64(namespaces.count)
        self.history = ChangeHistory(limit: historyLimit, startingAt: Int64(namespaces.count))
    }

    /// Adds a kind, e.g. a custom resource.
    package func register(_ kind: ResourceKind) {
        resources.add(kind)
    }

    /// Forgets the history, as etcd's compaction does: open watches go on, but older ones cannot be resumed.
    package func compact() {
        history.compact()
    }

    // MARK: Reading

    /// One object in the version of `kind`.
    ///
    /// - Throws: ``StatusError`` 404.
    package func get(_ kind: ResourceKind, namespace: String = "", name: String) throws -> JSONValue {
        guard let object = objects[kind.storage]?[ObjectKey(namespace: namespace, name: name)] else {
            throw StatusError.notFound(kind, name)
        }
        return kind.presented(object)
    }

    /// Every object of a kind, in the order of lists; of all namespaces when none is given.
    package func all(_ kind: ResourceKind, namespace: String? = nil) -> [JSONValue] {
        (objects[kind.storage] ?? [:])
            .filter { namespace == nil || $0.key.namespace == namespace }
            .sorted { $0.key < $1.key }
            .map { kind.presented($0.value) }
    }

    // MARK: Committing

    /// Stores a new state of an object under the next version and tells everybody.
    ///
    /// - Returns: The object as stored, with its version.
    @discardableResult
    func commit(_ action: Change.Action, _ storage: String, _ key: ObjectKey, _ object: JSONValue) -> JSONValue {
        resourceVersion += 1
        var object = object
        object[path: ["metadata", "resourceVersion"]] = .string(String(resourceVersion))
        let previous = objects[storage]?[key]
        objects[storage, default: [:]][key] = action == .deleted ? nil : object
        let change = Change(
            resourceVersion: resourceVersion, action: action, storage: storage, key: key, object: object,
            previous: previous)
        history.append(change)
        publish(.change(change))
        if storage == ResourceKind.customResourceDefinitions.storage {
            serve(object, previous: previous, isDeleted: action == .deleted)
        }
        return object
    }

    /// Serves what a CustomResourceDefinition defines, or no longer.
    private func serve(_ definition: JSONValue, previous: JSONValue?, isDeleted: Bool) {
        for kind in previous.map(CustomResources.kinds) ?? [] {
            resources.remove(kind.groupVersion, plural: kind.plural)
            if isDeleted { removeObjects(of: kind) }
        }
        if isDeleted { return }
        for kind in CustomResources.kinds(of: definition) { resources.add(kind) }
    }

    private func removeObjects(of kind: ResourceKind) {
        for (key, object) in (objects[kind.storage] ?? [:]).sorted(by: { $0.key < $1.key }) {
            commit(.deleted, kind.storage, key, object)
        }
    }

    // MARK: Subscribing

    /// Registers for everything that happens from now on.
    ///
    /// - Parameter limit: Signals that may wait; a subscriber that falls behind further is ended, and has to list again.
    func subscribe(limit: Int) -> (id: Int, signals: AsyncStream<StoreSignal>) {
        let (signals, continuation) = AsyncStream.makeStream(
            of: StoreSignal.self, bufferingPolicy: .bufferingOldest(limit))
        nextSubscriber += 1
        subscribers[nextSubscriber] = continuation
        return (nextSubscriber, signals)
    }

    func unsubscribe(_ id: Int) {
        subscribers.removeValue(forKey: id)?.finish()
    }

    /// Puts a bookmark behind everything that the subscriber has been told.
    func bookmark(_ id: Int) {
        if let continuation = subscribers[id] { yield(.bookmark(resourceVersion), to: continuation, id) }
    }

    /// Ends every watch, as a server does that is about to restart.
    package func endWatches() {
        for id in subscribers.keys { unsubscribe(id) }
    }

    private func publish(_ signal: StoreSignal) {
        for (id, continuation) in subscribers { yield(signal, to: continuation, id) }
    }

    private func yield(_ signal: StoreSignal, to continuation: AsyncStream<StoreSignal>.Continuation, _ id: Int) {
        switch continuation.yield(signal) {
        case .enqueued: break
        default: unsubscribe(id)
        }
    }
}

/// What a subscriber of the store is told.
enum StoreSignal: Sendable {
    case change(Change)
    /// Nothing up to this version is still to come.
    case bookmark(Int64)
}
