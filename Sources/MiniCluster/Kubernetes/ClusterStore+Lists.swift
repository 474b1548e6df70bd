internal import FoundationEssentials
internal import KubernetesTypes

/// Which objects of a kind are wanted.
struct Selection: Hashable, Sendable {
    /// `nil` for all namespaces.
    var namespace: String?
    var labels = LabelQuery.everything
    var fields = FieldQuery.everything

    func contains(_ key: ObjectKey, _ object: JSONValue) -> Bool {
        (namespace == nil || key.namespace == namespace)
            && labels.matches(object[path: ["metadata", "labels"]]) && fields.matches(object)
    }
}

/// How much of a list is wanted, and as of when.
struct ListWindow: Hashable, Sendable {
    enum Moment: Hashable, Sendable {
        /// The newest state.
        case newest
        /// Any state: `resourceVersion=0`, answered from a cache, and without regard to `limit`.
        case any
        case notOlderThan(Int64)
        case exactly(Int64)
    }

    var moment = Moment.newest
    /// 0 for no limit.
    var limit = 0
    var continueToken: String?
}

/// A page of a list.
struct ObjectPage: Sendable {
    /// Without `apiVersion` and `kind`, as in a list.
    var items: [JSONValue]
    var resourceVersion: Int64
    var continueToken: String?
    var remaining: Int?
}

/// The objects of lists that are read page by page: a list of 250,000 pods in 500 pages is put in order once, and not 500
/// times.
struct PagedKeys: Sendable {
    /// What a list is of, and as of when.
    struct Moment: Hashable, Sendable {
        var storage: String
        var selection: Selection
        var version: Int64
    }

    /// Lists that are under way at once.
    private static let limit = 8

    private var lists: [(moment: Moment, keys: [ObjectKey])] = []

    /// - Parameter isContinued: The first page is always made anew.
    func keys(at moment: Moment, continuing isContinued: Bool) -> [ObjectKey]? {
        isContinued ? lists.first { $0.moment == moment }?.keys : nil
    }

    mutating func keep(_ keys: [ObjectKey], at moment: Moment) {
        lists.removeAll { $0.moment == moment }
        if lists.count >= Self.limit { lists.removeFirst() }
        lists.append((moment, keys))
    }

    /// The keys after one, which need not be among them.
    static func rest(of keys: [ObjectKey], after start: ObjectKey) -> ArraySlice<ObjectKey> {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] <= start { low = middle + 1 } else { high = middle }
        }
        return keys[low...]
    }
}

extension ClusterStore {
    /// A page of the objects of a kind.
    ///
    /// The pages of one list all show the state of the first one: the later writes are taken back for them, as long as
    /// the history reaches.
    ///
    /// - Throws: ``StatusError``: 400 for a broken token, 410 for one that is too old, 504 for a version to come.
    func list(_ kind: ResourceKind, _ selection: Selection, _ window: ListWindow) throws -> ObjectPage {
        let token = try window.continueToken.map(ContinueToken.init(parsing:))
        let (entries, version) = try state(of: kind.storage, token, window.moment)
        let moment = PagedKeys.Moment(storage: kind.storage, selection: selection, version: version)
        let all =
            pagedKeys.keys(at: moment, continuing: token != nil)
            ?? entries.filter { selection.contains($0.key, $0.value) }.map(\.key).sorted()
        let keys = token.map { PagedKeys.rest(of: all, after: $0.start) } ?? all[...]
        let limit = window.limit > 0 && window.moment != .any ? window.limit : keys.count
        var page = ObjectPage(items: [], resourceVersion: version)
        page.items = keys.prefix(limit).compactMap { key in
            entries[key].map { object in
                var item = kind.presented(object)
                item["apiVersion"] = nil
                item["kind"] = nil
                return item
            }
        }
        if keys.count > limit {
            page.continueToken = ContinueToken(version: version, start: keys[keys.startIndex + limit - 1]).text
            pagedKeys.keep(all, at: moment)
            // With a selector the real server does not know how many are left.
            if selection.labels.isEmpty, selection.fields.isEmpty { page.remaining = keys.count - limit }
        }
        return page
    }

