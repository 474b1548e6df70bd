internal import CAllocator

/// The memory of a process that runs for months: what the first lists of a large cluster need is many times what is kept of
/// them.
enum ProcessHeap {
    /// Ticks between two times that unused pages are given back: an hour at the default period.
    private static let trimPeriod = 240

    /// Before there are threads that allocate.
    static func prepare() {
        swiftlet_allocator_use_one_heap()
    }

    /// After each tick, counted from 1: the first is after the lists.
    static func tickEnded(_ number: Int) {
        if number % trimPeriod == 1 { swiftlet_allocator_trim() }
    }
}
