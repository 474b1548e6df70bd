/// Whether a stream has been silent for too long. Pure; the reader and its watchdog share it behind a lock.
///
/// Silence counts only while the reader waits for bytes: a slow consumer is not the server's fault. Once it has been
/// found, later bytes are refused, so that a reader that is about to be ended does not take up another event.
struct Silence: Sendable {
    /// What the watchdog does next.
    enum Look: Hashable, Sendable {
        case tooLong
        case lookAgain(after: Duration)
    }

    private let limit: Duration
    private var waitingSince: Duration?
    private(set) var isTooLong = false

    init(limit: Duration) {
        self.limit = limit
    }

    /// The reader waits for bytes from now on.
    mutating func waits(at now: Duration) {
        waitingSince = now
    }

    /// Bytes came, or the stream ended.
    ///
    /// - Returns: Whether the reader may go on.
    mutating func isOver() -> Bool {
        waitingSince = nil
        return !isTooLong
    }

    mutating func look(at now: Duration) -> Look {
        guard let waitingSince else { return .lookAgain(after: limit) }
        let end = waitingSince + limit
        guard now >= end else { return .lookAgain(after: end - now) }
        isTooLong = true
        return .tooLong
    }
}
