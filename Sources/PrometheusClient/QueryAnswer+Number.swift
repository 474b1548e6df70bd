public import Autoscaling

/// An answer that says nothing to scale on: what was asked and what came back.
public struct UnusableAnswer: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that stays the same from tick to tick while the problem lasts.
    public var description: String
    /// Whether nothing came back at all.
    public var isEmpty = false

    init(_ words: String, query: String, isEmpty: Bool = false) {
        description = "\(words); query '\(PrometheusError.bounded(query))'"
        self.isEmpty = isEmpty
    }
}

extension QueryAnswer {
    /// Series that are shown of an answer that has too many.
    private static let shownSeries = 3

    /// The one number that the answer is.
    ///
    /// - Parameter query: What was asked, for the words of a failure.
    public func number(of query: String) -> Result<Double, UnusableAnswer> {
        switch result {
        case .scalar(_, let value): return Self.finite(value, query)
        case .vector(let vector) where vector.count == 1:
            guard case .number(let value) = vector[0].value else {
                return .failure(UnusableAnswer("the query yields a histogram, and no number", query: query))
            }
            return Self.finite(value, query)
        case .vector(let vector) where vector.isEmpty:
            let words = "the query yields nothing: Prometheus has no such series, check the names and labels"
            return .failure(UnusableAnswer(words, query: query, isEmpty: true))
        case .vector(let vector):
            let shown = vector.prefix(1_000).map(\.labels.description).sorted().prefix(Self.shownSeries)
            let more = vector.count - shown.count
            let list =
                shown.map(PrometheusError.bounded).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            return .failure(
                UnusableAnswer(
                    "the query yields \(vector.count) series where one number is needed (\(list)); sum them or select "
                        + "one", query: query))
        case .matrix, .string:
            return .failure(
                UnusableAnswer("the query yields a \(result.typeName) where one number is needed", query: query))
        }
    }

    private static func finite(_ value: Double, _ query: String) -> Result<Double, UnusableAnswer> {
        guard value.isFinite else {
            let text = value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
            return .failure(UnusableAnswer("the query yields \(text), which is nothing to scale on", query: query))
        }
        return .success(value)
    }

    /// Thousandths of a finite number, rounded to the nearest; it stays at the ends of the range.
    public static func milliValue(_ number: Double) -> Int64 {
        let milli = (number * 1000).rounded(.toNearestOrAwayFromZero)
        if milli >= 0x1p63 { return .max }
        return milli < -0x1p63 ? .min : Int64(milli)
    }

    /// A time in Unix seconds, to the millisecond; `nil` for what no clock says.
    public static func time(ofSeconds seconds: Double) -> Timestamp? {
        let milliseconds = (seconds * 1000).rounded()
        guard abs(milliseconds) < 9e12 else { return nil }
        return Timestamp(nanoseconds: Int64(milliseconds) * 1_000_000)
    }
}
