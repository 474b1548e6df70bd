internal import Locking
internal import Recordings
internal import VirtualMachine

/// Runs a whole program of tasks on one thread, in virtual time, in an order that a seed decides.
enum Machine {
    /// What a run came to.
    struct Run {
        /// Jobs that were run: each goes from one await to the next.
        var steps = 0
        /// Of the order of jobs and of the times.
        var digest = Digest()
        /// Whether everything ended by itself.
        var isComplete = false
        /// What ended it where it did not.
        var problem: String?
    }

    /// Steps after which a run is given up: a few hundred times those of the longest that ends.
    private static let longest = 20_000_000

    /// The machine's time in nanoseconds since some start.
    static var now: Int64 { machine_now() }

    /// Lets time go on while jobs are ready to run: everything stops for a while, as on a machine that is paused.
    static func pause(for duration: Duration) {
        machine_advance(machine_now() + duration.nanoseconds)
    }

    /// Runs `body` and every task that comes of it, until none is left.
    ///
    /// Of the jobs that are ready any may be next; time goes on when none is.
    ///
    /// - Parameters:
    ///   - wall: The wall time at the start, in nanoseconds since 1970.
    ///   - eachStep: Called after each job.
    static func run(
        seed: UInt64, wall: Int64, eachStep: () -> Void, _ body: @escaping @Sendable () async -> Void
    ) -> Run {
        machine_start(seed, wall)
        var random = SeededGenerator(seed: seed ^ 0x5CED_0000_0000)
        var run = Run()
        let isOver = Locked(false)
        // Not awaited: the loop below goes on until it, and all that it began, have ended.
        Task {
            await body()
            isOver.withLock { $0 = true }
        }
        while run.steps < longest {
            let ready = machine_ready_count()
            if ready > 0 {
                let next = ready == 1 ? 0 : Int.random(in: 0..<ready, using: &random)
                run.digest.add(UInt64(ready) << 32 | UInt64(next))
                machine_run(next)
                run.steps += 1
                eachStep()
            } else {
                let wake = machine_next_wake()
                guard wake >= 0 else {
                    run.isComplete = isOver.withLock { $0 }
                    if !run.isComplete { run.problem = "everything waits, and nothing will wake it" }
                    if machine_foreign_jobs() > 0 { run.problem = "another thread took part" }
                    return run
                }
                run.digest.add(UInt64(bitPattern: wake))
                machine_advance(wake)
            }
        }
        run.problem = "no end after \(longest) steps"
        return run
    }
}

/// A hash of everything that happened, in order (FNV-1a, 64 bits).
struct Digest: Equatable, CustomStringConvertible {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: word >> shift)) }
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte: byte) }
        add(byte: 0)
    }

    private mutating func add(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Duration {
    /// Whole nanoseconds; saturates at the ends of 64 bits.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow
            ? (seconds < 0 ? .min : .max) : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }
}
