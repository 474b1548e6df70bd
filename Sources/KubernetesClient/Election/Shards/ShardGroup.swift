package import Autoscaling
package import KubernetesTypes

/// What one of several controllers that share the work knows of the others, and which shards it should have. It has no
/// clock and sends nothing.
///
/// The group is a Lease that no single process holds: its `holderIdentity` is the number of shards, and each member renews
/// it with a sign of life in an annotation of its own. So two groups with different numbers of shards, or a group and a
/// single leader, can never be at work at once: one takes the lease only when no member of the other has renewed it for its
/// whole duration, and each member stops before that by its own clock. Within a group, the lease of each shard says who
/// works on it (``LeaseElection``); what is said here is only who should stand for which.
package struct ShardGroup: Sendable {
    /// What to do next.
    package enum Action: Sendable, Hashable {
        case wait(until: Duration)
        case read
        case create(Lease)
        case update(Lease)
        /// Operations of a JSON patch.
        case patch(JSONValue)
        /// The group is left, as far as that can be.
        case finished
    }

    /// A sign of life and since when it has been seen to be just so.
    private struct Sighting: Sendable, Hashable {
        var sign: String
        var since: Duration
        /// Whether another sign of the same member was seen before.
        var hasMoved = false
    }

    private enum Step: Sendable, Hashable {
        case waiting
        case reading
        case deciding(isMissing: Bool)
    }

    let namespace: String
    let name: String
    /// For people; what tells members apart is ``member``.
    let identity: String
    let member: String
    let count: Int
    let timings: ElectionTimings

    /// How many signs of life were written.
    private(set) var signCount = 0
    private var observed: LeaseElection.Observation?
    private var others: [String: Sighting] = [:]
    private var renewedAt: Duration?
    private var step = Step.waiting
    private var nextAttempt = Duration.zero
    private var hasReadAgain = false
    private var releaseEnds: Duration?
    private var jitter: SeededJitter

    /// - Parameters:
    ///   - member: Unlike that of every other process, now and later; at most 63 letters, digits and dashes.
    ///   - count: Shards, 2 to ``ShardPlacement/maximumCount``.
    package init(
        namespace: String, name: String, identity: String, member: String, count: Int, timings: ElectionTimings,
        seed: UInt64
    ) {
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.member = member
        self.count = count
        self.timings = timings
        jitter = SeededJitter(seed: seed)
    }

    /// Who holds the lease: everybody with as many shards.
    var holder: String { "\(count) shards" }

    /// For those who ask whether this process is a member.
    var standing: ElectionStanding {
        ElectionStanding(
            renewedAt: renewedAt, holder: observed.flatMap { $0.holder.isEmpty ? nil : $0.holder },
            transitions: Int(observed?.transitions ?? 0), identity: holder)
    }

    /// The members that count as alive, this one among them while it is a member.
    package func members(at now: Duration) -> Set<String> {
        var members = Set(others.filter { now < $0.value.since + timings.leaseDuration }.keys)
        if isMember(at: now) { members.insert(member) }
        return members
    }

    /// The shards that this member should stand for: none while its sign of life is not known to be young enough.
    package func wanted(at now: Duration) -> Set<Int> {
        guard isMember(at: now) else { return [] }
        let placement = ShardPlacement.members(of: count, among: members(at: now))
        return Set(placement.indices.filter { placement[$0] == member })
    }

    private func isMember(at now: Duration) -> Bool {
        guard releaseEnds == nil, let renewedAt else { return false }
        return now < renewedAt + timings.renewDeadline
    }

    // MARK: What to do

    /// What to do at this moment. An action other than a wait counts as begun now.
    ///
    /// - Parameter wallClock: For the record alone.
    package mutating func next(at now: Duration, wallClock: Timestamp) -> Action {
        if let since = renewedAt, now >= since + timings.renewDeadline { renewedAt = nil }
        if releaseEnds != nil { return nextOfRelease(at: now, wallClock) }
        switch step {
        case .waiting:
            guard now >= nextAttempt else { return .wait(until: nextAttempt) }
            hasReadAgain = false
            if renewedAt != nil, let observed, let renewal = renewal(of: observed, at: now, wallClock) {
                return renewal
            }
            step = .reading
            return .read
        case .reading:
            return .read
        case .deciding(let isMissing):
            if let claim = claim(isMissing: isMissing, at: now, wallClock) { return claim }
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

    private mutating func claim(isMissing: Bool, at now: Duration, _ wallClock: Timestamp) -> Action? {
        if let observed, !observed.holder.isEmpty, observed.holder != holder, now < observed.expires { return nil }
        guard let observed, !isMissing else {
            signCount += 1
            var lease = acquisition(of: observed, wallClock)
            lease.metadata?.resourceVersion = nil
            return write(.create(lease))
        }
        if let renewal = renewal(of: observed, at: now, wallClock) { return renewal }
        signCount += 1
        return write(.update(acquisition(of: observed, wallClock)))
    }

    /// - Returns: `nil` when the lease is not this group's.
    private mutating func renewal(
        of observed: LeaseElection.Observation, at now: Duration, _ wallClock: Timestamp
    ) -> Action? {
        guard observed.holder == holder else { return nil }
        signCount += 1
        let gone = Set(others.filter { now >= $0.value.since + timings.leaseDuration * 10 }.keys)
        // A patch can only add to annotations that are there.
        if observed.lease.metadata?.annotations?.isEmpty ?? true || !gone.isEmpty {
            return write(.update(renewal(of: observed, without: gone, wallClock)))
        }
        return write(.patch(renewal(at: wallClock)))
    }

    private mutating func write(_ action: Action) -> Action {
        step = .waiting
        return action
    }

    // MARK: What came of it

    /// Takes in the answer to an action.
    ///
    /// - Parameter startedAt: When ``next(at:wallClock:)`` gave the action, before anything of it was sent.
    package mutating func received(
        _ answer: LeaseElection.Answer, to action: Action, startedAt: Duration, at now: Duration
    ) {
        switch (action, answer) {
        case (.wait, _), (.finished, _): break
        case (.read, .lease(let lease)):
            observe(lease, at: now)
            step = .deciding(isMissing: false)
        case (.read, .missing): step = .deciding(isMissing: true)
        case (.read, _): failAttempt(at: now)
        case (_, .lease(let lease)):
            observe(lease, at: now)
            if observed?.holder == holder, releaseEnds == nil { renewedAt = startedAt }
            endAttempt(startedAt: startedAt, at: now)
        case (_, .failed): failAttempt(at: now)
        // Another's write was first, or the record lacks what a patch needs: the record says what to do.
        case _ where !hasReadAgain:
            hasReadAgain = true
            step = .reading
        default: failAttempt(at: now)
        }
    }

    private mutating func observe(_ lease: Lease, at now: Duration) {
        let isSame = observed.map { $0.lease.spec == lease.spec && $0.lease.metadata == lease.metadata } ?? false
        if !isSame { observed = LeaseElection.Observation(lease: lease, since: now) }
        guard observed?.holder == holder else {
            renewedAt = nil
            others = [:]
            return
        }
        let signs = Self.signs(of: lease)
        let youngest = signs.values.compactMap(Self.time).max()
        let known = others
        others = [:]
        for (name, sign) in signs where name != member {
            var sighting = known[name] ?? Sighting(sign: sign, since: now)
            if sighting.sign != sign { sighting = Sighting(sign: sign, since: now, hasMoved: true) }
            // One that was never seen to move, and is much older than the youngest, was gone before we came.
            if !sighting.hasMoved, let youngest, let time = Self.time(of: sign),
                youngest.nanoseconds(since: time) > timings.leaseDuration.nanoseconds
            {
                sighting.since = min(sighting.since, now - timings.leaseDuration)
            }
            others[name] = sighting
        }
    }

    private mutating func endAttempt(startedAt: Duration? = nil, at now: Duration) {
        step = .waiting
        let period = renewedAt == nil ? timings.retryPeriod * jitter.share(in: 0.7...0.9) : timings.retryPeriod
        nextAttempt = max((startedAt ?? now) + period, now)
    }

    private mutating func failAttempt(at now: Duration) {
        step = .waiting
        nextAttempt = now + timings.retryPeriod * jitter.share(in: renewedAt == nil ? 0.7...0.9 : 0.2...0.3)
    }

    // MARK: Leaving

    /// Ends all wish to be a member: the others need not wait for our sign to grow old. Our own shards must have been given
    /// back.
    package mutating func beginRelease(at now: Duration) {
        renewedAt = nil
        hasReadAgain = false
        step = .waiting
        nextAttempt = now
        releaseEnds = now + timings.requestLimit
    }

    private mutating func nextOfRelease(at now: Duration, _ wallClock: Timestamp) -> Action {
        guard let releaseEnds, now < releaseEnds else { return .finished }
        switch step {
        case .waiting:
            guard now >= nextAttempt else { return .wait(until: min(nextAttempt, releaseEnds)) }
            guard signCount > 0 else { return .finished }
            step = .reading
            return .read
        case .reading: return .read
        case .deciding(let isMissing):
            guard !isMissing, let observed, observed.holder == holder, Self.signs(of: observed.lease)[member] != nil
            else {
                return .finished
            }
            return write(.update(departure(from: observed, isLast: members(at: now).isEmpty, wallClock)))
        }
    }
}
