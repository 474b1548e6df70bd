import Recordings
import Testing

@testable import KubernetesClient

/// Many waits on few timers.
@Suite(.timeLimit(.minutes(1)))
struct SharedAlarmTests {
    @Test func anAlarmIsSetForTheEarliestWaitAlone() {
        var queue = AlarmQueue<String>()
        let (late, early, later) = (queue.newNumber(), queue.newNumber(), queue.newNumber())
        #expect(queue.add("late", number: late, until: .seconds(10)) == .seconds(10))
        #expect(queue.add("early", number: early, until: .seconds(5)) == .seconds(5))
        #expect(queue.add("later", number: later, until: .seconds(11)) == nil)
        #expect(queue.remove(late) == "late")
        #expect(queue.remove(late) == nil)
        var (due, next) = queue.ring(of: .seconds(5), at: .seconds(5))
        #expect(due == ["early"])
        #expect(next == .seconds(11))
        // The first alarm is still there, and finds nobody.
        (due, next) = queue.ring(of: .seconds(10), at: .seconds(10))
        #expect(due == [])
        #expect(next == nil)
        (due, next) = queue.ring(of: .seconds(11), at: .seconds(12))
        #expect(due == ["later"])
        #expect(next == nil)
    }

    /// A thousand writes one after the other, each with a limit and none of them reaching it, set one alarm.
    @Test func waitsThatEndBeforeTheirTimeSetNoAlarms() {
        var queue = AlarmQueue<Int>()
        var alarms = 0
        for write in 0..<1_000 {
            let number = queue.newNumber()
            if queue.add(write, number: number, until: .seconds(10) + .milliseconds(write)) != nil { alarms += 1 }
            #expect(queue.remove(number) == write)
        }
        #expect(alarms == 1)
        let (due, next) = queue.ring(of: .seconds(10), at: .seconds(10))
        #expect(due == [])
        #expect(next == nil)
    }

    /// Whatever comes and goes: everybody is woken once, none before its time, and none later than the alarm after it.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func everybodyIsWokenInTime(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = AlarmQueue<Int>()
        var waiting: [Int: Duration] = [:]
        var alarms: [Duration] = []
        var now = Duration.zero
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...20, using: &random))
            while let alarm = alarms.min(), alarm <= now {
                alarms.removeAll { $0 == alarm }
                let (due, next) = queue.ring(of: alarm, at: alarm)
                for number in due { #expect(waiting.removeValue(forKey: number).map { $0 <= alarm } == true) }
                if let next { alarms.append(next) }
            }
            #expect(waiting.values.allSatisfy { $0 > now })
            if Bool.random(using: &random), let number = waiting.keys.sorted().randomElement(using: &random) {
                #expect(queue.remove(number) == number)
                waiting[number] = nil
            } else {
                let number = queue.newNumber()
                let end = now + .milliseconds(Int.random(in: 1...200, using: &random))
                waiting[number] = end
                if let alarm = queue.add(number, number: number, until: end) { alarms.append(alarm) }
            }
        }
    }

    @Test func aWaitEndsAtItsTimeOrWithItsTask() async throws {
        let alarm = SharedAlarm()
        let start = ContinuousClock.now
        let cancelled = Task { try await alarm.sleep(for: .seconds(60)) }
        async let short: Void = alarm.sleep(for: .milliseconds(20))
        async let long: Void = alarm.sleep(for: .milliseconds(40))
        _ = try await (short, long)
        #expect(ContinuousClock.now - start >= .milliseconds(40))
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let before = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await alarm.sleep(for: .seconds(60))
        }
        await #expect(throws: CancellationError.self) { try await before.value }
    }
}
