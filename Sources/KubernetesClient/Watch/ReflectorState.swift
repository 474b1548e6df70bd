/// What a ``Reflector`` does next, and after which wait: decided here, without I/O and without a clock.
///
/// ```
/// list, page by page ──► watch from the list's version ──► ended, broken, silent ──► watch from the last version
///        ▲                                                          │
///        └──── 410, a version that leads nowhere, distrust ◄────────┘
/// ```
/// Two rows of failures are counted. One is of pages, and each page that comes ends it. The other is of watches, and a
/// watch that told something or lived for a while ends it; a list does not, so that a server whose every watch says 410
/// is not listed without a pause.
struct ReflectorState: Sendable {
    enum Step: Sendable, Hashable {
        /// The first page; what earlier pages gave is forgotten.
        case list(Paging)
        case nextPage(token: String)
        case watch(from: String)
    }

    enum Paging: Sendable, Hashable {
        case pages
        /// All in one answer: for a list whose pages expire faster than they can be read.
        case onePiece
    }

    struct Next: Sendable, Hashable {
        var step: Step
        var delay: Duration
    }

    /// A watch that lived so long was a good one, even if nothing happened.
    static let healthyLife = Duration.seconds(10)
    /// A server that asks for a longer pause is asked again after this.
    static let longestRetryAfter = Duration.seconds(300)
    /// Pages before a list is given up as endless: with the usual page size a million objects.
    static let maximumPages = 2_000

    private let backoff: Backoff
    private var random: SeededJitter
    private var pages = 0
    private var pageFailures = 0
    private var watchFailures = 0
    /// Silent watches in a row of which not a byte came.
    private var muteWatches = 0

    init(backoff: Backoff, seed: UInt64) {
        self.backoff = backoff
        random = SeededJitter(seed: seed)
    }

    /// The first step of all.
    let start = Next(step: .list(.pages), delay: .zero)

    // MARK: Lists

    /// A page came.
    ///
    /// - Parameters:
    ///   - token: Of the next page; `nil` on the last.
    ///   - resourceVersion: Of the list.
    mutating func listed(continuing token: String?, resourceVersion: String) -> Next {
        pages += 1
        if let token {
            guard pages < Self.maximumPages else {
                return listFailed(WatchFailure(.rejected, "the list has no end"), at: .nextPage(token: token))
            }
            pageFailures = 0
            return Next(step: .nextPage(token: token), delay: .zero)
        }
        // Without a version, or from 0, a watch would tell everything once more and miss what was deleted.
        guard !resourceVersion.isEmpty, resourceVersion != "0" else {
            return listFailed(WatchFailure(.unreadable, "the list has no version"), at: .list(.pages))
        }
        pages = 0
        pageFailures = 0
        muteWatches = 0
        return Next(step: .watch(from: resourceVersion), delay: .zero)
    }

    /// A page did not come.
    mutating func listFailed(_ failure: WatchFailure, at step: Step) -> Next {
        let isFirst = pageFailures == 0
        let wait = delay(after: pageFailures, failure.retryAfter)
        pageFailures += 1
        switch (step, failure.cause) {
        case (.nextPage, .expired):
            // The moment that the pages show is forgotten; asked for in one piece it cannot be.
            pages = 0
            return Next(step: .list(.onePiece), delay: isFirst ? .zero : wait)
        case (.nextPage, .disconnected), (.nextPage, .tooManyRequests), (.nextPage, .unavailable),
            (.nextPage, .refused):
            return Next(step: step, delay: wait)
        default:
            pages = 0
            return Next(step: .list(.pages), delay: wait)
        }
    }

    // MARK: Watches

    /// A watch came to its end.
    mutating func watched(_ report: WatchReport) -> Next {
        let wasHealthy = report.lived >= Self.healthyLife && report.end.cause != .silent
        if report.hasProgressed || wasHealthy { watchFailures = 0 }
        muteWatches = report.end == .silent && !report.hasProgressed ? muteWatches + 1 : 0
        let isFirst = watchFailures == 0
        var retryAfter: Duration?
        if case .failed(let failure) = report.end { retryAfter = failure.retryAfter }
        let wait = delay(after: watchFailures, retryAfter)
        watchFailures += 1
        if report.end == .distrusted { return Next(step: .list(.pages), delay: isFirst ? .zero : wait) }
        let again = Step.watch(from: report.resourceVersion)
        switch report.end.cause {
        case .ended: return Next(step: again, delay: wasHealthy ? .zero : wait)
        case .disconnected, .tooManyRequests, .unavailable, .refused: return Next(step: again, delay: wait)
        case .expired: return Next(step: .list(.pages), delay: isFirst ? .zero : wait)
        // A server that was restored from a backup may wait silently for a version that is ahead of it.
        case .silent: return Next(step: muteWatches > 1 ? .list(.pages) : again, delay: wait)
        case .rejected, .unreadable: return Next(step: .list(.pages), delay: wait)
        }
    }

    private mutating func delay(after failures: Int, _ retryAfter: Duration?) -> Duration {
        // Whoever was sent away until the same moment does not come back in the same moment.
        backoff.delay(after: failures, using: &random) + min(max(retryAfter ?? .zero, .zero), Self.longestRetryAfter)
    }
}
