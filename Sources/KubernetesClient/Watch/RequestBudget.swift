internal import Locking

/// How many requests a client sends: so many a second, and so many at once after a quiet time.
///
/// A token bucket, fair in the order of arrival. When the server asks to be left alone for a while (429 with
/// `Retry-After`), everybody waits for that long.
package final class RequestBudget: Sendable {
    /// What a controller may ask of an API server, as kube-scheduler's defaults: caches cost no reads, so this is 750
    /// writes in a sync period of 15 s.
    package static let controllerQueriesPerSecond = 50
    /// A burst of twice the rate lets caches of many namespaces fill, and the first writes of a tick go, without waiting.
    package static let controllerBurst = 100

    private let clock: any MonotonicClock
    private let bucket: Locked<TokenBucket>

    /// - Parameters:
    ///   - queriesPerSecond: At least 1.
    ///   - burst: Requests that may go at once after a quiet time, at least 1.
    package init(
        queriesPerSecond: Int = controllerQueriesPerSecond, burst: Int = controllerBurst,
        clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        self.clock = clock
        bucket = Locked(TokenBucket(queriesPerSecond: queriesPerSecond, burst: burst, at: clock.now()))
    }

    /// Waits for the turn of one request.
    ///
    /// - Throws: `CancellationError`; nothing is used up then.
    package func take() async throws {
        try Task.checkCancellation()
        let turn = bucket.withLock { $0.enter() }
        do {
            while let wait = bucket.withLock({ $0.wait(of: turn, at: clock.now()) }) {
                try await clock.sleep(for: wait)
            }
        } catch {
            bucket.withLock { $0.leave(turn) }
            throw error
        }
    }

    /// Lets nobody go for a while, as the server asked; at most ``TokenBucket/longestPause``.
    package func pause(for time: Duration) {
        bucket.withLock { $0.pause(for: time, at: clock.now()) }
    }
}

/// The state of a ``RequestBudget``: pure, time is an argument.
///
/// Credit is counted as time: a request costs the interval between two, and a moment gives its own length.
struct TokenBucket: Sendable {
    /// A server that asks for more is asked again after this.
    static let longestPause = Duration.seconds(300)

    private let interval: Duration
    private let capacity: Duration
    private var credit: Duration
    /// Up to when credit has been given; lies ahead during a pause.
    private var settled: Duration
    /// Who waits, in the order of arrival.
    private var line: [Int] = []
    private var nextTurn = 0

    init(queriesPerSecond: Int, burst: Int, at now: Duration) {
        interval = .seconds(1) / max(1, queriesPerSecond)
        capacity = interval * max(1, burst)
        credit = capacity
        settled = now
    }

    /// Joins the end of the line.
    mutating func enter() -> Int {
        nextTurn += 1
        line.append(nextTurn)
        return nextTurn
    }

    /// How long this turn has to wait; `nil` when it may go: it has then left the line and paid.
    mutating func wait(of turn: Int, at now: Duration) -> Duration? {
        guard let place = line.firstIndex(of: turn) else { return nil }
        if now > settled {
            credit = min(capacity, credit + (now - settled))
            settled = now
        }
        let needed = interval * (place + 1)
        guard now >= settled, credit >= needed else {
            return max(.zero, settled - now) + max(.zero, needed - credit)
        }
        line.remove(at: place)
        credit -= interval
        return nil
    }

    /// Leaves the line without going.
    mutating func leave(_ turn: Int) {
        line.removeAll { $0 == turn }
    }

    /// Begins anew, with nothing saved up, after the pause.
    mutating func pause(for time: Duration, at now: Duration) {
        let end = now + min(max(time, .zero), Self.longestPause)
        guard end > settled else { return }
        credit = .zero
        settled = end
    }
}
