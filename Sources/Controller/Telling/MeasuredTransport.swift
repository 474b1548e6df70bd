internal import Exposition
internal import HTTPTransport

/// Counts the time of each request by server and outcome, whatever client sends it.
struct MeasuredTransport: HTTPSending {
    let transport: any HTTPSending
    let server: String
    let durations: MetricFamily<Histogram>

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let start = ContinuousClock.now
        do {
            let response = try await transport.send(request)
            durations[server, "\(response.status)"].observe(start.duration(to: .now))
            return response
        } catch let error as TransportError {
            durations[server, error.kind.code].observe(start.duration(to: .now))
            throw error
        }
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
        try await transport.open(request)
    }
}

extension TransportError.Kind {
    /// One word of a fixed set, where a response would have its status.
    var code: String {
        switch self {
        case .invalidRequest: "invalid_request"
        case .nameResolution: "name_resolution"
        case .connectionRefused: "connection_refused"
        case .tls: "tls"
        case .timeout: "timeout"
        case .connectionReset: "connection_reset"
        case .responseTooLarge: "response_too_large"
        case .malformedResponse: "malformed_response"
        case .shutDown: "shut_down"
        }
    }
}
