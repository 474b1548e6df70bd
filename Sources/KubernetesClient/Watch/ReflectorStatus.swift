internal import KubernetesTypes
internal import Locking

/// How a ``Reflector`` stands; may be read at any time by anybody.
package final class ReflectorStatus: Sendable {
    /// What it has done so far.
    package struct Counts: Sendable, Hashable {
        /// Requests for a page of a list, answered or not.
        package var pages = 0
        /// Watches that were asked for.
        package var watches = 0
        /// Lists after the first that were completed.
        package var relists = 0
        /// Changes of objects that watches told.
        package var events = 0
        package var bookmarks = 0
        /// Times that an object could not be read.
        package var unreadable = 0
        /// Lists and watches that had to be begun again.
        package var restarts: [RestartCause: Int] = [:]
    }

    /// Names of unreadable objects that are kept; more are only counted.
    private static let maximumNames = 100

    private struct State {
        var hasSynced = false
        var lastContact: Duration?
        var lastTold: Duration?
        var counts = Counts()
        var failure: String?
        /// By name, what is wrong with it.
        var unreadable: [String: String] = [:]
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Waits that were cancelled before they were kept.
        var cancelled: Set<Int> = []
        var nextWaiter = 0
    }

    private let state = Locked(State())
    /// Rung when the watch is not believed any more.
    let doubt = Doorbell()

    package init() {}

    /// Whether a list has been completed; stays so.
    package var hasSynced: Bool { state.withLock { $0.hasSynced } }

    /// When the server last gave a sign of life (a page, an opened watch, an event, a bookmark), by the clock of the
    /// reflector; `nil` before the first.
    package var lastContact: Duration? { state.withLock { $0.lastContact } }

    /// When the server last said what is there (a list, an event, a bookmark), by the clock of the reflector; `nil` before the
    /// first. An opened watch alone says nothing yet. A list is of when it was asked for.
    package var lastTold: Duration? { state.withLock { $0.lastTold } }

    /// Somebody found that the cache is not what the server has: everything is to be listed anew.
    ///
    /// It ends the watch that is open; while one is being listed or tried again that happens anyway.
    package func distrust() { doubt.ring() }

    package var counts: Counts { state.withLock { $0.counts } }

    /// One sentence for people on why the cache may be behind or incomplete; `nil` when all is well.
    package var problem: String? {
        state.withLock { state in
            if let failure = state.failure { return failure }
            guard let (name, why) = state.unreadable.min(by: { $0.key < $1.key }) else { return nil }
            let others = state.unreadable.count - 1
            return "\(name) cannot be read: \(why)" + (others > 0 ? "; and \(others) more" : "")
        }
    }

    /// Waits until the first list is complete.
    ///
    /// - Throws: `CancellationError` when the waiting task is cancelled.
    package func waitUntilSynced() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.hasSynced { return .success(()) }
                    if state.cancelled.contains(id) { return .failure(CancellationError()) }
                    state.waiters[id] = waiter
                    return nil
                }
                if let result { waiter.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}

// MARK: - What the reflector tells

extension ReflectorStatus {
    func asksForPage() { state.withLock { $0.counts.pages += 1 } }
    func asksForWatch() { state.withLock { $0.counts.watches += 1 } }

    /// A page came, or a watch was opened.
    func answered(at now: Duration) {
        state.withLock { state in
            state.lastContact = now
            state.failure = nil
        }
    }

    /// A list is complete; the cache gets it next.
    ///
    /// - Parameter asked: When its first page was asked for.
    func listed(_ unreadable: [UnreadableObject], asked: Duration) {
        state.withLock { state in
            state.lastTold = asked
            if state.hasSynced { state.counts.relists += 1 }
            state.counts.unreadable += unreadable.count
            state.unreadable = [:]
            for object in unreadable.prefix(Self.maximumNames) {
                state.unreadable[object.identity.text] = object.problem
            }
        }
    }

    /// The cache has the list.
    func synced() {
        let waiters = state.withLock { state in
            state.hasSynced = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// A watch told of an object that could be read.
    func told(_ identity: ObjectIdentity, at now: Duration) {
        state.withLock { state in
            (state.lastContact, state.lastTold) = (now, now)
            state.counts.events += 1
            if !state.unreadable.isEmpty { state.unreadable[identity.text] = nil }
        }
    }

    /// A watch told of an object that could not.
    func told(_ object: UnreadableObject, at now: Duration) {
        state.withLock { state in
            (state.lastContact, state.lastTold) = (now, now)
            state.counts.events += 1
            state.counts.unreadable += 1
            let name = object.identity.text
            let isKnown = state.unreadable[name] != nil
            if object.isDeleted {
                state.unreadable[name] = nil
            } else if isKnown || state.unreadable.count < Self.maximumNames {
                state.unreadable[name] = object.problem
            }
        }
    }

    func bookmarked(at now: Duration) {
        state.withLock { state in
            (state.lastContact, state.lastTold) = (now, now)
            state.counts.bookmarks += 1
        }
    }

    /// Something has to be begun again; `problem` when that is nothing usual.
    func restarts(_ cause: RestartCause, problem: String?) {
        state.withLock { state in
            state.counts.restarts[cause, default: 0] += 1
            if let problem { state.failure = problem }
        }
    }
}
