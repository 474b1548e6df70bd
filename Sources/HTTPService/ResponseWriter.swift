internal import Locking

/// Writes a streamed answer, piece by piece.
package struct ResponseWriter: Sendable {
    private let exchange: Exchange
    /// Bytes that may still be written before the stream is cut; `nil` for no such end.
    private let allowance: Locked<Int>?

    init(exchange: Exchange) {
        self.exchange = exchange
        self.allowance = nil
    }

    private init(exchange: Exchange, allowance: Int) {
        self.exchange = exchange
        self.allowance = Locked(allowance)
    }

    /// Sends bytes as one chunk (more when they do not fit the connection's memory), and waits while more than
    /// ``ServiceLimits/streamBytes`` have not been taken by the client.
    ///
    /// - Throws: ``ClientLeftError`` when the client is gone, `CancellationError` when the server stops.
    package func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        guard let allowance else { return try await exchange.write(bytes) }
        let allowed = allowance.withLock { left in
            defer { left = max(0, left - bytes.count) }
            return min(left, bytes.count)
        }
        try await exchange.write(Array(bytes.prefix(allowed)))
        if allowed < bytes.count { throw StreamCutError() }
    }

    /// The same stream, cut after so many bytes, as by a server that dies: the write that goes beyond throws
    /// ``StreamCutError``, and a closure that passes it on ends without the last chunk.
    package func cut(afterBytes count: Int) -> ResponseWriter {
        ResponseWriter(exchange: exchange, allowance: count)
    }
}

/// The client closed its connection before the answer was complete.
package struct ClientLeftError: Error, CustomStringConvertible {
    package var description: String { "the client closed the connection" }
}

/// A stream has reached the place at which it was to be cut.
package struct StreamCutError: Error, CustomStringConvertible {
    package var description: String { "the stream is cut here on purpose" }
}
