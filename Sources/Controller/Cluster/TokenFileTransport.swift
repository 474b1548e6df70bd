internal import FoundationEssentials
package import HTTPTransport

/// A transport that shows the bearer token of a file, read for each request: tokens in pods rotate.
package struct TokenFileTransport: HTTPSending {
    private let transport: any HTTPSending
    private let path: String

    package init(_ transport: any HTTPSending, path: String) {
        self.transport = transport
        self.path = path
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await transport.send(authorized(request))
    }

    package func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        try await transport.open(authorized(request))
    }

    private func authorized(_ request: HTTPRequest) throws(TransportError) -> HTTPRequest {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let token = text.split(whereSeparator: \.isWhitespace).first
        else {
            throw TransportError(
                kind: .invalidRequest, url: path, detail: "the token file cannot be read or is empty")
        }
        var request = request
        request.headers["Authorization"] = "Bearer \(token)"
        return request
    }
}
