internal import Glibc
internal import Locking

/// Since when each connection has its turn, and the end of those that take too long.
///
/// libmicrohttpd ends connections that are idle, and one that sends a byte now and then is not; nor can it be told to end
/// one. So the socket is shut down here, which it takes for a client that has left. That a descriptor is still the
/// connection's own is sure under the lock alone: it is closed after ``end(_:)``.
final class ConnectionTurns: Sendable {
    private let begins = Locked<[Int32: ContinuousClock.Instant]>([:])

    /// A connection was made, or an answer on it has ended.
    func begin(_ socket: Int32) {
        begins.withLock { $0[socket] = .now }
    }

    /// The connection is about to be closed.
    func end(_ socket: Int32) {
        begins.withLock { $0[socket] = nil }
    }

    /// Ends the connections whose turn has begun before an instant.
    func cut(begunBefore limit: ContinuousClock.Instant) {
        begins.withLock { begins in
            for (socket, begin) in begins where begin < limit { shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }
}
