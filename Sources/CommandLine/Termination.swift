internal import Dispatch
internal import Glibc
internal import Locking

/// The signals that ask the process to end.
///
/// The first one ends the run in order; the second one ends the process where it stands, for a person who cannot wait.
final class Termination: Sendable {
    /// Signal numbers, in the order they come.
    let signals: AsyncStream<Int32>
    private let sources: Locked<[any DispatchSourceSignal]>

    /// Starts to listen. Until ``stop()`` SIGINT, SIGTERM and SIGHUP do nothing by themselves.
    init() {
        let (signals, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        self.signals = signals
        let count = Locked(0)
        let queue = DispatchQueue(label: "signals")
        sources = Locked(
            [SIGINT, SIGTERM, SIGHUP].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler {
                    let isFirst = count.withLock { count in
                        count += 1
                        return count == 1
                    }
                    if isFirst { continuation.yield(number) } else { _exit(128 + number) }
                }
                source.resume()
                return source
            })
    }

    /// Stops listening.
    func stop() {
        for source in sources.withLock({ $0 }) { source.cancel() }
    }
}
