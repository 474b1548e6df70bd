public import HTTPTransport

/// The query API of one Prometheus server, or of anything that speaks it (Thanos, Mimir, VictoriaMetrics).
///
///     let api = PrometheusAPI(try PrometheusConfiguration(baseURL: "http://prometheus:9090"), over: client)
///     let answer = try await api.ask(QueryRequest("up"))
public struct PrometheusAPI: Sendable {
    public let configuration: PrometheusConfiguration
    private let client: any HTTPSending

    public init(_ configuration: PrometheusConfiguration, over client: any HTTPSending) {
        self.configuration = configuration
        self.client = client
    }

    /// Sends a query and waits for its answer, at most the query time-out and 2 s more.
    ///
    /// - Throws: ``PrometheusError``, or `CancellationError` when the task was cancelled.
    public func ask(_ query: QueryRequest) async throws -> QueryAnswer {
        let request = request(for: query)
        let question = PrometheusError.Question(query: query.expression, url: request.url)
        let response: HTTPResponse
        do {
            response = try await client.send(request)
        } catch let error as TransportError {
            throw PrometheusError(error, asking: question)
        }
        return try Self.answer(of: response, to: query, question)
    }

    private func request(for query: QueryRequest) -> HTTPRequest {
        var headers = configuration.headers
        headers["Accept"] = "application/json"
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return HTTPRequest(
            method: .post,
            url: configuration.baseURL + query.path,
            headers: headers,
            body: query.form(timeout: configuration.queryTimeout),
            limits: HTTPLimits(
                total: configuration.queryTimeout + PrometheusConfiguration.transferAllowance,
                maximumBodyBytes: configuration.maximumAnswerBytes))
    }

    private static func answer(
        of response: HTTPResponse, to query: QueryRequest, _ question: PrometheusError.Question
    ) throws -> QueryAnswer {
        let answer: VectorReader.Answer
        do {
            answer = try VectorReader.read(response.body, labels: query.labels)
        } catch {
            throw PrometheusError(response, error, asking: question)
        }
        switch answer {
        case .failure(let failure):
            throw PrometheusError(failure, status: response.status, asking: question)
        case .success(var answer):
            answer.question = question
            guard let kind = PrometheusError.kind(ofStatus: response.status) else { return answer }
            throw PrometheusError(
                kind: kind, status: response.status, message: "an answer with the status 'success'",
                query: question.query, url: question.url)
        }
    }
}
