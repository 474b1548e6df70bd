import AllocationCounter
import Glibc

/// CPU time and allocations of one piece of work, as medians over many runs.
struct Measurement {
    /// CPU nanoseconds of this thread for one call.
    var nanoseconds: Double
    /// Heap allocations for one call.
    var allocations: Double

    /// Runs `work` in batches long enough for the clock and takes the median of their means.
    ///
    /// - Parameters:
    ///   - batches: How many means the median is taken of.
    ///   - work: The work; its result is kept from being optimised away.
    static func median(batches: Int = 31, of work: () -> Int32) -> Measurement {
        var calls = 1
        while cpuTime({ for _ in 0..<calls { consume(work()) } }) < 2_000_000 { calls *= 2 }
        var times: [Double] = []
        let before = allocation_count()
        for _ in 0..<batches {
            times.append(Double(cpuTime { for _ in 0..<calls { consume(work()) } }) / Double(calls))
        }
        // The list of times allocates too, a handful among thousands of calls.
        let allocations = Double(allocation_count() - before) / Double(batches * calls)
        return Measurement(nanoseconds: times.sorted()[batches / 2], allocations: allocations)
    }

    private static func cpuTime(_ body: () -> Void) -> Int64 {
        let start = now()
        body()
        return now() - start
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Uses a value in a way that the optimiser cannot see through.
@inline(never)
func consume(_ value: Int32) {
    withExtendedLifetime(value) {}
}
