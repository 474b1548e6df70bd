internal import HTTPService
internal import KubernetesTypes

extension ResourceHandler {
    /// Answers with a stream of events, one JSON object a line.
    ///
    /// What is wrong with the request itself is a plain error; a version that is too old is an ERROR event in the
    /// stream, as the real server does it.
    func watch(_ form: Representation) async throws -> ServiceResponse {
        let selection = try request.selection(kind, namespace: target.namespace, name: target.name)
        let version = try request.resourceVersion()
        let seconds = try request.integer("timeoutSeconds")
        let sendsInitialEvents = request.flag("sendInitialEvents")
        let match = request.queryValue("resourceVersionMatch") ?? ""
        if sendsInitialEvents, match != "NotOlderThan" {
            throw Self.invalidListOptions([
                .forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
            ])
        }
        let session = WatchSession(
            store: store, kind: kind, selection: selection, form: form,
            since: sendsInitialEvents || version == 0 ? nil : version,
            sendsBookmarks: request.flag("allowWatchBookmarks"), marksInitialEnd: sendsInitialEvents,
            timeout: seconds.flatMap { $0 > 0 ? .seconds($0) : nil } ?? WatchSession.longest)
        return ServiceResponse(
            headers: ["Content-Type": "application/json"], body: .stream { try await session.run($0) })
    }
}

/// One watch: what it has to tell from the store's writes, until its time is up or its client leaves.
struct WatchSession: Sendable {
    /// Without `timeoutSeconds` the real server chooses between half an hour and an hour.
    static let longest = Duration.seconds(3600)
    /// How often a quiet watch is told the newest version.
    private static let bookmarkInterval = Duration.seconds(60)
    /// The last bookmark comes this long before the end.
    private static let lastBookmark = Duration.seconds(2)
    /// Events that may wait for a slow client; then the watch ends, and the client lists again.
    private static let backlog = 16384

    let store: ClusterStore
    let kind: ResourceKind
    let selection: Selection
    let form: Representation
    let since: Int64?
    let sendsBookmarks: Bool
    let marksInitialEnd: Bool
    let timeout: Duration

    func run(_ writer: ResponseWriter) async throws {
        let start: ClusterStore.WatchStart
        do {
            start = try await store.startWatch(kind, since: since, limit: Self.backlog)
        } catch let error as StatusError {
            try await writer.write(line("ERROR", error.status))
            return
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await tell(start, to: writer) }
                group.addTask { try await keepTime(start.id) }
                // Either the events or the time have come to an end.
                try await group.next()
                group.cancelAll()
            }
        } catch {
            await store.unsubscribe(start.id)
            throw error
        }
        await store.unsubscribe(start.id)
    }

    private func tell(_ start: ClusterStore.WatchStart, to writer: ResponseWriter) async throws {
        var table = TableHeader.unsent
        for (key, object) in start.existing where selection.contains(key, object) {
            try await writer.write(event("ADDED", object, &table))
        }
        if marksInitialEnd { try await writer.write(bookmark(start.version, endsInitialEvents: true)) }
        for change in start.missed { try await tell(change, to: writer, &table) }
        for await signal in start.signals {
            switch signal {
            case .change(let change): try await tell(change, to: writer, &table)
            case .bookmark(let version): try await writer.write(bookmark(version, endsInitialEvents: false))
            }
        }
    }

    /// A change is seen through the selector: what enters it is added, what leaves it is deleted.
    private func tell(_ change: Change, to writer: ResponseWriter, _ table: inout TableHeader) async throws {
        // A version that is still to come is waited for.
        guard change.storage == kind.storage, change.resourceVersion > since ?? 0 else { return }
        let isIn = change.action != .deleted && selection.contains(change.key, change.object)
        let wasIn = change.previous.map { selection.contains(change.key, $0) } ?? false
        switch (wasIn, isIn) {
        case (false, false): return
        case (false, true): try await writer.write(event("ADDED", change.object, &table))
        case (true, true): try await writer.write(event("MODIFIED", change.object, &table))
        case (true, false): try await writer.write(event("DELETED", change.object, &table))
        }
    }

    /// Asks for bookmarks while the watch lasts; returns at its end.
    private func keepTime(_ id: Int) async throws {
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: timeout)
        var last = false
        while sendsBookmarks, !last {
            let next = min(clock.now.advanced(by: Self.bookmarkInterval), end.advanced(by: .zero - Self.lastBookmark))
            last = clock.now.advanced(by: Self.bookmarkInterval) >= end.advanced(by: .zero - Self.lastBookmark)
            guard next > clock.now else { break }
            try await clock.sleep(until: next)
            await store.bookmark(id)
        }
        try await clock.sleep(until: end)
    }

    // MARK: Lines

    /// Column definitions are sent with the first row only.
    private enum TableHeader {
        case unsent
        case sent
    }

    private func event(_ type: String, _ stored: JSONValue, _ header: inout TableHeader) -> [UInt8] {
        let object = kind.presented(stored)
        switch form {
        case .plain: return line(type, object)
        case .metadata: return line(type, ObjectForm.metadata(object))
        case .table:
            var table = Table(kind, now: store.now()).single(object)
            if case .sent = header { table["columnDefinitions"] = .null }
            header = .sent
            return line(type, table)
        }
    }

    private func bookmark(_ version: Int64, endsInitialEvents: Bool) -> [UInt8] {
        var metadata: JSONValue = ["resourceVersion": .string(String(version))]
        if endsInitialEvents { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        var object: JSONValue = [
            "kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion), "metadata": metadata,
        ]
        // The required fields of the kind are there, empty: the real server sends a typed object without values.
        switch kind.storage {
        case ResourceKind.pods.storage:
            object["spec"] = ["containers": .null]
            object["status"] = [:]
        case ResourceKind.horizontalPodAutoscalers.storage:
            object["spec"] = ["scaleTargetRef": ["kind": "", "name": ""], "maxReplicas": 0]
            object["status"] = ["desiredReplicas": 0, "currentMetrics": .null]
        default: break
        }
        switch form {
        case .plain: return line("BOOKMARK", object)
        case .metadata: return line("BOOKMARK", ObjectForm.metadata(object))
        case .table:
            return line(
                "BOOKMARK",
                [
                    "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                    "columnDefinitions": .null, "rows": [],
                ])
        }
    }

    private func line(_ type: String, _ object: JSONValue) -> [UInt8] {
        Array("{\"type\":\"\(type)\",\"object\":".utf8) + object.serialized() + Array("}\n".utf8)
    }
}
