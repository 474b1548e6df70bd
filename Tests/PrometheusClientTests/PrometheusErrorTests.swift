import Autoscaling
import HTTPTransport
import PrometheusClient
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct PrometheusErrorTests {
    struct Recorded: Sendable, CustomTestStringConvertible {
        var file: String
        var note: String
        var kind: PrometheusError.Kind
        var errorType: String?
        var message: String
        var testDescription: String { "\(file): \(note)" }

        init(_ file: String, _ note: String, _ kind: PrometheusError.Kind, _ errorType: String?, _ message: String) {
            (self.file, self.note, self.kind, self.errorType, self.message) = (file, note, kind, errorType, message)
        }
    }

    @Test(arguments: [
        Recorded("06-errors", "parse error", .badQuery, "bad_data", "unclosed left parenthesis"),
        Recorded("06-errors", "unknown function", .badQuery, "bad_data", #"unknown function with name "nope""#),
        Recorded("06-errors", "bad time", .badQuery, "bad_data", #"cannot parse "yesterday" to a valid timestamp"#),
        Recorded("06-errors", "range: end before start", .badQuery, "bad_data", "must not be before start time"),
        Recorded("06-errors", "range: more than 11000", .badQuery, "bad_data", "maximum resolution of 11,000 points"),
        Recorded("06-errors", "bad regex", .badQuery, "bad_data", "missing closing ): `^(?:()$`"),
        Recorded("06-errors", "many-to-many", .execution, "execution", "found duplicate series for the match group"),
        Recorded("06-errors", "duplicate series", .execution, "execution", "metrics with the same labelset"),
        Recorded("06-errors", "timeout", .queryTimeout, "timeout", "query timed out in expression evaluation"),
        Recorded("06-errors", "range timeout", .queryTimeout, "timeout", "query timed out"),
        Recorded("06-errors", "unknown API path", .noQueryAPI, nil, "404 page not found"),
        Recorded("06-errors", "method", .methodNotAllowed, nil, "Method Not Allowed"),
        Recorded("06-errors", "admin API disabled", .serverFailure, "unavailable", "admin APIs disabled"),
        Recorded("07-limits", "instant", .tooManySamples, "execution", "too many samples into memory"),
        Recorded("12-auth", "none", .unauthorized, nil, "Unauthorized"),
        Recorded("12-auth", "wrong", .unauthorized, nil, "Unauthorized"),
        Recorded("13-not-ready", "query while starting", .notReady, nil, "Service Unavailable"),
    ])
    func recordedErrorsKeepTheirMeaning(recorded: Recorded) async throws {
        let exchange = try #require(
            try WireExchange.load("prometheus/\(recorded.file).http.txt").first { $0.note.hasPrefix(recorded.note) })
        let client = ReplayClient(exchange)
        let error = try await #require(throws: PrometheusError.self) {
            try await Self.api(client).ask(QueryRequest("sum(x)"))
        }
        #expect(error.kind == recorded.kind)
        #expect(error.status == exchange.status)
        #expect(error.errorType == recorded.errorType)
        #expect(error.message.contains(recorded.message), "\(error.message)")
        #expect(error.query == "sum(x)")
        #expect(error.url == "http://prometheus.example:9090/base/api/v1/query")
        #expect(!"\(error)".contains("secret"))
    }

    struct Other: Sendable, CustomTestStringConvertible {
        var name: String
        var response: HTTPResponse
        var kind: PrometheusError.Kind
        var testDescription: String { name }
    }

    @Test(arguments: [
        Other(name: "a web page", response: HTTPResponse(200, "<html>\n <title>Login"), kind: .notPrometheus),
        Other(name: "nothing", response: HTTPResponse(200, ""), kind: .notPrometheus),
        Other(
            name: "half an answer", response: HTTPResponse(200, #"{"status":"suc"#),
            kind: .malformedAnswer(AnswerFormatError(.truncated, at: 14))),
        Other(
            name: "another API", response: HTTPResponse(200, #"{"kind":"Status"}"#),
            kind: .malformedAnswer(AnswerFormatError(.missingKey("status"), at: 17))),
        Other(
            name: "a login redirect",
            response: HTTPResponse(status: 302, headers: ["Location": "https://u:secret@sso.example/in?token=secret"]),
            kind: .redirected(to: "https://sso.example/in")),
        Other(name: "a Kubernetes Status", response: HTTPResponse(403, #"{"kind":"Status"}"#), kind: .forbidden),
        Other(name: "a proxy's page", response: HTTPResponse(502, "<h1>Bad Gateway</h1>"), kind: .badGateway),
        Other(name: "a limit", response: HTTPResponse(429, "slow down"), kind: .tooManyRequests),
        Other(
            name: "an unknown type", response: HTTPResponse(400, #"{"status":"error","errorType":"odd","error":"e"}"#),
            kind: .refused),
        Other(
            name: "success with an error's status",
            response: HTTPResponse(500, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#),
            kind: .serverFailure),
        Other(
            name: "error with a good status",
            response: HTTPResponse(200, #"{"status":"error","errorType":"internal","error":"e","data":null}"#),
            kind: .serverFailure),
    ])
    func answersThatAreNoneSayWhatCame(other: Other) async throws {
        let error = try await #require(throws: PrometheusError.self) {
            try await Self.api(ReplayClient { _ in other.response }).ask(QueryRequest("up"))
        }
        #expect(error.kind == other.kind)
        #expect(error.status == other.response.status)
        #expect(!"\(error)".contains("secret"))
    }

    @Test func aTransportErrorSaysWhatWasAsked() async throws {
        let client = ReplayClient { request in
            throw TransportError(kind: .connectionRefused, url: request.url, detail: "Connection refused")
        }
        let error = try await #require(throws: PrometheusError.self) {
            try await Self.api(client).ask(QueryRequest("up"))
        }
        #expect(error.kind == .transport(.connectionRefused))
        #expect(error.isTransient)
        #expect(
            "\(error)"
                == "no answer: Connection refused; query 'up' to http://prometheus.example:9090/base/api/v1/query")
    }

    @Test func cancellationIsNotAnError() async throws {
        let client = ReplayClient { _ in throw CancellationError() }
        await #expect(throws: CancellationError.self) { try await Self.api(client).ask(QueryRequest("up")) }
    }

    @Test func textsAreBounded() async throws {
        let long = String(repeating: "long \n", count: 100_000)
        let body = #"{"status":"error","errorType":"bad_data","error":"\#(String(repeating: "é", count: 5000))"}"#
        let error = try await #require(throws: PrometheusError.self) {
            try await Self.api(ReplayClient { _ in HTTPResponse(400, body) }).ask(QueryRequest(long))
        }
        #expect(error.message.count == PrometheusError.maximumTextLength && error.message.hasSuffix("é…"))
        #expect(error.query.count <= PrometheusError.maximumTextLength && error.query.hasPrefix("long long"))
    }

    static func api(_ client: any HTTPSending) throws -> PrometheusAPI {
        let configuration = try PrometheusConfiguration(baseURL: "http://user:secret@prometheus.example:9090/base/")
        return PrometheusAPI(configuration, over: client)
    }
}
