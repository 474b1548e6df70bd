/// The bounds of a server; each of them protects the process from one kind of client.
package struct ServiceLimits: Sendable, Hashable {
    /// Largest request body in bytes; a larger one is read to its end and answered with 413.
    package var bodyBytes: Int
    /// Memory for request line, headers and the write buffer of a connection; MHD answers 414 or 431 beyond it.
    package var connectionBytes: Int
    /// Connections at once; further ones wait in the listen queue or are refused.
    package var connections: Int
    /// Connections of one address at once, 0 for as many as there may be in all: one client must not keep all others out.
    package var connectionsOfOneAddress: Int
    /// Seconds without a byte in either direction before a connection is closed, 0 for never. A connection whose
    /// handler is at work, or whose stream is quiet, does not count as idle.
    package var idleSeconds: Int
    /// How long a turn may take: from the connection, or the end of the answer before, to the end of the next answer. It
    /// ends a client that sends or takes a byte now and then, which never counts as idle. `nil` for no limit, which streams
    /// need. Looked at with each ``heartbeat``.
    package var turn: Duration?
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
        connectionsOfOneAddress: Int = 0,
        idleSeconds: Int = 90,
        turn: Duration? = nil,
        heartbeat: Duration = .seconds(1),
        streamBytes: Int = 256 << 10,
        stopGrace: Duration = .seconds(1)
    ) {
        self.bodyBytes = bodyBytes
        self.connectionBytes = connectionBytes
        self.connections = connections
        self.connectionsOfOneAddress = connectionsOfOneAddress
        self.idleSeconds = idleSeconds
        self.turn = turn
        self.heartbeat = heartbeat
        self.streamBytes = streamBytes
        self.stopGrace = stopGrace
    }

    /// A client that goes on sending past this many times the limit is cut off instead of being answered.
    static let oversizeFactor = 8
}
