import HTTPTransport

@testable import KubernetesClient

/// Answers each request by a closure.
struct AnsweringTransport: HTTPSending {
    var answer: @Sendable (HTTPRequest) async throws -> HTTPResponse

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await answer(request)
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        throw TransportError(kind: .invalidRequest, url: request.url, detail: "nothing is watched here")
    }
}

extension KubernetesClient {
    static let testAccess = ClusterAccess(
        server: ReplayTransport.server, credential: .token(Secret(ReplayTransport.token)))

    init(replaying transport: ReplayTransport, options: Options = Options()) {
        self.init(access: Self.testAccess, transport: transport, options: options)
    }

    init(answering answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse) {
        self.init(access: Self.testAccess, transport: AnsweringTransport(answer: answer))
    }
}
