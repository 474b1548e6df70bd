public import HTTPTransport

/// The query API of one Prometheus server, or of several that have the same data, or of anything that speaks it (Thanos,
/// Mimir, VictoriaMetrics).
///
///     let api = PrometheusAPI(try PrometheusConfiguration(baseURL: "http://prometheus:9090"), over: client)
///     let answer = try await api.ask(QueryRequest("up"))
///
/// Of several endpoints the one that answered last is asked. When it cannot be reached, fails or does not answer in time,
/// the next one is asked the same at once; see ``EndpointPolicy`` for when the first one is asked again.
public struct PrometheusAPI: Sendable {
    private let endpoints: [PrometheusEndpoint]
    private let rotation: EndpointRotation

    /// One server, which is asked whatever became of the queries before.
    public init(_ configuration: PrometheusConfiguration, over client: any HTTPSending) {
        self.init([PrometheusEndpoint(configuration, over: client)], policy: .always)
    }

    /// - Parameters:
    ///   - endpoints: At least one; the first is the one to prefer.
    ///   - onEvent: Called when another endpoint is asked from now on, and when one is given up or taken back.
    public init(
        _ endpoints: [PrometheusEndpoint], policy: EndpointPolicy,
        onEvent: @escaping @Sendable (EndpointEvent) -> Void = { _ in }
    ) {
        precondition(!endpoints.isEmpty)
        self.endpoints = endpoints
        rotation = EndpointRotation(endpoints.map(\.configuration.baseURL), policy, onEvent: onEvent)
    }

    /// Sends a query and waits for its answer, at most the query time-out and 2 s more: with several endpoints each of
    /// those left to ask has its share of that.
    ///
    /// - Throws: ``PrometheusError``, or `CancellationError` when the task was cancelled.
    public func ask(_ query: QueryRequest) async throws -> QueryAnswer {
        let allowance = PrometheusConfiguration.transferAllowance
        var left = (endpoints.map(\.configuration.queryTimeout).max() ?? .zero) + allowance
        var failures: [PrometheusError] = []
        var asked: Set<Int> = []
        let begun = rotation.policy.now()
        while true {
            switch rotation.choice(without: asked) {
            case .endpoint(var attempt):
                attempt.start = begun
                asked.insert(attempt.index)
                let endpoint = endpoints[attempt.index]
                let limit = min(
                    left / (1 + rotation.usable(without: asked)), endpoint.configuration.queryTimeout + allowance)
                let start = rotation.policy.now()
                do {
                    let answer = try await endpoint.ask(query, within: limit)
                    rotation.end(attempt, .answered)
                    return answer
                } catch let error as PrometheusError where error.blamesServer {
                    rotation.end(attempt, .failed(error))
                    failures.append(error)
                    left -= rotation.policy.now() - start
                } catch {
                    // What the server has understood and refused is an answer; what was not sent says nothing of it.
                    rotation.end(attempt, (error as? PrometheusError)?.status == nil ? .abandoned : .answered)
                    throw error
                }
            case .inquiry: await rotation.inquiryEnded()
            case .nothing(let refusal):
                try Task.checkCancellation()
                throw PrometheusError(failures, refusal: refusal, asking: query.expression)
            }
            try Task.checkCancellation()
        }
    }
}

/// One server, what to say who asks, and the connections to it.
public struct PrometheusEndpoint: Sendable {
    public let configuration: PrometheusConfiguration
    private let client: any HTTPSending

    public init(_ configuration: PrometheusConfiguration, over client: any HTTPSending) {
        self.configuration = configuration
        self.client = client
    }

    /// - Parameter limit: Of the whole transfer; Prometheus itself is told to end a little before.
    func ask(_ query: QueryRequest, within limit: Duration) async throws -> QueryAnswer {
        let url = configuration.baseURL + query.path
        let question = PrometheusError.Question(query: query.expression, url: url)
        var secrets = configuration.headers.fields.map(\.value)
        do {
            var request = HTTPRequest(method: .post, url: url, headers: configuration.headers)
            for file in configuration.secrets {
                let (value, secret) = try file.read()
                request.headers[file.header] = value
                secrets += [value, secret]
            }
            request.headers["Accept"] = "application/json"
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.body = query.form(
                timeout: max(limit - PrometheusConfiguration.transferAllowance, limit / 4), configuration.parameters)
            request.limits = HTTPLimits(
                connect: min(limit / 2, .seconds(5)), total: limit,
                maximumBodyBytes: configuration.maximumAnswerBytes)
            let response = try await client.send(request)
            return try Self.answer(of: response, to: query, question, Redaction(secrets))
        } catch let error as TransportError {
            throw PrometheusError(error, asking: question)
        }
    }

    private static func answer(
        of response: HTTPResponse, to query: QueryRequest, _ question: PrometheusError.Question, _ redact: Redaction
    ) throws -> QueryAnswer {
        let answer: VectorReader.Answer
        do {
            answer = try VectorReader.read(response.body, labels: query.labels, knowing: query.memory)
        } catch {
            throw PrometheusError(response, error, asking: question, redact)
        }
        switch answer {
        case .failure(let failure):
            throw PrometheusError(failure, status: response.status, asking: question, redact)
        case .success(var answer):
            answer.question = question
            answer.warnings = answer.warnings.map { redact($0) }
            answer.infos = answer.infos.map { redact($0) }
            switch query.evaluation {
            case .instant(let time): answer.evaluated = time
            case .now(let asked): answer.evaluated = asked
            case .range: break
            }
            guard let kind = PrometheusError.kind(ofStatus: response.status) else { return answer }
            throw PrometheusError(
                kind: kind, status: response.status, message: "an answer with the status 'success'",
                query: question.query, url: question.url)
        }
    }
}
