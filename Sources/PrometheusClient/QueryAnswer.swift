public import Autoscaling

/// A successful answer to a query.
public struct QueryAnswer: Sendable {
    public var result: QueryResult
    /// What Prometheus has to say about the result, e.g. that a remote store did not answer and data may be partial.
    public var warnings: [String]
    /// Hints about the query itself (Prometheus 2.53 and later).
    public var infos: [String]
    /// VictoriaMetrics' word for an answer without some of its storage nodes.
    public var isPartial = false
    /// The time of evaluation that was asked for, or when the server was asked for its own now; `nil` where neither is known. Older than the tick where a query is
    /// slow.
    public var evaluated: Timestamp?
    /// That of the answer which this is a part of.
    var knownDoubt: String?
    /// What was asked, so that a result of the wrong kind can be reported with it.
    var question: PrometheusError.Question?

    public init(result: QueryResult, warnings: [String] = [], infos: [String] = []) {
        self.result = result
        self.warnings = warnings
        self.infos = infos
    }

    /// Why the result may not be all there is, in one sentence with the query; `nil` where nothing says so.
    public var doubt: String? {
        if let knownDoubt { return knownDoubt }
        guard let words = warnings.first ?? (isPartial ? "the answer has isPartial: true" : nil) else { return nil }
        let query = question.map { "; query '\(PrometheusError.bounded($0.query))'" } ?? ""
        return PrometheusError.bounded(words) + query
    }

    /// The result where a vector is needed.
    public func vector() -> Result<SampleVector, PrometheusError> {
        if case .vector(let vector) = result { return .success(vector) }
        return .failure(
            PrometheusError(
                kind: .unexpectedResult(result.typeName), message: "a vector is needed",
                query: question?.query ?? "", url: question?.url ?? ""))
    }
}

/// What a query evaluates to.
///
/// - Source: Prometheus HTTP API, "Expression query result formats".
public enum QueryResult: Sendable {
    case vector(SampleVector)
    case matrix(SampleMatrix)
    case scalar(time: Timestamp, value: Double)
    case string(time: Timestamp, value: String)

    /// `vector`, `matrix`, `scalar` or `string`, as `resultType` says it.
    public var typeName: String {
        switch self {
        case .vector: "vector"
        case .matrix: "matrix"
        case .scalar: "scalar"
        case .string: "string"
        }
    }
}

/// A sample's value.
public enum SampleValue: Sendable, Hashable {
    /// A number; may be NaN or infinite.
    case number(Double)
    /// A native histogram, which is recognised and not read.
    case histogram
}

/// One sample of each of several series, all at the time of evaluation.
public struct SampleVector: Sendable, RandomAccessCollection {
    /// A series and its sample.
    public struct Element: Sendable {
        public var labels: SeriesLabels
        public var time: Timestamp
        public var value: SampleValue
    }

    struct Entry: Sendable {
        var labels: Range<Int>
        var time: Timestamp
        var value: SampleValue
    }

    var entries: [Entry] = []
    var table = LabelTable()
    /// The series as the next answer is held against them; `nil` where they are not remembered.
    var series: KnownSeries?

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> Element {
        let entry = entries[position]
        return Element(
            labels: SeriesLabels(table: table, range: entry.labels), time: entry.time, value: entry.value)
    }
}

/// Several samples of each of several series, in order of time.
public struct SampleMatrix: Sendable, RandomAccessCollection {
    /// One sample.
    public struct Point: Sendable, Hashable {
        public var time: Timestamp
        public var value: Double
    }

    /// A series and its samples.
    public struct Element: Sendable {
        public var labels: SeriesLabels
        public var points: ArraySlice<Point>
        /// How many native histograms the series has beside or in place of numbers; they are not read.
        public var histogramCount: Int
    }

    struct Entry: Sendable {
        var labels: Range<Int>
        var points: Range<Int>
        var histogramCount: Int
    }

    var entries: [Entry] = []
    var points: [Point] = []
    var table = LabelTable()

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }

    public subscript(position: Int) -> Element {
        let entry = entries[position]
        return Element(
            labels: SeriesLabels(table: table, range: entry.labels), points: points[entry.points],
            histogramCount: entry.histogramCount)
    }
}
