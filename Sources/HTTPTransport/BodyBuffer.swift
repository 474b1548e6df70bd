/// The bytes of a streamed body between the thread that receives and the task that reads.
///
/// A pure state machine: events in, an action out, which the caller performs once its lock is free. `Waiter` is a
/// continuation in the client and a number in the tests. Invariants: a waiter is held only while there are neither
/// bytes nor an ending; every waiter that goes in comes out of exactly one call.
struct BodyBuffer<Waiter> {
    /// How the body ended.
    enum Ending {
        case complete
        case failed(any Error)
    }

    /// What becomes of a chunk from the network.
    enum Reception {
        /// It lies in the buffer.
        case stored
        /// The waiting reader gets it.
        case deliver(to: Waiter)
        /// The buffer is full: it was not taken and must be offered again after `resume`.
        case full
        /// Nobody will read it.
        case refused
    }

    /// What a reader gets.
    enum Reading {
        /// Bytes at once; with `resume`, the transfer was paused and has room again.
        case bytes([UInt8], resume: Bool)
        /// The waiter is kept.
        case wait
        case ended(Ending)
        /// Another reader waits already; the waiter was not kept.
        case busy
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    private var waiter: Waiter?
    private var ending: Ending?
    private var isPaused = false

    /// - Parameter limit: Bytes that are held before chunks are refused as `full`; the last chunk may pass it.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether nothing more can arrive.
    var hasEnded: Bool { ending != nil }

    /// A chunk has come from the network; it is never empty.
    mutating func receive(_ chunk: UnsafeRawBufferPointer) -> Reception {
        guard ending == nil else { return .refused }
        if let waiter = take() { return .deliver(to: waiter) }
        guard bytes.count < limit else {
            isPaused = true
            return .full
        }
        bytes.append(contentsOf: chunk)
        return .stored
    }

    /// The transfer has ended; only the first ending counts. Bytes that lie here are still read first.
    ///
    /// - Returns: The reader to tell.
    mutating func finish(_ ending: Ending) -> Waiter? {
        guard self.ending == nil else { return nil }
        self.ending = ending
        return take()
    }

    /// A reader wants the next bytes: all that lie here, as one array.
    mutating func read(_ reader: Waiter) -> Reading {
        guard waiter == nil else { return .busy }
        if !bytes.isEmpty {
            defer {
                bytes = []
                isPaused = false
            }
            return .bytes(bytes, resume: isPaused && ending == nil)
        }
        if let ending { return .ended(ending) }
        waiter = reader
        return .wait
    }

    /// The reader has gone: what lies here is dropped, and later reads end with `error`.
    ///
    /// - Returns: The reader to tell.
    mutating func abandon(_ error: any Error) -> Waiter? {
        bytes = []
        ending = .failed(error)
        return take()
    }

    private mutating func take() -> Waiter? {
        defer { waiter = nil }
        return waiter
    }
}
