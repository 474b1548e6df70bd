/// The answer to one request.
package struct ServiceResponse: Sendable {
    /// How the bytes of the answer come.
    package enum Body: Sendable {
        /// All at once, with a `Content-Length`.
        case bytes([UInt8])
        /// One write after the other, chunked; it ends when the closure returns.
        ///
        /// When the closure throws, the connection is cut without the last chunk, so that the client can tell that
        /// something is missing. The closure's task is cancelled when the client leaves or the server stops; a
        /// cancelled stream of a stopping server still ends properly.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
        /// The first bytes of an announced length, then the connection is cut: a server that dies in mid-answer.
        case truncated([UInt8], announcedBytes: Int)
        /// No answer at all: the connection is closed.
        case none
    }

    /// A status code, 100 to 999.
    package var status: Int
    package var headers: HeaderFields
    package var body: Body

    package init(status: Int = 200, headers: HeaderFields = [:], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A text answer in UTF-8.
    package static func text(
        _ text: String, status: Int = 200, contentType: String = "text/plain; charset=utf-8"
    ) -> ServiceResponse {
        ServiceResponse(status: status, headers: ["Content-Type": contentType], body: .bytes(Array(text.utf8)))
    }

    /// A JSON answer, already encoded.
    package static func json(_ bytes: [UInt8], status: Int = 200) -> ServiceResponse {
        ServiceResponse(status: status, headers: ["Content-Type": "application/json"], body: .bytes(bytes))
    }

    /// Closes the connection without an answer.
    package static let dropConnection = ServiceResponse(status: 500, body: .none)
}
