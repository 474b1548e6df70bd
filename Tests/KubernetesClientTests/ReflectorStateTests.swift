import Recordings
import Testing

@testable import KubernetesClient

/// What follows after each ending, without any I/O.
@Suite struct ReflectorStateTests {
    typealias Step = ReflectorState.Step

    private static let backoff = Backoff(first: .seconds(1), longest: .seconds(8))

    private func state() -> ReflectorState { ReflectorState(backoff: Self.backoff, seed: 7) }

    /// Half of the step and the whole of it.
    private func isWait(_ delay: Duration, _ step: Duration) -> Bool { delay >= step / 2 && delay < step }

    private static func failed(_ cause: RestartCause, retryAfter: Duration? = nil) -> WatchFailure {
        WatchFailure(cause, retryAfter: retryAfter, "\(cause)")
    }

    private static func end(_ cause: RestartCause) -> WatchReport.End {
        switch cause {
        case .ended: .ended
        case .silent: .silent
        default: .failed(failed(cause))
        }
    }

    private static let failures = RestartCause.allCases.filter { $0 != .ended && $0 != .silent }

    @Test func aWatchThatIsNotBelievedIsListedAnew() {
        var state = state()
        _ = state.listed(continuing: nil, resourceVersion: "5")
        let report = WatchReport(resourceVersion: "7", lived: .seconds(30), end: .distrusted)
        #expect(state.watched(report) == .init(step: .list(.pages), delay: .zero))
        // Not without a pause, where it goes on so.
        _ = state.listed(continuing: nil, resourceVersion: "8")
        let next = state.watched(WatchReport(resourceVersion: "8", end: .distrusted))
        #expect(next.step == .list(.pages) && isWait(next.delay, .seconds(2)))
    }

    // MARK: Lists

    @Test func aListIsReadToItsEndAndWatchedFromItsVersion() {
        var state = state()
        #expect(state.start == .init(step: .list(.pages), delay: .zero))
        #expect(state.listed(continuing: "t", resourceVersion: "5") == .init(step: .nextPage(token: "t"), delay: .zero))
        #expect(state.listed(continuing: nil, resourceVersion: "5") == .init(step: .watch(from: "5"), delay: .zero))
    }

    @Test(arguments: ["", "0"]) func aListWithoutAVersionIsNotWatched(_ version: String) {
        var state = state()
        let next = state.listed(continuing: nil, resourceVersion: version)
        #expect(next.step == .list(.pages) && isWait(next.delay, .seconds(1)))
    }

    @Test func anEndlessListIsGivenUp() {
        var state = state()
        for _ in 1..<ReflectorState.maximumPages {
            #expect(state.listed(continuing: "t", resourceVersion: "5").step == .nextPage(token: "t"))
        }
        #expect(state.listed(continuing: "t", resourceVersion: "5").step == .list(.pages))
        #expect(state.listed(continuing: "t", resourceVersion: "5").step == .nextPage(token: "t"))
    }

    @Test(arguments: failures) func aFailedPageIsAskedForAgainOrTheListIs(_ cause: RestartCause) {
        let kept: [RestartCause] = [.disconnected, .tooManyRequests, .unavailable, .refused]
        var state = state()
        var next = state.listFailed(Self.failed(cause), at: .list(.pages))
        #expect(next.step == .list(.pages) && isWait(next.delay, .seconds(1)))
        next = state.listFailed(Self.failed(cause), at: .list(.onePiece))
        #expect(next.step == .list(.pages) && isWait(next.delay, .seconds(2)))
        _ = state.listed(continuing: "t", resourceVersion: "5")
        next = state.listFailed(Self.failed(cause), at: .nextPage(token: "t"))
        if cause == .expired {
            #expect(next == .init(step: .list(.onePiece), delay: .zero))
        } else {
            #expect(next.step == (kept.contains(cause) ? .nextPage(token: "t") : .list(.pages)))
            #expect(isWait(next.delay, .seconds(1)))
        }
    }

    @Test func waitsDoubleToTheirEndAndBeginAnewAfterAPage() {
        var state = state()
        for step in [1, 2, 4, 8, 8, 8] {
            let next = state.listFailed(Self.failed(.disconnected), at: .list(.pages))
            #expect(isWait(next.delay, .seconds(step)))
        }
        _ = state.listed(continuing: "t", resourceVersion: "5")
        let next = state.listFailed(Self.failed(.disconnected), at: .nextPage(token: "t"))
        #expect(isWait(next.delay, .seconds(1)))
    }

    // MARK: Watches

    struct Ending: Sendable, CustomTestStringConvertible {
        var cause: RestartCause
        var lived = Duration.seconds(1)
        var hasProgressed = false
        var resumes: Bool
        /// `nil` for at once.
        var wait: Duration? = .seconds(1)

        var testDescription: String { "\(cause), lived \(lived), progressed \(hasProgressed)" }
    }

