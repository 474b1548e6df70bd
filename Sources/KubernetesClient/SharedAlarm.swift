internal import Locking

/// Waits of many tasks on few timers.
///
/// A wait of `Task.sleep` that is cancelled leaves its timer behind, which wakes the process when its time has come all the
/// same: ten thousand writes with a limit of 10 s each are ten thousand wakings later. Here a timer is set for the earliest
/// wait alone, and a wait that ends before its time costs none.
final class SharedAlarm: Sendable {
    private typealias Waiter = CheckedContinuation<Void, any Error>

    private let queue = Locked(AlarmQueue<Waiter>())
    private let start = ContinuousClock.now

    private func now() -> Duration { start.duration(to: .now) }

    /// Waits.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws {
        let end = now() + duration
        let number = queue.withLock { $0.newNumber() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiter: Waiter) in
                let alarm: Duration?
                do throws(CancellationError) {
                    alarm = try queue.withLock { (queue) throws(CancellationError) in
                        // Who is cancelled from here on is found in the queue; who was before, is not.
                        if Task.isCancelled { throw CancellationError() }
                        return queue.add(waiter, number: number, until: end)
                    }
                } catch {
                    return waiter.resume(throwing: error)
                }
                if let alarm { set(for: alarm) }
            }
        } onCancel: {
            queue.withLock { $0.remove(number) }?.resume(throwing: CancellationError())
        }
    }

    /// Nobody awaits the task: it ends by itself at its time, and wakes whoever waits then.
    private func set(for time: Duration) {
        Task {
            try? await Task.sleep(for: max(time - now(), Duration.zero), clock: .continuous)
            let (due, next) = queue.withLock { $0.ring(of: time, at: now()) }
            for waiter in due { waiter.resume() }
            if let next { set(for: next) }
        }
    }
}

/// Who waits until when, and when the earliest alarm goes off. Pure: time is an argument.
struct AlarmQueue<Waiter> {
    private struct Wait {
        var number: Int
        var end: Duration
        var waiter: Waiter
    }

    /// By their ends, the earliest last.
    private var waits: [Wait] = []
    /// The ends of those that wait, by their numbers.
    private var ends: [Int: Duration] = [:]
    /// When the earliest of the alarms goes off that are set.
    private var alarm: Duration?
    private var count = 0

    /// A number for a wait.
    mutating func newNumber() -> Int {
        count += 1
        return count
    }

    /// Takes a wait.
    ///
    /// - Returns: For when an alarm has to be set; `nil` when one goes off before.
    mutating func add(_ waiter: Waiter, number: Int, until end: Duration) -> Duration? {
        waits.insert(Wait(number: number, end: end, waiter: waiter), at: place(of: end, number))
        ends[number] = end
        return earlierAlarm()
    }

    /// Ends a wait before its time; `nil` when it is over or has not begun.
    mutating func remove(_ number: Int) -> Waiter? {
        guard let end = ends.removeValue(forKey: number) else { return nil }
        return waits.remove(at: place(of: end, number)).waiter
    }

    /// An alarm has gone off.
    ///
    /// - Returns: Those whose time has come, the earliest first, and for when the next alarm has to be set.
    mutating func ring(of time: Duration, at now: Duration) -> (due: [Waiter], next: Duration?) {
        if alarm == time { alarm = nil }
        var due: [Waiter] = []
        while let wait = waits.last, wait.end <= now {
            waits.removeLast()
            ends[wait.number] = nil
            due.append(wait.waiter)
        }
        return (due, earlierAlarm())
    }

    private mutating func earlierAlarm() -> Duration? {
        guard let end = waits.last?.end, alarm.map({ end < $0 }) ?? true else { return nil }
        alarm = end
        return end
    }

    /// The first place whose wait does not end after this one; of equal ends those that came first are nearer to the end.
    private func place(of end: Duration, _ number: Int) -> Int {
        var (low, high) = (0, waits.count)
        while low < high {
            let middle = (low + high) / 2
            if (waits[middle].end, waits[middle].number) > (end, number) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
