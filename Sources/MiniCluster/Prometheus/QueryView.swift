/// The store at one moment, and the questions that the API can be asked about it.
struct QueryView: Sendable {
    /// Most points of one series in an answer to a range query.
    static let maximumPoints: Int64 = 11_000

    let store: TimeSeriesStore
    let now: Int64

    /// `/api/v1/query`.
    func instant(_ parameters: QueryParameters) throws(PromQLError) -> [UInt8] {
        let time = try parameters.time("time") ?? now
        _ = try parameters.duration("timeout")
        let expression = try PromQLParser.parse(parameters["query"] ?? "")
        let value = try PromQLEvaluator(store: store, milliseconds: time).evaluate(expression)
        return AnswerWriter.success { $0.result(value, at: time) }
    }

    /// `/api/v1/query_range`.
    func range(_ parameters: QueryParameters) throws(PromQLError) -> [UInt8] {
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        guard end >= start else {
            throw .badData("invalid parameter \"end\": end timestamp must not be before start time")
        }
        guard let step = try parameters.duration("step") else {
            throw .badData("invalid parameter \"step\": cannot parse \"\" to a valid duration")
        }
        guard step > 0 else {
            throw .badData(
                "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a "
                    + "positive integer")
        }
        guard (end - start) / step <= Self.maximumPoints else {
            throw .badData(
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution "
                    + "(?step=XX)")
        }
        let expression = try PromQLParser.parse(parameters["query"] ?? "")
        guard expression.type == .vector || expression.type == .scalar else {
            throw .badData(
                "invalid expression type \"\(expression.type.rawValue)\" for range query, must be Scalar or instant "
                    + "Vector")
        }
        let series = try series(of: expression, times: stride(from: start, through: end, by: Int64.Stride(step)))
        return AnswerWriter.success { $0.matrix(series) }
    }

    private func series(
        of expression: PromQLExpression, times: StrideThrough<Int64>
    ) throws(PromQLError) -> [TimeSeriesStore.Series] {
        var found: [SeriesIdentity: [TimeSeriesStore.Sample]] = [:]
        for time in times {
            switch try PromQLEvaluator(store: store, milliseconds: time).evaluate(expression) {
            case .vector(let samples):
                for sample in samples {
                    found[sample.identity, default: []].append(.init(milliseconds: time, value: sample.value))
                }
            case .scalar(let value):
                found[SeriesIdentity([:]), default: []].append(.init(milliseconds: time, value: value))
            case .string, .matrix:
                continue
            }
        }
        return found.sorted { $0.key < $1.key }.map { .init(identity: $0.key, samples: $0.value) }
    }

    /// `/api/v1/labels`: of all series, or of those that `match[]` selects.
    func labelNames(_ parameters: QueryParameters) throws(PromQLError) -> [UInt8] {
        let names = Set(try selected(parameters).flatMap { $0.labels.map(\.name) })
        return AnswerWriter.success { $0.list(names.sorted()) { $0.string($1) } }
    }

    /// `/api/v1/label/…/values`.
    func labelValues(_ name: String) -> (QueryParameters) throws(PromQLError) -> [UInt8] {
        { parameters throws(PromQLError) in
            let values = Set(try selected(parameters).map { $0[name] }).subtracting([""])
            return AnswerWriter.success { $0.list(values.sorted()) { $0.string($1) } }
        }
    }

    /// `/api/v1/series`.
    func seriesList(_ parameters: QueryParameters) throws(PromQLError) -> [UInt8] {
        guard !parameters.all("match[]").isEmpty else { throw .badData("no match[] parameter provided") }
        let identities = try selected(parameters)
        return AnswerWriter.success { $0.list(identities) { $0.labels($1) } }
    }

    /// `/api/v1/status/buildinfo`; the version says what is simulated and that it is.
    func buildInformation(_: QueryParameters) -> [UInt8] {
        AnswerWriter.success {
            $0.raw(
                #"{"version":"2.42.0+minicluster","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":""}"#
            )
        }
    }

    private func selected(_ parameters: QueryParameters) throws(PromQLError) -> [SeriesIdentity] {
        let selectors = parameters.all("match[]")
        if selectors.isEmpty { return store.identities }
        var identities: Set<SeriesIdentity> = []
        for text in selectors {
            guard case .selector(let selector) = try PromQLParser.parse(text), selector.rangeMilliseconds == nil else {
                throw .badData("invalid parameter \"match[]\": \"\(text)\" is no series selector")
            }
            identities.formUnion(store.select(selector.matchers).map(\.identity))
        }
        return identities.sorted()
    }
}
