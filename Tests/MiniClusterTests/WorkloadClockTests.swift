import Autoscaling
import Testing

@testable import MiniCluster

@Suite(.timeLimit(.minutes(1))) struct WorkloadClockTests {
    static let start = Timestamp(nanoseconds: 1_000_000_000_000)

    @Test func aClockMovedByHandWakesSleepersInTheirOrder() async throws {
        let clock = SimulationClock(movedByHandFrom: Self.start)
        let (woken, signal) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in [30, 10, 20] {
                group.addTask {
                    try await clock.sleep(until: Self.start.advanced(bySeconds: Int64(seconds)))
                    signal.yield(seconds)
                }
            }
            while clock.sleeperCount < 3 { await Task.yield() }
            var order: [Int] = []
            var iterator = woken.makeAsyncIterator()
            for seconds in [10, 20, 30] {
                clock.advance(to: Self.start.advanced(bySeconds: Int64(seconds)))
                #expect(clock.now() == Self.start.advanced(bySeconds: Int64(seconds)))
                if let next = await iterator.next() { order.append(next) }
            }
            #expect(order == [10, 20, 30])
            try await group.waitForAll()
        }
        // A time that has passed is not waited for; the clock never goes back.
        try await clock.sleep(until: Self.start)
        clock.advance(to: Self.start)
        #expect(clock.now() == Self.start.advanced(bySeconds: 30))
    }

    @Test(arguments: [true, false])
    func aCancelledSleepEnds(isByHand: Bool) async {
        let clock =
            isByHand ? SimulationClock(movedByHandFrom: Self.start) : SimulationClock(start: Self.start, speed: 2)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await clock.sleep(for: .seconds(86_400)) }
            if isByHand { while clock.sleeperCount < 1 { await Task.yield() } }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test func aSleepCancelledBeforeItBeginsEnds() async {
        let clock = SimulationClock(movedByHandFrom: Self.start)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await clock.sleep(for: .seconds(1))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test func aRunningClockIsFasterThanTheMachines() async throws {
        let clock = SimulationClock(start: Self.start, speed: 10_000)
        try await clock.sleep(until: Self.start.advanced(bySeconds: 600))
        #expect(clock.now() >= Self.start.advanced(bySeconds: 600))
    }
}
