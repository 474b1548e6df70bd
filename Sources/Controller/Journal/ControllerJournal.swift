internal import Dispatch
package import Journal
internal import Locking

/// The journal of a controller: what it saw, decided and did, as a trace that replays to the same decisions.
///
///     let journal = ControllerJournal(options)
///     async let writing: Void = journal.run()      // a thread of its own writes
///     let problems = journal.record(report)        // after each tick; returns at once
///     journal.finish()
///     await writing
///     await journal.drain()                        // what a cancelled run() has left
///
/// The loop never waits for the disk: reports wait here, a bounded number of them, and those past it are left out. The
/// next one that is written begins with whole histories, so that a gap costs the ticks in it and no more.
package final class ControllerJournal: Sendable {
    /// Where it is written, and how much of it is kept.
    package struct Options: Sendable {
        package var path: String
        /// Of one file.
        package var maximumBytes: Int
        /// Files in all.
        package var count: Int
        package var header: TraceHeader

        package init(path: String, maximumBytes: Int = 64 << 20, count: Int = 8, header: TraceHeader) {
            self.path = path
            self.maximumBytes = maximumBytes
            self.count = count
            self.header = header
        }
    }

    /// Ticks that wait for a slow disk: a quarter of an hour of them.
    static let largestBacklog = 60

    private struct State {
        var backlog: [TickReport] = []
        var problem: String?
    }

    private let state = Locked(State())
    /// Says that the backlog has grown.
    private let arrivals: AsyncStream<Void>
    private let sink: AsyncStream<Void>.Continuation
    private let writer: JournalWriter

    package init(_ options: Options) {
        (arrivals, sink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        writer = JournalWriter(options)
    }

    /// Takes the report of a tick, to be written soon.
    ///
    /// - Returns: What is wrong with the journal now.
    package func record(_ report: TickReport) -> [String] {
        let problems = state.withLock { state in
            guard state.backlog.count < Self.largestBacklog else {
                return [state.problem, "the journal is behind its disk, so that ticks are missing from it"]
            }
            state.backlog.append(report)
            return [state.problem]
        }
        sink.yield()
        return problems.compactMap(\.self)
    }

    /// Nothing more comes: ``run()`` returns.
    package func finish() { sink.finish() }

    /// Writes what is recorded as it comes, until ``finish()`` or until the task is cancelled.
    package func run() async {
        for await _ in arrivals { await drain() }
    }

    /// Writes what is recorded and not yet written. Cancelling does not cut it short.
    package func drain() async {
        while let report = state.withLock({ $0.backlog.isEmpty ? nil : $0.backlog.removeFirst() }) {
            let problem = await writer.write(report)
            state.withLock { $0.problem = problem }
        }
    }
}

/// Writes a journal on a thread of its own, so that a disk that hangs holds up nothing else.
private actor JournalWriter {
    /// Runs the actor's work on a queue.
    private final class Executor: SerialExecutor {
        private let queue = DispatchQueue(label: "journal")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    private let executor = Executor()
    private let header: TraceHeader
    private let encoder = TraceEncoder()
    private var file: RotatingFile
    private var book = JournalBook()
    private var lastTick: Int?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ options: ControllerJournal.Options) {
        header = options.header
        file = RotatingFile(path: options.path, maximumBytes: options.maximumBytes, count: options.count)
    }

    /// Writes the lines of a tick.
    ///
    /// - Returns: Why it could not; the tick is then not in the journal.
    func write(_ report: TickReport) -> String? {
        do {
            if lastTick.map({ $0 + 1 != report.number }) ?? false { book = JournalBook() }
            lastTick = report.number
            let beginning = try encoder.bytes(of: header) + [0x0A]
            let isNew = try file.open()
            var next = isNew ? JournalBook() : book
            var bytes = try (isNew ? beginning : []) + lines(of: report, &next)
            if !file.hasRoom(for: bytes.count) {
                try file.rotate()
                _ = try file.open()
                next = JournalBook()
                bytes = try beginning + lines(of: report, &next)
            }
            try file.append(bytes)
            book = next
            return nil
        } catch {
            // A reader does not know this tick; it must be told where the next one begins.
            book = JournalBook()
            return "the journal \(error)"
        }
    }

    private func lines(of report: TickReport, _ book: inout JournalBook) throws -> [UInt8] {
        book.keep(report.keys)
        var bytes: [UInt8] = []
        for one in report.autoscalers {
            for line in book.lines(of: one) { bytes += try encoder.bytes(of: line) + [0x0A] }
        }
        return bytes
    }
}