    /// The objects of a kind as they are, or were at the version that the page or the moment asks for.
    private func state(
        of storage: String, _ token: ContinueToken?, _ moment: ListWindow.Moment
    ) throws -> ([ObjectKey: JSONValue], version: Int64) {
        let entries = objects[storage] ?? [:]
        if let token, token.version > 0 {
            guard let old = history.rewound(entries, storage: storage, to: token.version) else {
                throw StatusError.expiredContinue(fresh: ContinueToken(version: -1, start: token.start).text)
            }
            return (old, token.version)
        }
        switch moment {
        case .exactly(let wanted), .notOlderThan(let wanted):
            if wanted > resourceVersion { throw StatusError.tooLarge(wanted, current: resourceVersion) }
        case .newest, .any: break
        }
        guard token == nil, case .exactly(let wanted) = moment else { return (entries, resourceVersion) }
        guard let old = history.rewound(entries, storage: storage, to: wanted) else { throw StatusError.compacted }
        return (old, wanted)
    }

    /// A watch: what there is to tell at once, and a subscription to what follows.
    struct WatchStart: Sendable {
        var id: Int
        var signals: AsyncStream<StoreSignal>
        /// Objects that exist, for a watch without a version.
        var existing: [(ObjectKey, JSONValue)]
        /// Writes since the version asked for.
        var missed: [Change]
        /// The version of the store at this moment.
        var version: Int64
    }

    /// - Parameter version: `nil` to begin with all existing objects.
    /// - Throws: ``StatusError`` 410, to be told inside of the stream.
    func startWatch(_ kind: ResourceKind, since version: Int64?, limit: Int) throws -> WatchStart {
        var existing: [(ObjectKey, JSONValue)] = []
        var missed: [Change] = []
        if let version {
            guard let changes = history.since(version) else {
                throw StatusError.tooOld(version, oldest: history.compactedThrough)
            }
            missed = changes.filter { $0.storage == kind.storage }
        } else {
            existing = (objects[kind.storage] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        let (id, signals) = subscribe(limit: limit)
        return WatchStart(id: id, signals: signals, existing: existing, missed: missed, version: resourceVersion)
    }

    /// Every write from now on, for a simulation that reacts to them; of all kinds, or of those given.
    ///
    /// The sequence ends when the store's watches are ended or the reader falls more than `limit` writes behind; the
    /// reader then reads the state anew. A reader that stops reading is forgotten at the next write.
    package func changes(
        of kinds: [ResourceKind] = [], limit: Int = 65536
    ) -> some AsyncSequence<Change, Never> & Sendable {
        let storages = Set(kinds.map(\.storage))
        return subscribe(limit: limit).signals.compactMap { signal in
            guard case .change(let change) = signal else { return nil }
            return storages.isEmpty || storages.contains(change.storage) ? change : nil
        }
    }
}

/// Where a list goes on, in the form of the real server: opaque to clients, JSON in base64url.
struct ContinueToken: Hashable {
    /// The version of the first page; -1 for "as it is now".
    var version: Int64
    /// The last object of the page before.
    var start: ObjectKey

    init(version: Int64, start: ObjectKey) {
        self.version = version
        self.start = start
    }

    var text: String {
        let value: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .int(version), "start": .string("\(start.namespace)/\(start.name)\u{0}"),
        ]
        return Data(value.serialized()).base64EncodedString().filter { $0 != "=" }
    }

    /// - Throws: ``StatusError`` 400.
    init(parsing text: String) throws {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: text + padding), let value = try? JSONValue(parsing: Array(data)),
            let version = value["rv"]?.intValue, let start = value["start"]?.stringValue, start.hasSuffix("\u{0}"),
            let slash = start.firstIndex(of: "/")
        else {
            throw StatusError.badRequest("invalid continue token: continue key is not valid")
        }
        self.version = version
        self.start = ObjectKey(
            namespace: String(start[..<slash]), name: String(start[start.index(after: slash)...].dropLast()))
    }
}
