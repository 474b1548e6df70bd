import Autoscaling
import KubernetesTypes
import Testing

@testable import KubernetesClient

@Suite struct ElectionTests {
    // MARK: Timings

    struct Lengths: Sendable, CustomTestStringConvertible {
        var lease: Double
        var deadline: Double
        var retry: Double
        var error: ElectionTimingsError?
        var testDescription: String { "\(lease) \(deadline) \(retry)" }
    }

    @Test(arguments: [
        Lengths(lease: 15, deadline: 10, retry: 2), Lengths(lease: 0.3, deadline: 0.2, retry: 0.1),
        Lengths(lease: 10, deadline: 10, retry: 2, error: .noRoomToStop),
        Lengths(lease: 9, deadline: 10, retry: 2, error: .noRoomToStop),
        Lengths(lease: 15, deadline: 2.4, retry: 2, error: .noRoomToRetry),
        Lengths(lease: 15, deadline: 2.5, retry: 2),
        Lengths(lease: 15, deadline: 10, retry: 0, error: .notPositive),
        Lengths(lease: 15, deadline: -1, retry: -2, error: .notPositive),
        Lengths(lease: 86_401, deadline: 10, retry: 2, error: .tooLong),
    ])
    func timingsLeaveRoomForEachOther(_ lengths: Lengths) {
        let made = Result { () throws(ElectionTimingsError) in
            try ElectionTimings(
                leaseDuration: .seconds(lengths.lease), renewDeadline: .seconds(lengths.deadline),
                retryPeriod: .seconds(lengths.retry))
        }
        switch made {
        case .success: #expect(lengths.error == nil)
        case .failure(let error): #expect(error == lengths.error)
        }
    }

    @Test func theRecordNeverSaysLessThanIsCountedWith() throws {
        let timings = try ElectionTimings(
            leaseDuration: .milliseconds(1_001), renewDeadline: .milliseconds(700), retryPeriod: .milliseconds(200))
        #expect(timings.leaseDurationSeconds == 2)
        #expect(ElectionTimings.standard.leaseDurationSeconds == 15)
        #expect(ElectionTimings.standard.longestWrite == .milliseconds(4_250))
    }

    // MARK: The course of an election

