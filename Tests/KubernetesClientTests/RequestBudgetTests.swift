import HTTPTransport
import KubernetesTypes
import Locking
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct RequestBudgetTests {
    /// A clock on which every sleep passes at once.
    private final class JumpingClock: MonotonicClock {
        let time = Locked(Duration.zero)

        func now() -> Duration { time.withLock { $0 } }
        func sleep(for duration: Duration) async throws {
            try Task.checkCancellation()
            time.withLock { $0 += duration }
        }
    }

    // MARK: The bucket

    private func bucket() -> TokenBucket { TokenBucket(queriesPerSecond: 10, burst: 3, at: .seconds(100)) }

    @Test func aBurstGoesAtOnceAndTheRestAtTheRate() {
        var bucket = bucket()
        for _ in 0..<3 {
            let turn = bucket.enter()
            #expect(bucket.wait(of: turn, at: .seconds(100)) == nil)
        }
        let turns = (0..<4).map { _ in bucket.enter() }
        for (place, turn) in turns.enumerated() {
            #expect(bucket.wait(of: turn, at: .seconds(100)) == .milliseconds(100 * (place + 1)))
        }
        // Whoever is early must wait although there is credit: it belongs to those in front.
        #expect(bucket.wait(of: turns[1], at: .milliseconds(100_100)) == .milliseconds(100))
        #expect(bucket.wait(of: turns[0], at: .milliseconds(100_100)) == nil)
        #expect(bucket.wait(of: turns[1], at: .milliseconds(100_200)) == nil)
        // Who leaves gives the place to the next.
        bucket.leave(turns[2])
        #expect(bucket.wait(of: turns[3], at: .milliseconds(100_300)) == nil)
        // A quiet hour saves up one burst and no more.
        let late = (0..<4).map { _ in bucket.enter() }
        let waits = late.map { bucket.wait(of: $0, at: .seconds(4_000)) }
        #expect(waits == [nil, nil, nil, .milliseconds(100)])
    }

    @Test(arguments: [(5, 5), (100_000, 300), (-3, 0)]) func aPauseHoldsEverybodyBack(_ asked: Int, _ kept: Int) {
        var bucket = bucket()
        let turns = [bucket.enter(), bucket.enter()]
        bucket.pause(for: .seconds(asked), at: .seconds(100))
        guard kept > 0 else {
            #expect(bucket.wait(of: turns[0], at: .seconds(100)) == nil)
            return
        }
        #expect(bucket.wait(of: turns[0], at: .seconds(100)) == .seconds(kept) + .milliseconds(100))
        #expect(bucket.wait(of: turns[1], at: .seconds(100)) == .seconds(kept) + .milliseconds(200))
        // A shorter pause does not end a longer one.
        bucket.pause(for: .seconds(1), at: .seconds(100))
        #expect(bucket.wait(of: turns[0], at: .seconds(99 + kept)) != nil)
        #expect(bucket.wait(of: turns[0], at: .seconds(100 + kept) + .milliseconds(100)) == nil)
    }

    // MARK: The budget

    @Test func aThousandRequestsTakeTheirTime() async throws {
        let clock = JumpingClock()
        let budget = RequestBudget(queriesPerSecond: 50, burst: 100, clock: clock)
        for _ in 0..<1_000 { try await budget.take() }
        #expect(clock.now() == .seconds(18))
    }

    @Test func aCancelledWaitUsesNothingUp() async throws {
        let budget = RequestBudget(queriesPerSecond: 1, burst: 1, clock: SystemMonotonicClock())
        try await budget.take()
        budget.pause(for: .seconds(300))
        let waiting = (0..<20).map { _ in Task { try await budget.take() } }
        for task in waiting { task.cancel() }
        for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
    }

    @Test func everyRequestOfAClientIsCountedAndRetryAfterPausesIt() async throws {
        let clock = JumpingClock()
        var options = KubernetesClient.Options()
        options.budget = RequestBudget(queriesPerSecond: 10, burst: 1, clock: clock)
        let asked = Locked(0)
        let transport = AnsweringTransport { _ in
            let count = asked.withLock { count in
                count += 1
                return count
            }
            if count == 3 { return HTTPResponse(status: 429, headers: ["Retry-After": "7"], body: []) }
            return HTTPResponse(status: 200, body: Array("{}".utf8))
        }
        let client = KubernetesClient(access: KubernetesClient.testAccess, transport: transport, options: options)
        let pod = ResourcePath.object(.pods, namespace: "shop", name: "web-0")
        for _ in 0..<2 { _ = try await client.get(Pod.self, pod) }
        #expect(clock.now() == .milliseconds(100))
        await #expect(throws: KubernetesError.self) { try await client.get(Pod.self, pod) }
        _ = try await client.get(Pod.self, pod)
        #expect(clock.now() == .milliseconds(200) + .seconds(7) + .milliseconds(100))
    }
}
