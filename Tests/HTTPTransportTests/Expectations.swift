import Glibc
import HTTPTransport
import Locking
import Testing

extension HTTPClient.Configuration {
    /// Without a proxy, whatever the environment of the test run says.
    static var direct: Self { HTTPClient.Configuration(proxy: .none) }
}

/// The transport error that a request ends with; anything else is recorded as a failure of the test.
func transportError(
    sourceLocation: SourceLocation = #_sourceLocation, of operation: () async throws -> some Any
) async -> TransportError? {
    do {
        let result = try await operation()
        Issue.record("no error but \(result)", sourceLocation: sourceLocation)
    } catch let error as TransportError {
        return error
    } catch {
        Issue.record("not a transport error: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// Something that happens once on one thread and is awaited by a task.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let hasFired = Locked(false)

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func fire() {
        continuation.finish()
        hasFired.withLock { $0 = true }
    }

    /// For a script's thread; returns after ten seconds in any case, so that a failing test leaves no thread behind.
    func block() {
        for _ in 0..<10_000 where !hasFired.withLock({ $0 }) { usleep(1000) }
    }

    /// Returns when fired; the suite's time limit ends a test in which it never is.
    func wait() async {
        for await _ in stream {}
    }
}

extension HTTPResponseStream {
    /// The whole body.
    func collect() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in body { bytes += chunk }
        return bytes
    }
}

extension Locked<Int> {
    /// Returns when the number has stayed the same for a while: somebody who could count on is blocked.
    func settles() async throws {
        var last = -1
        while true {
            let value = withLock { $0 }
            if value == last { return }
            last = value
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
