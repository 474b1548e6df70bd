internal import FoundationEssentials
internal import KubernetesTypes

/// Keeps a cache equal to a collection of the API server: one list, then a watch, for ever.
///
///     let pods = Reflector(client: client, collection: .collection(.pods, namespace: nil), clock: clock, random: seed) {
///         (pod: Pod) in PodEntry(pod)
///     }
///     try await pods.run(status: status) { await cache.apply($0) }
///
/// A resumed watch costs one request; the whole collection is read again only when the server has forgotten where the
/// last watch ended. Whole objects are in memory for one page of a list or one event at a time: what stays is what
/// `transform` makes of them.
///
/// - Source: client-go `tools/cache/reflector.go`.
package struct Reflector<Object: Decodable & Sendable, Entry: Sendable>: Sendable {
    /// Takes the changes, one after the other; the next is given when it returns.
    package typealias Sink = @Sendable (CacheChange<Entry>) async -> Void

    let client: KubernetesClient
    let collection: ResourcePath
    let form: ObjectForm
    let options: ReflectorOptions
    let clock: any MonotonicClock
    private let seed: UInt64
    let transform: @Sendable (Object) -> Entry

    /// - Parameters:
    ///   - form: With `metadataOnly` the objects are ``PartialObjectMetadata``, or managed ones.
    ///   - random: The seed of the jitter; different for each reflector, or they all come back at once.
    ///   - transform: What the cache keeps of an object.
    package init(
        client: KubernetesClient, collection: ResourcePath, form: ObjectForm = .whole,
        options: ReflectorOptions = ReflectorOptions(), clock: any MonotonicClock = SystemMonotonicClock(),
        random seed: UInt64 = .random(in: 0 ... .max), transform: @escaping @Sendable (Object) -> Entry
    ) {
        self.client = client
        self.collection = collection
        self.form = form
        self.options = options
        self.clock = clock
        self.seed = seed
        self.transform = transform
    }

    /// Runs until it is cancelled.
    ///
    /// - Throws: `CancellationError` and nothing else: whatever fails is tried again, and told in `status`.
    package func run(status: ReflectorStatus, sink: @escaping Sink) async throws {
        var state = ReflectorState(backoff: options.backoff, seed: seed)
        var spread = SeededJitter(seed: seed)
        var next = state.start
        var list = PartialList(asked: .zero)
        while true {
            try Task.checkCancellation()
            if next.delay > .zero { try await clock.sleep(for: next.delay) }
            switch next.step {
            case .list(let paging):
                list = PartialList(asked: clock.now())
                next = try await readPage(nil, paging, into: &list, &state, status, sink)
            case .nextPage(let token):
                next = try await readPage(token, .pages, into: &list, &state, status, sink)
            case .watch(let version):
                let timeout = options.watchTimeout * spread.share(in: 0.5...1)
                let report = await watch(from: version, timeout: timeout, status, sink)
                try Task.checkCancellation()
                next = state.watched(report)
                status.restarts(report.end.cause, problem: problem(of: report.end))
            }
        }
    }

    private func problem(of end: WatchReport.End) -> String? {
        switch end {
        case .ended: nil
        case .silent: "nothing was heard of \(collection) for \(options.silenceLimit)"
        case .distrusted: "the watch of \(collection) did not tell what a list shows"
        case .failed(let failure): failure.text
        }
    }

    // MARK: Lists

    /// What the pages so far gave.
    private struct PartialList {
        /// When the first page was asked for.
        let asked: Duration
        var entries: [Entry] = []
        var unreadable: [UnreadableObject] = []
    }

    private func readPage(
        _ token: String?, _ paging: ReflectorState.Paging, into list: inout PartialList,
        _ state: inout ReflectorState, _ status: ReflectorStatus, _ sink: Sink
    ) async throws -> ReflectorState.Next {
        var window = ListOptions(labelSelector: options.labelSelector, fieldSelector: options.fieldSelector)
        window.pageSize = paging == .onePiece ? 0 : options.pageSize
        do {
            status.asksForPage()
            var call = client.pageCall(collection, window, continuing: token)
            call.accept = form.acceptList
            let page = try await client.decoded(ListPage<ReadObject<Object>>.self, from: call)
            status.answered(at: clock.now())
            for item in page.items ?? [] {
                switch item {
                case .object(let object): list.entries.append(transform(object))
                case .unreadable(let identity, let error):
                    // Below `items` and a number.
                    let problem = KubernetesError.words(for: error, below: 2)
                    list.unreadable.append(UnreadableObject(identity: identity, isDeleted: false, problem: problem))
                }
            }
            // The last page has an empty token or none.
            let following = page.metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
            let next = state.listed(continuing: following, resourceVersion: page.metadata.resourceVersion ?? "")
            switch next.step {
            case .watch:
                let whole = list
                list = PartialList(asked: whole.asked)
                status.listed(whole.unreadable, asked: whole.asked)
                await sink(.replaced(whole.entries))
                for object in whole.unreadable { await sink(.unreadable(object)) }
                status.synced()
            case .nextPage: break
            case .list: status.restarts(.rejected, problem: "cannot list \(collection): the list has no end or version")
            }
            return next
        } catch {
            try Task.checkCancellation()
            let failure = WatchFailure(error)
            status.restarts(failure.cause, problem: failure.text)
            return state.listFailed(failure, at: token.map { .nextPage(token: $0) } ?? .list(paging))
        }
    }
}

/// Which objects a ``Reflector`` keeps, and how.
package struct ReflectorOptions: Sendable, Hashable {
    /// In the API's text form, e.g. `app=web,tier in (front,back)`.
    package var labelSelector: String?
    /// E.g. `status.phase!=Succeeded`.
    package var fieldSelector: String?
    /// Objects in one page of a list; what is in memory as whole objects at a time. client-go's clients use 500.
    package var pageSize: Int
    /// After how long the server is asked to end a watch, at most; at least half of it. client-go's time too: a watch
    /// that a proxy has forgotten is then replaced.
    package var watchTimeout: Duration
    /// How long a watch may be silent. Bookmarks come about each minute, so one and a half is one that did not come.
    package var silenceLimit: Duration
    package var backoff: Backoff
    /// The most bytes of one event.
    package var maximumEventBytes: Int

    package init(
        labelSelector: String? = nil, fieldSelector: String? = nil, pageSize: Int = 500,
        watchTimeout: Duration = .seconds(600), silenceLimit: Duration = .seconds(90), backoff: Backoff = Backoff(),
        maximumEventBytes: Int = 4 << 20
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.pageSize = pageSize
        self.watchTimeout = watchTimeout
        self.silenceLimit = silenceLimit
        self.backoff = backoff
        self.maximumEventBytes = maximumEventBytes
    }
}
