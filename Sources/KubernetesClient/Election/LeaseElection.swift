package import Autoscaling
package import KubernetesTypes

/// What one candidate knows of a lease, and what it does next. It has no clock and sends nothing.
///
///     switch election.next(at: now, wallClock: time) {
///     case .wait(let until): …
///     case .read, .create, .update: send it; then election.received(answer, startedAt: now, at: later)
///     case .finished: …
///     }
///
/// Times are those of the candidate's own monotonic clock. Why no two candidates lead at once: every write of the lease
/// carries the resourceVersion it was decided on, so of two only one is stored. A candidate takes a lease only after it
/// has itself seen the record unchanged for the record's whole duration, whatever times are written in it, and it
/// cannot have seen a record before the request that wrote it had begun. The holder counts from just that beginning.
///
/// - Source: client-go `leaderelection.go`, `tryAcquireOrRenew`. Stricter here: whoever has ever seen the lease takes a
///   deleted one only after it has been missing for a lease's duration, for another may have got it unseen in between; and
///   the holder counts from the start of its request. As there, one who never saw the lease takes it at once when somebody
///   has deleted it: its holder finds that out at its next renewal.
package struct LeaseElection: Sendable {
    /// What to do next.
    package enum Action: Sendable, Hashable {
        case wait(until: Duration)
        case read
        case create(Lease)
        case update(Lease)
        /// The lease is given up, as far as that can be.
        case finished
    }

    /// What became of a request.
    package enum Answer: Sendable, Hashable {
        /// The lease as read, or as stored by our write.
        case lease(Lease)
        /// There is no such lease.
        case missing
        /// Somebody else's write was first.
        case conflict
        /// Anything else. Whether a write was carried out, or will be, is not known.
        case failed
    }

    /// A record and since when it has been seen to be just so.
    struct Observation: Sendable, Hashable {
        var lease: Lease
        var since: Duration

        var holder: String { lease.spec?.holderIdentity ?? "" }
        var expires: Duration { since + .seconds(Int64(lease.spec?.leaseDurationSeconds ?? 0)) }
    }

    private enum Step: Sendable, Hashable {
        case waiting
        case reading
        /// The lease has just been read.
        case deciding(isMissing: Bool)
    }

    /// Where and as whom.
    let namespace: String
    let name: String
    let identity: String
    let timings: ElectionTimings

    /// The record as last read or written; `nil` before the first answer.
    private(set) var observed: Observation?
    /// When the request began that renewed the lease last; `nil` for who does not lead.
    private(set) var renewedAt: Duration?

    private var step = Step.waiting
    private var nextAttempt = Duration.zero
    /// Whether the record is surely the newest but for others' writes, so that it may be renewed without being read.
    private var isCurrent = false
    /// Whether a write of ours went unanswered: the lease may be ours without our knowing.
    private var isInDoubt = false
    /// The version that our last write replaces; `nil` for one that makes the lease.
    private var replaced: String?
    /// Since when the lease is known to be missing.
    private var missingSince: Duration?
    /// Once per attempt the lease is read again when a write of ours was too late.
    private var hasReadAgain = false
    /// Until when the release is tried; `nil` while we want the lease.
    private var releaseEnds: Duration?
    private var jitter: SeededJitter
    /// Whether the lease is wanted. Who only looks on knows since when it has been unchanged, and so need not wait anew
    /// when it is to be taken.
    private let isCandidate: Bool

    package init(namespace: String, name: String, identity: String, timings: ElectionTimings, seed: UInt64) {
        self.init(
            namespace: namespace, name: name, identity: identity, timings: timings, seed: seed, isCandidate: true,
            knowing: nil)
    }

    /// - Parameter observed: What an election of the same lease, identity and clock saw before.
    init(
        namespace: String, name: String, identity: String, timings: ElectionTimings, seed: UInt64, isCandidate: Bool,
        knowing observed: Observation?
    ) {
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.timings = timings
        self.jitter = SeededJitter(seed: seed)
        self.isCandidate = isCandidate
        self.observed = observed
    }

    /// For those who ask whether we lead.
    var standing: ElectionStanding {
        ElectionStanding(
            renewedAt: renewedAt, holder: observed.flatMap { $0.holder.isEmpty ? nil : $0.holder },
            transitions: Int(observed?.transitions ?? 0), identity: identity)
    }

    /// Whether the lease is ours as far as known, or may be.
    var mayHold: Bool { isInDoubt || observed?.holder == identity }

    // MARK: What to do

    /// What to do at this moment. An action other than a wait counts as begun now.
    ///
    /// - Parameter wallClock: For the record alone; nothing is decided by it.
    package mutating func next(at now: Duration, wallClock: Timestamp) -> Action {
        stepDownIfLate(at: now)
        if releaseEnds != nil { return nextOfRelease(at: now, wallClock: wallClock) }
        switch step {
        case .waiting:
            guard now >= nextAttempt else { return .wait(until: nextAttempt) }
            hasReadAgain = false
            if renewedAt != nil, isCurrent, let observed { return write(.update(renewal(of: observed, wallClock))) }
            step = .reading
            return .read
        case .reading:
            return .read
        case .deciding(let isMissing):
            if let claim = claim(isMissing: isMissing, at: now, wallClock) { return write(claim) }
            endAttempt(at: now)
            return .wait(until: nextAttempt)
        }
    }

    /// How long a request that begins now may take.
    package func requestLimit(at now: Duration) -> Duration {
        var limit = timings.requestLimit
        if let renewedAt { limit = min(limit, renewedAt + timings.renewDeadline - now) }
        if let releaseEnds { limit = min(limit, releaseEnds - now) }
        return max(limit, .zero)
    }

    /// What there is to write after reading, if anything.
    private func claim(isMissing: Bool, at now: Duration, _ wallClock: Timestamp) -> Action? {
        let isHeldByAnother = observed.map { isForeign($0) && now < $0.expires } ?? false
        // Also when it is missing: its holder may not have noticed yet.
        if isHeldByAnother || !isCandidate { return nil }
        // Nor may one whom we have not seen get it. Nobody has as long as it is ours.
        if let observed, let missingSince, renewedAt == nil {
            let duration = max(timings.leaseDuration, observed.expires - observed.since)
            if now < missingSince + duration { return nil }
        }
        guard let observed else { return .create(acquisition(of: nil, wallClock)) }
        let lease =
            observed.holder == identity ? renewal(of: observed, wallClock) : acquisition(of: observed, wallClock)
        guard isMissing else { return .update(lease) }
        var copy = lease
        copy.metadata = ObjectMeta(name: name, namespace: namespace)
        return .create(copy)
    }

    private mutating func write(_ action: Action) -> Action {
        step = .waiting
        isInDoubt = true
        if case .update(let lease) = action { replaced = lease.metadata?.resourceVersion } else { replaced = nil }
        return action
    }

    // MARK: What came of it

    /// Takes in the answer to an action.
    ///
    /// - Parameter startedAt: When ``next(at:wallClock:)`` gave the action, before anything of it was sent.
    package mutating func received(_ answer: Answer, to action: Action, startedAt: Duration, at now: Duration) {
        switch action {
        case .read: receivedRead(answer, at: now)
        case .create, .update: receivedWrite(answer, startedAt: startedAt, at: now)
        case .wait, .finished: break
        }
        stepDownIfLate(at: now)
    }

    private mutating func receivedRead(_ answer: Answer, at now: Duration) {
        switch answer {
        case .lease(let lease):
            observe(lease, at: now)
            isCurrent = true
            step = .deciding(isMissing: false)
        case .missing:
            missingSince = missingSince ?? now
            step = .deciding(isMissing: true)
        case .conflict, .failed:
            isCurrent = false
            failAttempt(at: now)
        }
    }

    private mutating func receivedWrite(_ answer: Answer, startedAt: Duration, at now: Duration) {
        // Who gives the lease up and was not the first to write may have been beaten by a write of its own.
        if answer != .failed { isInDoubt = releaseEnds != nil && answer == .conflict }
        if case .lease(let lease) = answer {
            observe(lease, at: now)
            isCurrent = true
            if observed?.holder == identity { renewedAt = startedAt }
            endAttempt(startedAt: startedAt, at: now)
            return
        }
        isCurrent = false
        // Somebody has made it, and need not be the one that we knew: should it go again, that one has its time too.
        if answer == .conflict { missingSince = nil }
        // A renewal that came too late may only have met a change of something else, e.g. of a label.
        if answer != .failed, renewedAt != nil || releaseEnds != nil, !hasReadAgain {
            hasReadAgain = true
            step = .reading
        } else {
            failAttempt(at: now)
        }
    }

    /// Any change of the object counts as a sign of life: too long a wait does no harm, too short a one does.
    private mutating func observe(_ lease: Lease, at now: Duration) {
        missingSince = nil
        let isSame = observed.map { $0.lease.spec == lease.spec && $0.lease.metadata == lease.metadata } ?? false
        if !isSame { observed = Observation(lease: lease, since: now) }
        if observed?.holder != identity { renewedAt = nil }
    }

    private mutating func stepDownIfLate(at now: Duration) {
        if let since = renewedAt, now >= since + timings.renewDeadline { renewedAt = nil }
    }

    private func isForeign(_ observation: Observation) -> Bool {
        !observation.holder.isEmpty && observation.holder != identity
    }

    // MARK: When to try again

    /// The holder comes again after the retry period, a candidate a little sooner: from the moment that a lease is
    /// released to the next look at it is then less than a retry period.
    private mutating func endAttempt(startedAt: Duration? = nil, at now: Duration) {
        step = .waiting
        let period = renewedAt == nil ? timings.retryPeriod * jitter.share(in: 0.7...0.9) : timings.retryPeriod
        nextAttempt = max((startedAt ?? now) + period, now)
    }

    /// A leader that could not renew has until its deadline only.
    private mutating func failAttempt(at now: Duration) {
        step = .waiting
        let share = renewedAt == nil ? 0.7...0.9 : 0.2...0.3
        nextAttempt = now + timings.retryPeriod * jitter.share(in: share)
    }

    // MARK: Giving it up

    /// Ends all wish for the lease. What was asked last and not answered counts as failed.
    ///
    /// The lease is then given back, if it is or may be ours, so that the next holder need not wait for it to expire.
    /// Our own writes must have ended: whoever is next may write at once.
    package mutating func beginRelease(at now: Duration) {
        renewedAt = nil
        hasReadAgain = false
        step = .waiting
        if isInDoubt { isCurrent = false }
        nextAttempt = now
        releaseEnds = now + timings.requestLimit
    }

    private mutating func nextOfRelease(at now: Duration, wallClock: Timestamp) -> Action {
        guard let releaseEnds, now < releaseEnds, mayHold else { return .finished }
        switch step {
        case .waiting:
            guard now >= nextAttempt else { return .wait(until: min(nextAttempt, releaseEnds)) }
            guard isCurrent, let observed else {
                step = .reading
                return .read
            }
            return write(.update(release(of: observed, wallClock)))
        case .reading: return .read
        case .deciding(let isMissing):
            guard !isMissing, let observed else { return .finished }
            // Where the lease is still as it was before a write of ours that may yet arrive, one in between keeps that out.
            let mayBecomeOurs = isInDoubt && replaced != nil && replaced == observed.lease.metadata?.resourceVersion
            guard observed.holder == identity || mayBecomeOurs else { return .finished }
            return write(.update(release(of: observed, wallClock)))
        }
    }
}
