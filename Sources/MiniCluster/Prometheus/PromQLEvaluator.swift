/// Evaluates a query against a store at one time.
struct PromQLEvaluator {
    /// One series of an instant vector.
    struct VectorSample: Sendable {
        var identity: SeriesIdentity
        var value: Double
        /// When the sample was scraped; the time of evaluation for anything that was computed.
        var milliseconds: Int64
    }

    enum Value: Sendable {
        case scalar(Double)
        case string(String)
        case vector([VectorSample])
        case matrix([TimeSeriesStore.Series])
    }

    /// A sample older than this is not current any more (`--query.lookback-delta`).
    static let lookbackMilliseconds: Int64 = 300_000

    let store: TimeSeriesStore
    /// When the query is evaluated.
    let milliseconds: Int64

    func evaluate(_ expression: PromQLExpression) throws(PromQLError) -> Value {
        switch expression {
        case .number(let value): return .scalar(value)
        case .string(let text): return .string(text)
        case .selector(let selector):
            guard let range = selector.rangeMilliseconds else { return .vector(instant(selector)) }
            return .matrix(self.range(selector, range).filter { !$0.samples.isEmpty })
        case .call(let function, let argument): return .vector(try call(function, argument))
        case .aggregate(let aggregation, let grouping, let argument):
            return .vector(Self.aggregate(aggregation, grouping, try vector(argument), at: milliseconds))
        case .binary(let symbol, let left, let right, let returnsBool):
            return try binary(symbol, try evaluate(left), try evaluate(right), returnsBool: returnsBool)
        case .negate(let operand):
            switch try evaluate(operand) {
            case .scalar(let value): return .scalar(-value)
            case .vector(let samples):
                return .vector(try unique(samples.map { computed($0.identity.withoutMetric, -$0.value) }))
            case let other: return other
            }
        }
    }

    /// The vector that an expression of that type yields.
    func vector(_ expression: PromQLExpression) throws(PromQLError) -> [VectorSample] {
        guard case .vector(let samples) = try evaluate(expression) else { return [] }
        return samples
    }

    /// The newest sample of each series that is neither stale nor older than the lookback.
    private func instant(_ selector: PromQLExpression.Selector) -> [VectorSample] {
        let time = milliseconds - selector.offsetMilliseconds
        return store.select(selector.matchers).compactMap { series in
            guard let last = series.samples.last(where: { $0.milliseconds <= time }), !last.isStale,
                last.milliseconds > time - Self.lookbackMilliseconds
            else { return nil }
            return VectorSample(identity: series.identity, value: last.value, milliseconds: last.milliseconds)
        }
    }

    /// The samples of a range, both of its ends included (as before Prometheus 3), without staleness markers.
    private func range(_ selector: PromQLExpression.Selector, _ range: Int64) -> [TimeSeriesStore.Series] {
        let end = milliseconds - selector.offsetMilliseconds
        let start = end - range
        return store.select(selector.matchers).map { series in
            var result = series
            result.samples = series.samples.filter {
                $0.milliseconds >= start && $0.milliseconds <= end && !$0.isStale
            }
            return result
        }
    }

    private func call(
        _ function: PromQLExpression.Function, _ argument: PromQLExpression
    ) throws(PromQLError) -> [VectorSample] {
        if function == .timestamp {
            // A function or operator has computed its samples now; only a selector's own have the time of the scrape.
            let samples = try vector(argument)
            return try unique(samples.map { computed($0.identity.withoutMetric, Double($0.milliseconds) / 1000) })
        }
        guard case .selector(let selector) = argument, let range = selector.rangeMilliseconds else { return [] }
        let end = milliseconds - selector.offsetMilliseconds
        let window = RangeWindow(start: end - range, end: end)
        var result: [VectorSample] = []
        for series in self.range(selector, range) {
            guard let value = window.value(of: function, over: series.samples) else { continue }
            let keepsMetric = function == .lastOverTime
            result.append(computed(keepsMetric ? series.identity : series.identity.withoutMetric, value))
        }
        return try unique(result)
    }

    // MARK: - Pieces

    func computed(_ identity: SeriesIdentity, _ value: Double) -> VectorSample {
        VectorSample(identity: identity, value: value, milliseconds: milliseconds)
    }

    /// Refuses a vector with the same labels twice, which can come of dropping the metric's name.
    func unique(_ samples: [VectorSample]) throws(PromQLError) -> [VectorSample] {
        guard Set(samples.map(\.identity)).count == samples.count else {
            throw .execution("vector cannot contain metrics with the same labelset")
        }
        return samples
    }
}
