/// One request and its answer as a pure state machine; ``Exchange`` applies its events under a lock and does the I/O.
///
/// The connection is suspended exactly while ``isSuspended`` is true: every path that resumes it clears the flag under
/// the lock first, so that it is resumed once for each time it was suspended.
struct ExchangeState {
    enum Phase {
        /// Head and body are coming in.
        case receiving
        /// The handler is at work.
        case handling
        /// The handler has answered; MHD has not taken the answer yet.
        case answered(ServiceResponse)
        /// MHD is sending.
        case sending
        /// MHD is done with the request, or the client has left: the connection must not be touched any more.
        case finished
    }

    /// What MHD's thread has to do when it asks for an answer.
    enum Access {
        case startHandler([UInt8])
        case refuseOversized
        case send(ServiceResponse)
        case wait
        case cut
    }

    /// What a stream has for MHD.
    enum Read {
        case bytes(Int)
        case end(StreamBuffer.End)
        case nothing
    }

    /// What became of a piece of a stream.
    enum Offer: Hashable {
        /// Taken; the connection has to be resumed if `resume`.
        case taken(resume: Bool)
        /// Taken, but the writer should wait until the client has read more.
        case full(resume: Bool)
        case closed
    }

    typealias Waiter = CheckedContinuation<Void, any Error>

    private(set) var phase = Phase.receiving
    private(set) var isSuspended = false
    private(set) var isStopping = false
    private var body: [UInt8] = []
    private var bodyBytes = 0
    var stream = StreamBuffer()
    private var waiters: [Waiter] = []

    /// Takes a piece of the request body.
    ///
    /// - Returns: False when so much too much has come that the client has to be cut off.
    mutating func receive(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Bool {
        bodyBytes += bytes.count
        if bodyBytes <= limit { body.append(contentsOf: bytes) }
        return bodyBytes <= limit.multipliedReportingOverflow(by: ServiceLimits.oversizeFactor).partialValue
    }

    /// MHD asks for the answer: after the last byte of the body, and after every resume until it has one.
    mutating func access(limit: Int) -> Access {
        switch phase {
        case .receiving where bodyBytes > limit:
            phase = .sending
            return .refuseOversized
        case .receiving:
            phase = .handling
            defer { body = [] }
            return .startHandler(body)
        case .handling:
            return .wait
        case .answered(let response):
            phase = .sending
            return .send(response)
        case .sending, .finished:
            return .cut
        }
    }

    /// The handler answers.
    ///
    /// - Returns: Whether the connection has to be resumed.
    mutating func answer(_ response: ServiceResponse) -> Bool {
        guard case .handling = phase else { return false }
        phase = .answered(response)
        return wake()
    }

    /// Whether the connection should be suspended now: nothing has come up since MHD was told to wait.
    mutating func suspendIfNothingToDo() -> Bool {
        switch phase {
        case .handling: isSuspended = true
        case .sending: isSuspended = stream.count == 0 && stream.end == nil
        default: isSuspended = false
        }
        return isSuspended
    }

    /// Clears the suspension; true when there was one, and the caller has to resume the connection.
    mutating func wake() -> Bool {
        defer { isSuspended = false }
        return isSuspended
    }

    mutating func offer(_ bytes: [UInt8], limit: Int) -> Offer {
        if case .finished = phase { return .closed }
        stream.append(bytes)
        let resume = wake()
        return stream.count > limit ? .full(resume: resume) : .taken(resume: resume)
    }

    /// A writer waits for room.
    ///
    /// - Returns: The waiter back when it need not wait.
    mutating func enqueue(_ waiter: Waiter, limit: Int) -> Waiter? {
        if case .finished = phase { return waiter }
        guard stream.count > limit else { return waiter }
        waiters.append(waiter)
        return nil
    }

    /// MHD takes the next piece; once half of the limit is free, so are the writers that wait.
    mutating func read(into target: UnsafeMutableRawBufferPointer, limit: Int) -> (Read, [Waiter]) {
        let count = stream.read(into: target)
        let freed = stream.count <= limit / 2 ? takeWaiters() : []
        if count > 0 { return (.bytes(count), freed) }
        return (stream.end.map(Read.end) ?? .nothing, freed)
    }

    mutating func takeWaiters() -> [Waiter] {
        defer { waiters = [] }
        return waiters
    }

    mutating func beginStopping() {
        isStopping = true
    }

    /// MHD is done with the request.
    mutating func finish() -> [Waiter] {
        phase = .finished
        isSuspended = false
        return takeWaiters()
    }

    /// Gives the request up at the end of a stop.
    ///
    /// - Returns: Whether the connection has to be resumed, so that MHD may close it.
    mutating func abandon() -> Bool {
        if case .finished = phase { return false }
        phase = .finished
        stream.finish(.broken)
        return wake()
    }
}
