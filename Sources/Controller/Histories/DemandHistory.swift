internal import Autoscaling
internal import Forecasting
internal import PrometheusClient

/// The past of one metric as far as it has been read, and its forecasts.
struct DemandHistory: Sendable {
    /// A piece of it to ask for, in points.
    struct Piece: Hashable, Sendable {
        var first: Int64
        var count: Int64
    }

    let question: HistoryQuestion
    let policy: PredictionPolicy
    /// When a tick last wanted a forecast.
    var wanted: Timestamp
    private var series: DemandSeries
    private var forecaster: Forecaster
    private var revision = 0
    /// The first point that has not been asked for; `nil` before the first answer.
    private var next: Int64?
    private var pieceLength = longestPiece
    private var failures = 0
    private var retry = Timestamp.distantPast
    private var problem: String?
    private(set) var isWhole = false

    /// Points that are asked for at once: Prometheus answers 11,000 at most, and is asked for little at a time.
    private static let longestPiece: Int64 = 1_000
    /// How old a point is before it is asked for: by then the last samples of its step have been scraped.
    private static let lag: Int64 = 30
    /// The last points are asked for again, so many: what came late is in them.
    private static let overlap: Int64 = 1
    /// Points that may be missing at the end before a failure to read them is the reason for having no forecast.
    private static let patience: Int64 = 3

    init(_ question: HistoryQuestion, _ policy: PredictionPolicy, at now: Timestamp) {
        self.question = question
        self.policy = policy
        wanted = now
        series = DemandSeries(stepSeconds: question.stepSeconds)
        forecaster = Forecaster(policy)
    }

    /// What is to be asked for now; `nil` when nothing is.
    func due(at now: Timestamp) -> Piece? {
        guard now >= retry else { return nil }
        let end = series.index(atOrBefore: now.advanced(bySeconds: -Self.lag)) + 1
        let oldest = end - question.reach
        let first = next.map { max($0, oldest) } ?? oldest
        guard first < end else { return nil }
        let begin = next == nil ? first : max(first - Self.overlap, oldest)
        return Piece(first: begin, count: min(end - begin, pieceLength))
    }

    /// When the points of a piece are, for the query.
    func range(of piece: Piece) -> QueryRequest.Evaluation {
        .range(
            start: series.time(of: piece.first), end: series.time(of: piece.first + piece.count - 1),
            step: .seconds(question.stepSeconds))
    }

    /// Takes the answer to a piece.
    mutating func take(_ answer: Result<SampleMatrix, Failure>, to piece: Piece, at now: Timestamp) {
        do throws(Failure) {
            let matrix = try answer.get()
            guard matrix.count <= 1 else {
                throw Failure(text: "the query yields \(matrix.count) series where one number is needed; sum them")
            }
            for point in matrix.first?.points ?? [] {
                series.set(point.value, at: series.index(atOrBefore: point.time))
            }
            next = piece.first + piece.count
            let end = series.index(atOrBefore: now.advanced(bySeconds: -Self.lag)) + 1
            if piece.first + piece.count >= end { isWhole = true }
            series.drop(before: end - question.reach)
            revision += 1
            (failures, problem, retry) = (0, nil, .distantPast)
        } catch {
            if error.asksForTooMuch, pieceLength > 1 {
                pieceLength = max(piece.count / 2, 1)
                return
            }
            problem = error.text
            failures = min(failures + 1, 5)
            retry = now.advanced(bySeconds: 30 << Int64(failures - 1))
        }
    }

    /// Why a piece was not answered.
    struct Failure: Error {
        var text: String
        var asksForTooMuch = false
    }

    /// What is foreseen at a time.
    mutating func reading(pods: PodSet, at now: Timestamp) -> ForecastReading {
        let isBehind = (next ?? .min) < series.index(atOrBefore: now) - Self.patience
        if let problem, isBehind || !isWhole { return .missing("the history cannot be read: \(problem)") }
        guard isWhole else { return .missing("the history is being read from Prometheus") }
        return forecaster.reading(
            of: series, revision: revision, lookAheadSeconds: policy.lookAheadSeconds(for: pods), at: now)
    }
}
