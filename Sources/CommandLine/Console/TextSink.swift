internal import Glibc
internal import Locking

/// The reader of a pipe has gone: nothing is left to be said, and nobody to say it to.
package struct OutputClosed: Error, Sendable {}

/// Where text goes: a descriptor of the process, or a text that a test reads.
///
/// Descriptors are written with `write(2)`, unbuffered: a line that was written is out, whatever happens next.
package final class TextSink: Sendable {
    private enum Destination: Sendable {
        case descriptor(Int32)
        case text
    }

    private let destination: Destination
    private let kept = Locked<[UInt8]>([])

    private init(_ destination: Destination) {
        self.destination = destination
    }

    package static func descriptor(_ number: Int32) -> TextSink { TextSink(.descriptor(number)) }

    /// Keeps everything for ``text``.
    package static func keeping() -> TextSink { TextSink(.text) }

    /// What was written to a sink that keeps it.
    package var text: String { String(decoding: kept.withLock { $0 }, as: UTF8.self) }

    /// Writes all of it.
    ///
    /// - Throws: ``OutputClosed`` when the reader has gone, or the descriptor takes nothing any more.
    package func write(_ text: String) throws(OutputClosed) {
        switch destination {
        case .text: kept.withLock { $0 += text.utf8 }
        case .descriptor(let number): try Self.write(Array(text.utf8)[...], to: number)
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(OutputClosed) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EAGAIN {
                // A terminal or pipe that somebody else has set to non-blocking.
                var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = Glibc.poll(&poll, 1, 1_000)
            } else if count == 0 || errno != EINTR {
                throw OutputClosed()
            }
        }
    }
}
