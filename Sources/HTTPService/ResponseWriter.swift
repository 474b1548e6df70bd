/// Writes a streamed answer, piece by piece.
package struct ResponseWriter: Sendable {
    let exchange: Exchange

    /// Sends bytes as one chunk (more when they do not fit the connection's memory), and waits while more than
    /// ``ServiceLimits/streamBytes`` have not been taken by the client.
    ///
    /// - Throws: ``ClientLeftError`` when the client is gone, `CancellationError` when the server stops.
    package func write(_ bytes: [UInt8]) async throws {
        try Task.checkCancellation()
        try await exchange.write(bytes)
    }
}

/// The client closed its connection before the answer was complete.
package struct ClientLeftError: Error, CustomStringConvertible {
    package var description: String { "the client closed the connection" }
}
