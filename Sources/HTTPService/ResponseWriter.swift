internal import Locking

/// Writes a streamed answer, piece by piece.
package struct ResponseWriter: Sendable {
    private let sink: @Sendable ([UInt8]) async throws -> Void
    /// Bytes that may still be written before the stream is cut; `nil` for no such end.
    private let allowance: Locked<Int>?

    init(exchange: Exchange) {
        self.init { try await exchange.write($0) }
    }

    /// A writer without a connection: every piece goes to `sink`, which may take its time and throw as ``write(_:)`` does.
    package init(to sink: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.sink = sink
        self.allowance = nil
    }

    private init(to sink: @escaping @Sendable ([UInt8]) async throws -> Void, allowance: Int) {
        self.sink = sink
        self.allowance = Locked(allowance)
    }

    /// Sends bytes as one chunk (more when they do not fit the connection's memory), and waits while more than
    /// ``ServiceLimits/streamBytes`` have not been taken by the client.
    ///
    /// - Throws: ``ClientLeftError`` when the client is gone, `CancellationError` when the server stops.
    package func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        guard let allowance else { return try await sink(bytes) }
        let allowed = allowance.withLock { left in
            defer { left = max(0, left - bytes.count) }
            return min(left, bytes.count)
        }
        try await sink(Array(bytes.prefix(allowed)))
        if allowed < bytes.count { throw StreamCutError() }
    }

    /// The same stream, cut after so many bytes, as by a server that dies: the write that goes beyond throws
    /// ``StreamCutError``, and a closure that passes it on ends without the last chunk.
    package func cut(afterBytes count: Int) -> ResponseWriter {
        ResponseWriter(to: sink, allowance: count)
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