    @Test func theFirstOneMakesTheLeaseAndRenewsItEachRetryPeriod() {
        var server = LeaseServer()
        var election = LeaseElection("a")
        #expect(election.settle(&server, at: .seconds(100)) == .seconds(102))
        #expect(election.renewedAt == .seconds(100))
        #expect(election.settle(&server, at: .seconds(102)) == .seconds(104))
        #expect(election.renewedAt == .seconds(102))
        #expect(server.history.map(\.leaseTransitions) == [0, 0])
        #expect(
            server.history.map(\.acquireTime)
                == [100, 100].map { MicroTime(Timestamp(nanoseconds: $0 * 1_000_000_000)) })
        #expect(
            server.history.map(\.renewTime) == [100, 102].map { MicroTime(Timestamp(nanoseconds: $0 * 1_000_000_000)) })
    }

    @Test func aCandidateTakesALeaseOnlyAfterItHasSeenItUnchangedForItsDuration() throws {
        var server = LeaseServer()
        var leader = LeaseElection("a")
        var candidate = LeaseElection("b")
        leader.settle(&server, at: .seconds(1_000))
        // The times that are written in the record are long past by this one's clock; that says nothing.
        var now = Duration.seconds(5_000)
        let seen = now
        while candidate.renewedAt == nil {
            let until = try #require(candidate.settle(&server, at: now))
            if candidate.renewedAt == nil {
                #expect(now < seen + .seconds(15))
                #expect(until - now < .seconds(2) && until > now)
                now = until
            }
        }
        #expect(now >= seen + .seconds(15) && now < seen + .seconds(17))
        #expect(server.stored?.spec?.holderIdentity == "b")
        #expect(server.stored?.spec?.leaseTransitions == 1)
    }

    @Test func anyRenewalBeginsTheWaitAnew() {
        var server = LeaseServer()
        var leader = LeaseElection("a")
        var candidate = LeaseElection("b")
        for second in 0..<100 {
            leader.settle(&server, at: .seconds(second))
            candidate.settle(&server, at: .seconds(second))
        }
        #expect(leader.renewedAt == .seconds(98) && candidate.renewedAt == nil)
        // The wall clock of the leader stands still; its records differ all the same.
        var stopped = LeaseElection("c")
        var own = LeaseServer()
        for second in 0..<10 {
            let now = Duration.seconds(second * 2)
            let action = stopped.next(at: now, wallClock: Timestamp(nanoseconds: 0))
            stopped.received(own.carryOut(action), to: action, startedAt: now, at: now)
            stopped.settle(&own, at: now)
        }
        #expect(Set(own.history.map(\.renewTime)).count == own.history.count)
    }

    @Test func aReleasedLeaseIsTakenAtTheNextLookWhichIsWithinTheRetryPeriod() throws {
        for seed in 0..<200 as Range<UInt64> {
            var server = LeaseServer()
            var leader = LeaseElection("a")
            var candidate = LeaseElection("b", seed: seed)
            leader.settle(&server, at: .zero)
            let until = try #require(candidate.settle(&server, at: .seconds(1)))
            #expect(until > .seconds(2) && until < .milliseconds(2_900))
            leader.beginRelease(at: .seconds(1))
            #expect(leader.settle(&server, at: .seconds(1)) == nil)
            #expect(server.stored?.spec?.holderIdentity == "" && server.stored?.spec?.leaseDurationSeconds == 1)
            candidate.settle(&server, at: until)
            #expect(candidate.renewedAt == until)
        }
    }

    @Test func whoNeverHeldTheLeaseReleasesNothing() {
        var server = LeaseServer()
        var leader = LeaseElection("a")
        var candidate = LeaseElection("b")
        leader.settle(&server, at: .zero)
        candidate.settle(&server, at: .zero)
        candidate.beginRelease(at: .seconds(1))
        #expect(candidate.next(at: .seconds(1), wallClock: Timestamp(nanoseconds: 0)) == .finished)
    }

    @Test func aWriteThatMayHaveBeenCarriedOutIsLookedForBeforeTheRelease() {
        var server = LeaseServer()
        var election = LeaseElection("a")
        let read = election.next(at: .zero, wallClock: Timestamp(nanoseconds: 0))
        election.received(server.carryOut(read), to: read, startedAt: .zero, at: .zero)
        let create = election.next(at: .zero, wallClock: Timestamp(nanoseconds: 0))
        _ = server.carryOut(create)
        election.received(.failed, to: create, startedAt: .zero, at: .seconds(1))
        #expect(election.renewedAt == nil && server.stored?.spec?.holderIdentity == "a")
        election.beginRelease(at: .seconds(1))
        #expect(election.settle(&server, at: .seconds(1)) == nil)
        #expect(server.stored?.spec?.holderIdentity == "")
    }

    /// A process that ends while it takes the lease: its request arrives after it has looked.
    @Test(arguments: ["", "a"]) func aClaimThatIsStillOnItsWayIsKeptOutByTheRelease(_ former: String) throws {
        var server = LeaseServer()
        var leader = LeaseElection("a")
        leader.settle(&server, at: .zero)
        var candidate = LeaseElection("b")
        candidate.settle(&server, at: .zero)
        if former.isEmpty {
            leader.beginRelease(at: .seconds(1))
            leader.settle(&server, at: .seconds(1))
        }
        let later = Duration.seconds(30)
        var claim = candidate.next(at: later, wallClock: Timestamp(nanoseconds: 0))
        candidate.received(server.carryOut(claim), to: claim, startedAt: later, at: later)
        claim = candidate.next(at: later, wallClock: Timestamp(nanoseconds: 0))
        guard case .update = claim else {
            Issue.record("no claim: \(claim)")
            return
        }
        candidate.beginRelease(at: later)
        var behind = candidate
        // It arrives when all is over, and is refused.
        var unseen = server
        #expect(candidate.settle(&unseen, at: later) == nil)
        #expect(unseen.carryOut(claim) == .conflict)
        #expect(unseen.stored?.spec?.holderIdentity == "")
        // It arrives between the look and the write: that is found by another look.
        let look = behind.next(at: later, wallClock: Timestamp(nanoseconds: 0))
        behind.received(server.carryOut(look), to: look, startedAt: later, at: later)
        _ = server.carryOut(claim)
        #expect(server.stored?.spec?.holderIdentity == "b")
        #expect(behind.settle(&server, at: later) == nil)
        #expect(server.stored?.spec?.holderIdentity == "")
    }

    /// Another has got the lease unseen, and it was deleted: whoever has ever seen it waits until that one must have
    /// noticed.
    @Test func aLeaseThatIsMissingMayHaveBeenSomebodys() throws {
        var server = LeaseServer()
        var (first, second, late) = (LeaseElection("a"), LeaseElection("b"), LeaseElection("c"))
        first.settle(&server, at: .zero)
        late.settle(&server, at: .seconds(1))
        // The first is gone; the second takes it.
        second.settle(&server, at: .seconds(2))
        second.settle(&server, at: .seconds(20))
        #expect(second.renewedAt == .seconds(20))
        server.stored = nil
        late.settle(&server, at: .seconds(21))
        #expect(late.renewedAt == nil && server.stored == nil)
        late.settle(&server, at: .seconds(35))
        #expect(late.renewedAt == nil)
        late.settle(&server, at: .seconds(37))
        #expect(late.renewedAt == .seconds(37))
    }

    /// Somebody was faster to make the lease anew, and it was deleted once more before anybody read it.
    @Test func whoWasBeatenToAMissingLeaseWaitsAnewWhenItIsMissingAgain() throws {
        var server = LeaseServer()
        var (first, second, faster) = (LeaseElection("a"), LeaseElection("b"), LeaseElection("c"))
        first.settle(&server, at: .zero)
        second.settle(&server, at: .zero)
        server.stored = nil
        second.settle(&server, at: .seconds(2))
        let start = Timestamp(nanoseconds: 0)
        let look = second.next(at: .seconds(18), wallClock: start)
        second.received(server.carryOut(look), to: look, startedAt: .seconds(18), at: .seconds(18))
        let claim = second.next(at: .seconds(18), wallClock: start)
        faster.settle(&server, at: .seconds(18))
        #expect(faster.renewedAt == .seconds(18))
        second.received(server.carryOut(claim), to: claim, startedAt: .seconds(18), at: .seconds(18))
        server.stored = nil
        for time in [20, 34] {
            second.settle(&server, at: .seconds(time))
            #expect(second.renewedAt == nil && server.stored == nil)
        }
        second.settle(&server, at: .seconds(36))
        #expect(second.renewedAt == .seconds(36))
    }

    @Test func anUnansweredRenewalThatWasCarriedOutIsFoundAndGoneOnWith() {
        var server = LeaseServer()
        var election = LeaseElection("a")
        election.settle(&server, at: .zero)
        let renewal = election.next(at: .seconds(2), wallClock: Timestamp(nanoseconds: 0))
        _ = server.carryOut(renewal)
        election.received(.failed, to: renewal, startedAt: .seconds(2), at: .seconds(4))
        #expect(election.renewedAt == .zero)
        election.settle(&server, at: .seconds(5))
        #expect(election.renewedAt == .seconds(5))
        #expect(server.stored?.spec?.leaseTransitions == 0)
    }

    @Test func aLeaderThatCannotRenewLosesAtItsDeadlineAndBecomesACandidate() throws {
        var server = LeaseServer()
        var election = LeaseElection("a")
        election.settle(&server, at: .zero)
        var now = Duration.seconds(2)
        var attempts = 0
        while now < .seconds(10) {
            let action = election.next(at: now, wallClock: Timestamp(nanoseconds: 0))
            if case .wait(let until) = action {
                now = until
                continue
            }
            attempts += 1
            let limit = election.requestLimit(at: now)
            #expect(limit > .zero && now + limit <= .seconds(10))
            election.received(.failed, to: action, startedAt: now, at: now + min(limit, .milliseconds(900)))
            now += min(limit, .milliseconds(900))
        }
        #expect(attempts >= 5)
        _ = election.next(at: .seconds(10), wallClock: Timestamp(nanoseconds: 0))
        #expect(election.renewedAt == nil)
        // Its own record is still there: it may go on with it, in a new term.
        election.settle(&server, at: .seconds(13))
        #expect(election.renewedAt == .seconds(13))
    }

    @Test func aLeaseDeletedUnderItsHolderIsNotFreeBeforeItWouldHaveExpired() throws {
        var server = LeaseServer()
        var leader = LeaseElection("a")
        var candidate = LeaseElection("b")
        leader.settle(&server, at: .zero)
        candidate.settle(&server, at: .zero)
        server.stored = nil
        var now = Duration.zero
        while now < .seconds(14) {
            now = try #require(candidate.settle(&server, at: now))
            #expect(candidate.renewedAt == nil || now >= .seconds(15))
        }
        #expect(server.history.count == 1)
        // The holder makes it anew, and has led all the time.
        leader.settle(&server, at: .seconds(2))
        #expect(leader.renewedAt == .seconds(2))
        #expect(server.stored?.spec?.leaseTransitions == 0)
    }

    @Test func aLeaseTakenByHandIsLostAtTheNextRenewal() {
        var server = LeaseServer()
        var election = LeaseElection("a")
        election.settle(&server, at: .zero)
        server.stored?.spec?.holderIdentity = "somebody"
        server.stored?.metadata?.resourceVersion = "by hand"
        election.settle(&server, at: .seconds(2))
        #expect(election.renewedAt == nil)
        #expect(election.standing.other == "somebody")
    }

    @Test func whatOthersPutOnTheObjectStaysAndDoesNotEndATerm() {
        var server = LeaseServer()
        var election = LeaseElection("a")
        election.settle(&server, at: .zero)
        server.stored?.metadata?.labels = ["team": "shop"]
        server.stored?.metadata?.resourceVersion = "labelled"
        election.settle(&server, at: .seconds(2))
        #expect(election.renewedAt == .seconds(2))
        #expect(server.stored?.metadata?.labels == ["team": "shop"])
    }

    // MARK: What may be written

    @Test func aWriteMustEndBeforeAnybodyElseCouldTakeTheLease() {
        let clock = HandClock()
        let leadership = Leadership(clock: clock)
        #expect(!leadership.mayWrite(within: .zero) && !leadership.isLeader)
        var standing = ElectionStanding(renewedAt: .seconds(100), holder: "a", transitions: 3, identity: "a")
        #expect(leadership.update(standing) == .started(term: 1))
        let table: [(at: Double, within: Double, may: Bool)] = [
            (100, 0, true), (100, 14.2, true), (100, 14.25, false), (100, 60, false), (104, 10, true),
            (104.3, 10, false), (109.9, 4.25, true), (109.999, 0, true), (110, 0, false), (200, 0, false),
        ]
        for (at, within, may) in table {
            clock.set(.seconds(at))
            #expect(leadership.mayWrite(within: .seconds(within)) == may, "\(at) \(within)")
        }
        clock.set(.seconds(101))
        standing.renewedAt = nil
        standing.holder = "b"
        #expect(leadership.update(standing) == .lost(to: "b"))
        #expect(!leadership.isLeader && leadership.holder == "b" && leadership.transitions == 3 && leadership.term == 1)
    }

    @Test func aWriteHoldsTheLeaseBackAndARevokedOneIsNotBegun() async throws {
        let clock = HandClock()
        let leadership = Leadership(clock: clock)
        _ = leadership.update(ElectionStanding(renewedAt: .zero, holder: "a", identity: "a"))
        #expect(try await leadership.write(within: .seconds(1)) { 7 } == 7)
        leadership.revoke()
        #expect(try await leadership.write(within: .seconds(1)) { 7 } == nil)
        #expect(!leadership.isLeader)
        leadership.reset()
        #expect(!leadership.isLeader)
    }

    @Test func withoutAnElectionOneLeadsAlways() {
        let leadership = Leadership.uncontested()
        #expect(leadership.isLeader && leadership.mayWrite(within: .seconds(3_600)) && leadership.term == 1)
    }
}
