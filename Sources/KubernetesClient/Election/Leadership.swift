internal import Locking

/// Whether this process may act as the leader, at any moment.
///
/// It is asked before each write, not once: a process that was paused finds out here that its time has passed, before
/// anything else of it has run. A ``LeaderElector`` keeps it up to date.
package final class Leadership: Sendable {
    private struct State {
        var standing: ElectionStanding
        var term = 0
        var isRevoked = false
        /// Until when each write under way may take.
        var writes: [Int: Duration] = [:]
        var nextWrite = 0
    }

    private let clock: any MonotonicClock
    /// `nil` where there is no election: whoever asks leads.
    private let timings: ElectionTimings?
    private let state: Locked<State>

    /// Nobody leads until an elector has won.
    package convenience init(
        timings: ElectionTimings = .standard, clock: any MonotonicClock = SystemMonotonicClock()
    ) {
        self.init(timings: timings, clock: clock, State(standing: ElectionStanding()))
    }

    /// For one that runs alone, without an election: it leads always, in its first and only term.
    package static func uncontested() -> Leadership {
        Leadership(timings: nil, clock: SystemMonotonicClock(), State(standing: ElectionStanding(), term: 1))
    }

    private init(timings: ElectionTimings?, clock: any MonotonicClock, _ state: sending State) {
        self.timings = timings
        self.clock = clock
        self.state = Locked(state)
    }

    /// Whether this process leads now.
    package var isLeader: Bool { mayWrite(within: .zero) }

    /// Whether a write that may take up to `duration` would surely end before anybody else could take the lease.
    ///
    /// Its request must be bounded by just that duration, and what is between this answer and the first byte sent must
    /// not wait for anything. A process can still be stopped in that gap, and no lease can help: the resourceVersion
    /// that every write of ours carries does.
    ///
    /// A write must end before the elector's task is cancelled, for the lease is then given back at once;
    /// ``write(within:_:)`` sees to that by itself.
    package func mayWrite(within duration: Duration) -> Bool {
        // The clock is looked at last: what is known can only be older than the moment it is held against.
        let (isRevoked, renewedAt) = state.withLock { ($0.isRevoked, $0.standing.renewedAt) }
        guard !isRevoked else { return false }
        guard timings != nil else { return true }
        guard let renewedAt else { return false }
        return isEnough(renewedAt, for: duration, at: clock.now())
    }

    /// Runs a write if it would surely end before anybody else could take the lease, and keeps the lease from being
    /// given back meanwhile.
    ///
    /// - Parameter duration: The most that `body` takes; it must bound its requests by that itself.
    /// - Returns: `nil` when the write must not be begun, and was not.
    package func write<Result: Sendable>(
        within duration: Duration, _ body: () async throws -> Result
    ) async throws -> Result? {
        guard let write = beginWrite(within: duration) else { return nil }
        defer { state.withLock { _ = $0.writes.removeValue(forKey: write) } }
        return try await body()
    }

    /// Who holds the lease as far as known, be it this process or another; `nil` when nobody does.
    package var holder: String? { state.withLock { $0.standing.holder } }

    /// How often the lease has changed hands, as it says itself.
    package var transitions: Int { state.withLock { $0.standing.transitions } }

    /// How often this process has become leader. Whoever remembers things from the time of an earlier term must look
    /// again: another may have led in between.
    package var term: Int { state.withLock { $0.term } }

    // MARK: For the elector

    /// Takes over what the elector knows now.
    ///
    /// - Returns: What is new in it, if anything.
    func update(_ standing: ElectionStanding) -> LeadershipChange? {
        state.withLock { state in
            let before = state.standing
            state.standing = standing
            switch (before.renewedAt, standing.renewedAt) {
            case (nil, _?):
                state.term += 1
                return .started(term: state.term)
            case (_?, nil): return .lost(to: standing.other)
            default: return before.holder == standing.holder ? nil : standing.other.map { .following($0) }
            }
        }
    }

    /// From now on no write may be begun.
    func revoke() {
        state.withLock { $0.isRevoked = true }
    }

    /// The end of a run: the next one may win again.
    func reset() {
        state.withLock { state in
            state.isRevoked = false
            state.standing = ElectionStanding()
        }
    }

    /// Waits for the writes under way, none of which goes on past its own limit.
    func waitForWrites() async {
        while true {
            let now = clock.now()
            let isWriting = state.withLock { $0.writes.values.contains { $0 > now } }
            guard isWriting else { return }
            do {
                try await clock.sleep(for: Self.writeCheckInterval)
            } catch {
                return
            }
        }
    }

    /// A release that is this much late is not noticed, and one who looks this often costs nothing.
    private static let writeCheckInterval = Duration.milliseconds(10)

    private func beginWrite(within duration: Duration) -> Int? {
        let now = clock.now()
        return state.withLock { state in
            guard mayWrite(state, within: duration, at: now) else { return nil }
            state.nextWrite += 1
            state.writes[state.nextWrite] = now + duration
            return state.nextWrite
        }
    }

    private func mayWrite(_ state: State, within duration: Duration, at now: Duration) -> Bool {
        guard !state.isRevoked else { return false }
        guard timings != nil else { return true }
        guard let renewedAt = state.standing.renewedAt else { return false }
        return isEnough(renewedAt, for: duration, at: now)
    }

    /// Whether a renewal lets a write begin that takes so long.
    private func isEnough(_ renewedAt: Duration, for duration: Duration, at now: Duration) -> Bool {
        guard let timings else { return true }
        return now < renewedAt + timings.renewDeadline
            && now + duration < renewedAt + timings.leaseDuration - timings.safetyMargin
    }
}

/// What an elector knows of the lease at one moment.
struct ElectionStanding: Sendable, Hashable {
    /// When the request began that renewed the lease last; `nil` for who does not lead.
    var renewedAt: Duration?
    /// `nil` when nobody holds the lease, or when it has never been read.
    var holder: String?
    var transitions = 0
    var identity = ""

    /// The holder, when it is somebody else.
    var other: String? { holder == identity ? nil : holder }
}

/// Something new in who leads: for logs and metrics.
package enum LeadershipChange: Sendable, Hashable {
    /// This process has become leader.
    case started(term: Int)
    /// This process has led, and does so no longer: the lease was not renewed in time, or somebody took it.
    case lost(to: String?)
    /// Somebody else leads.
    case following(String)
    /// The lease cannot be read or written; told once for each cause.
    case failing(String)
    /// The lease was given back.
    case released
}
