import Autoscaling
import HTTPTransport
import PrometheusClient
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct PrometheusAPITests {
    struct Form: Sendable, CustomTestStringConvertible {
        var query: QueryRequest
        var path: String
        var fields: [String: String]
        var testDescription: String { "\(fields)" }
    }

    @Test(arguments: [
        Form(
            query: QueryRequest(#"a{b="x+y&z=%é"} + 1"#), path: "/api/v1/query",
            fields: ["query": #"a{b="x+y&z=%é"} + 1"#, "timeout": "3000ms"]),
        Form(
            query: QueryRequest("up", .instant(Timestamp(nanoseconds: 1_795_486_017_465_999_999))),
            path: "/api/v1/query", fields: ["query": "up", "time": "1795486017.465", "timeout": "3000ms"]),
        Form(
            query: QueryRequest("up", .instant(Timestamp(nanoseconds: -1_500_000_000))), path: "/api/v1/query",
            fields: ["query": "up", "time": "-1.500", "timeout": "3000ms"]),
        Form(
            query: QueryRequest(
                "up",
                .range(
                    start: Timestamp(nanoseconds: 1_000_000_000), end: Timestamp(nanoseconds: 2_007_000_000),
                    step: .milliseconds(500))),
            path: "/api/v1/query_range",
            fields: ["query": "up", "start": "1.000", "end": "2.007", "step": "500ms", "timeout": "3000ms"]),
    ])
    func queriesAreSentAsForms(form: Form) async throws {
        let client = ReplayClient(try WireExchange.load("prometheus/01-instant.http.txt", note: "empty"))
        var configuration = try PrometheusConfiguration(
            baseURL: "https://example.com:8443/prometheus/", headers: ["X-Scope-OrgID": "shop"],
            queryTimeout: .seconds(3))
        configuration.maximumAnswerBytes = 1000
        _ = try await PrometheusAPI(configuration, over: client).ask(form.query)
        let request = try #require(await client.requests.first)
        #expect(request.method == .post)
        #expect(request.url == "https://example.com:8443/prometheus" + form.path)
        #expect(request.form == form.fields)
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(request.headers["X-Scope-OrgID"] == "shop")
        #expect(request.limits.total == .seconds(5))
        #expect(request.limits.maximumBodyBytes == 1000)
    }

    @Test func warningsComeWithTheResult() async throws {
        let client = ReplayClient(try WireExchange.load("prometheus/08-warnings.http.txt", note: "instant"))
        let answer = try await PrometheusErrorTests.api(client).ask(QueryRequest("queue_depth"))
        #expect(try answer.vector().get().count == 2)
        #expect(answer.warnings.count == 1 && answer.warnings[0].hasPrefix("remote_read: error sending request"))
    }

    @Test func aScalarIsNoVector() async throws {
        let client = ReplayClient(try WireExchange.load("prometheus/01-instant.http.txt", note: "number"))
        let answer = try await PrometheusErrorTests.api(client).ask(QueryRequest("1.5"))
        let error = #expect(throws: PrometheusError.self) { try answer.vector().get() }
        #expect(error?.kind == .unexpectedResult("scalar"))
        #expect(error?.query == "1.5")
    }

    @Test(arguments: [
        ("http://user:p%40ss@host:9090/x/", "http://host:9090/x", "Basic dXNlcjpwQHNz"),
        ("HTTPS://[::1]:9090", "https://[::1]:9090", nil),
        ("http://host/a/b", "http://host/a/b", nil),
    ])
    func credentialsLeaveTheURL(text: String, url: String, authorization: String?) throws {
        let configuration = try PrometheusConfiguration(baseURL: text)
        #expect(configuration.baseURL == url)
        #expect(configuration.headers["Authorization"] == authorization)
    }

    @Test(arguments: [
        "prometheus:9090", "ftp://host", "http://", "http://:80", "http:///x", "http://host?a=b", "http://host#x",
        "http://ho st", "http://hést",
    ])
    func otherURLsAreRefused(text: String) {
        #expect(throws: PrometheusConfiguration.InvalidURL.self) { try PrometheusConfiguration(baseURL: text) }
    }
}