    @Test(arguments: [
        Ending(cause: .ended, resumes: true),
        Ending(cause: .ended, hasProgressed: true, resumes: true),
        Ending(cause: .ended, lived: .seconds(300), resumes: true, wait: nil),
        Ending(cause: .disconnected, lived: .seconds(300), hasProgressed: true, resumes: true),
        Ending(cause: .silent, lived: .seconds(90), resumes: true),
        Ending(cause: .silent, lived: .seconds(90), hasProgressed: true, resumes: true),
        Ending(cause: .expired, resumes: false, wait: nil),
        Ending(cause: .tooManyRequests, resumes: true),
        Ending(cause: .unavailable, resumes: true),
        Ending(cause: .refused, resumes: true),
        Ending(cause: .rejected, resumes: false),
        Ending(cause: .unreadable, hasProgressed: true, resumes: false),
    ])
    func aWatchIsResumedOrTheListReadAgain(_ ending: Ending) {
        var state = state()
        let report = WatchReport(
            resourceVersion: "9", lived: ending.lived, hasProgressed: ending.hasProgressed, end: Self.end(ending.cause))
        let next = state.watched(report)
        #expect(next.step == (ending.resumes ? .watch(from: "9") : .list(.pages)))
        if let wait = ending.wait { #expect(isWait(next.delay, wait)) } else { #expect(next.delay == .zero) }
    }

    @Test func secondMuteWatchIsForAVersionThatTheServerDoesNotHave() {
        var state = state()
        let mute = WatchReport(resourceVersion: "9", lived: .seconds(90), end: .silent)
        #expect(state.watched(mute).step == .watch(from: "9"))
        #expect(state.watched(mute).step == .list(.pages))
        _ = state.listed(continuing: nil, resourceVersion: "4")
        #expect(state.watched(mute).step == .watch(from: "9"))
        var spoke = mute
        spoke.hasProgressed = true
        #expect(state.watched(spoke).step == .watch(from: "9"))
        #expect(state.watched(mute).step == .watch(from: "9"))
    }

    @Test func aListIsNoSuccessOfItsWatches() {
        var state = state()
        var waits: [Duration] = []
        for _ in 0..<5 {
            _ = state.listed(continuing: nil, resourceVersion: "5")
            waits.append(state.watched(WatchReport(resourceVersion: "5", end: Self.end(.expired))).delay)
        }
        #expect(waits[0] == .zero)
        #expect(zip(waits.dropFirst(), [2, 4, 8, 8]).allSatisfy { isWait($0, .seconds($1)) })
    }

    @Test(arguments: [RestartCause.tooManyRequests, .unavailable])
    func nobodyComesBackBeforeTheServerAsked(_ cause: RestartCause) {
        for (asked, kept) in [(7, 7), (100_000, 300), (-1, 0)] {
            let failure = Self.failed(cause, retryAfter: .seconds(asked))
            var state = state()
            let listed = state.listFailed(failure, at: .list(.pages)).delay
            let watched = state.watched(WatchReport(resourceVersion: "5", end: .failed(failure))).delay
            for delay in [listed, watched] { #expect(isWait(delay - .seconds(kept), .seconds(1))) }
        }
    }

    // MARK: All of it

    /// Every sequence of four endings: each next step fits what went before, and no two failures in a row that told
    /// nothing go without a wait.
    @Test func everySequenceOfEndingsGoesOn() {
        var steps = 0
        let choices = RestartCause.allCases.count * 2
        for code in 0..<(choices * choices * choices * choices) {
            var rest = code
            var state = state()
            var step = Step.list(.pages)
            var version = 10
            var waited = true
            for _ in 0..<4 {
                let (cause, good) = (RestartCause.allCases[rest % choices / 2], rest % 2 == 0)
                rest /= choices
                let next: ReflectorState.Next
                var progressed = false
                switch step {
                case .watch(let from):
                    guard from == String(version) else {
                        Issue.record("watched from \(from) instead of \(version)")
                        return
                    }
                    progressed = good
                    if progressed { version += 1 }
                    let report = WatchReport(
                        resourceVersion: String(version), lived: .seconds(1), hasProgressed: progressed,
                        end: Self.end(cause))
                    next = state.watched(report)
                    if cause == .expired, next.step != .list(.pages) { Issue.record("no list after 410: \(code)") }
                case .list, .nextPage:
                    if good {
                        version += 1
                        next = state.listed(continuing: cause == .ended ? "t" : nil, resourceVersion: String(version))
                        if cause == .ended, next.step != .nextPage(token: "t") { Issue.record("page lost: \(code)") }
                        progressed = true
                    } else {
                        next = state.listFailed(Self.failed(cause), at: step)
                    }
                }
                if next.delay == .zero, !waited, !progressed { Issue.record("two failures without a wait: \(code)") }
                if next.delay > .seconds(8) { Issue.record("waits \(next.delay): \(code)") }
                waited = next.delay > .zero || progressed
                step = next.step
                steps += 1
            }
        }
        #expect(steps == 4 * 104_976)
    }
}
