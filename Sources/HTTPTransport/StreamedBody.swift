internal import Locking

/// A ``BodyBuffer`` behind its lock: the loop's thread writes, one task reads.
final class StreamedBody: Sendable {
    typealias Waiter = CheckedContinuation<[UInt8]?, any Error>

    private let url: String
    private let buffer: Locked<BodyBuffer<Waiter>>

    init(url: String, limit: Int) {
        self.url = url
        self.buffer = Locked(BodyBuffer(limit: limit))
    }

    var hasEnded: Bool { buffer.withLock { $0.hasEnded } }

    /// What the receiving side does next.
    enum Verdict { case goOn, pause, abort }

    /// Takes a chunk from the network; called on the loop's thread.
    func receive(_ chunk: UnsafeRawBufferPointer) -> Verdict {
        switch buffer.withLock({ $0.receive(chunk) }) {
        case .stored: return .goOn
        case .deliver(let reader):
            reader.resume(returning: [UInt8](chunk))
            return .goOn
        case .full: return .pause
        case .refused: return .abort
        }
    }

    /// Ends the body after the bytes that it holds; called on the loop's thread.
    func finish(_ error: (any Error)?) {
        let ending = error.map { BodyBuffer<Waiter>.Ending.failed($0) } ?? .complete
        guard let reader = buffer.withLock({ $0.finish(ending) }) else { return }
        reader.resume(with: Self.result(of: ending))
    }

    /// Forgets the bytes and ends a read that waits with `CancellationError`; any thread.
    func abandon() {
        buffer.withLock { $0.abandon(CancellationError()) }?.resume(throwing: CancellationError())
    }

    /// The next bytes, or `nil` at the end of the body.
    ///
    /// - Parameters:
    ///   - onRoom: Called when the transfer was paused and may go on.
    ///   - onCancel: Called when the reading task is cancelled, from any thread.
    func next(onRoom: () -> Void, onCancel: @escaping @Sendable () -> Void) async throws -> [UInt8]? {
        // Cancellation may come before the reader is kept: `abandon` then leaves an ending for `read` to find.
        var hasRoom = false
        defer { if hasRoom { onRoom() } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reader in
                switch buffer.withLock({ $0.read(reader) }) {
                case .bytes(let bytes, let resume):
                    hasRoom = resume
                    reader.resume(returning: bytes)
                case .wait: break
                case .ended(let ending): reader.resume(with: Self.result(of: ending))
                case .busy:
                    reader.resume(
                        throwing: TransportError(
                            kind: .invalidRequest, url: url, detail: "the body is already being read by another task"))
                }
            }
        } onCancel: {
            abandon()
            onCancel()
        }
    }

    private static func result(of ending: BodyBuffer<Waiter>.Ending) -> Result<[UInt8]?, any Error> {
        switch ending {
        case .complete: .success(nil)
        case .failed(let error): .failure(error)
        }
    }
}
