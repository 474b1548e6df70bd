/// The bounds of a server; each of them protects the process from one kind of client.
package struct ServiceLimits: Sendable, Hashable {
    /// Largest request body in bytes; a larger one is read to its end and answered with 413.
    package var bodyBytes: Int
    /// Memory for request line, headers and the write buffer of a connection; MHD answers 414 or 431 beyond it.
    package var connectionBytes: Int
    /// Connections at once; further ones wait in the listen queue or are refused.
    package var connections: Int
    /// Seconds without a byte in either direction before a connection is closed, 0 for never. A connection whose
    /// handler is at work, or whose stream is quiet, does not count as idle.
    package var idleSeconds: Int
    /// How often a waiting connection is looked at, to notice that its client has left.
    package var heartbeat: Duration
    /// Bytes of a stream that may wait for a slow client before its writer has to wait.
    package var streamBytes: Int
    /// How long a stop waits for answers that are already on their way.
    package var stopGrace: Duration

    package init(
        bodyBytes: Int = 3 << 20,
        connectionBytes: Int = 64 << 10,
        connections: Int = 512,
        idleSeconds: Int = 90,
        heartbeat: Duration = .seconds(1),
        streamBytes: Int = 256 << 10,
        stopGrace: Duration = .seconds(1)
    ) {
        self.bodyBytes = bodyBytes
        self.connectionBytes = connectionBytes
        self.connections = connections
        self.idleSeconds = idleSeconds
        self.heartbeat = heartbeat
        self.streamBytes = streamBytes
        self.stopGrace = stopGrace
    }

    /// A client that goes on sending past this many times the limit is cut off instead of being answered.
    static let oversizeFactor = 8
}
