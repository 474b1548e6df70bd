/// A response that has arrived whole. Any status is a response; only a failed transfer is an error.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    /// The body after decompression.
    public var body: [UInt8]

    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the status is 2xx.
    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// A response whose head has arrived and whose body still comes, chunk by chunk as the network delivers it.
public struct HTTPResponseStream: Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    /// The chunks of the body. Ending the iteration early, or cancelling its task, drops the transfer.
    public var body: AsyncThrowingStream<[UInt8], any Error>

    public init(status: Int, headers: HTTPHeaders, body: AsyncThrowingStream<[UInt8], any Error>) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
