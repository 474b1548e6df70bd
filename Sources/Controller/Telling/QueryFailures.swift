internal import Exposition
internal import PrometheusClient

/// Queries that failed, by one word of a fixed set.
struct QueryFailures: Sendable {
    private let failures: MetricFamily<Counter>

    init(_ registry: MetricRegistry) throws {
        failures = try registry.counters(
            "swiftlet_query_failures_total",
            help: "Ticks in which a query to Prometheus failed, by why; each different failure of a tick counts once.",
            labels: ["reason"], limit: 24)
    }

    func record(_ errors: [PrometheusError]) {
        for error in errors { failures[error.kind.word].increment() }
    }
}

extension PrometheusError.Kind {
    fileprivate var word: String {
        switch self {
        case .badQuery: "bad_query"
        case .execution: "execution"
        case .tooManySamples: "too_many_samples"
        case .queryTimeout: "query_timeout"
        case .canceled: "canceled"
        case .notReady: "not_ready"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .noQueryAPI: "no_query_api"
        case .methodNotAllowed: "method_not_allowed"
        case .tooManyRequests: "too_many_requests"
        case .redirected: "redirected"
        case .badGateway: "bad_gateway"
        case .serverFailure: "server_failure"
        case .refused: "refused"
        case .notPrometheus: "not_prometheus"
        case .malformedAnswer: "malformed_answer"
        case .unexpectedResult: "unexpected_result"
        case .leftAlone: "left_alone"
        case .underWay: "under_way"
        case .transport(let kind): kind.code
        }
    }
}
