internal import Locking

/// The upper bounds of a histogram's buckets, finite and strictly increasing; `+Inf` follows by itself.
public struct HistogramBuckets: Sendable, Hashable {
    public let upperBounds: [Double]

    /// `nil` unless there is at least one bound, all are finite and each is greater than the one before.
    public init?(_ upperBounds: [Double]) {
        guard !upperBounds.isEmpty, upperBounds.allSatisfy(\.isFinite) else { return nil }
        guard zip(upperBounds, upperBounds.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.upperBounds = upperBounds
    }

    private init(known upperBounds: [Double]) {
        self.upperBounds = upperBounds
    }

    /// For the time of one request or one tick, in seconds: 1 ms to 30 s.
    public static let seconds = HistogramBuckets(
        known: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
}

/// Observations counted by size.
///
/// Counts are kept per bucket and summed up when written, so that an observation touches one number.
public struct Histogram: Metric {
    public static let kind = MetricKind.histogram

    private struct State {
        /// One more than there are bounds; the last counts what is above all of them.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let buckets: HistogramBuckets
    private let state: Locked<State>

    package init(buckets: HistogramBuckets) {
        self.buckets = buckets
        self.state = Locked(State(counts: Array(repeating: 0, count: buckets.upperBounds.count + 1)))
    }

    /// Counts a value in the first bucket whose bound is not below it. NaN is ignored: it would make the sum NaN for
    /// the rest of the process's life.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = buckets.upperBounds.firstIndex { value <= $0 } ?? buckets.upperBounds.count
        state.withLock {
            $0.counts[index] += 1
            $0.sum += value
        }
    }

    /// Counts a time in seconds.
    public func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) * 1e-18)
    }

    public func emit(_ name: MetricName, labels: LabelSet, into writer: inout ExpositionWriter) {
        let state = state.withLock { $0 }
        var total: UInt64 = 0
        for (bound, count) in zip(buckets.upperBounds + [.infinity], state.counts) {
            total += count
            writer.sample(name, suffix: "_bucket", labels: labels, upperBound: bound, value: Double(total))
        }
        writer.sample(name, suffix: "_sum", labels: labels, value: state.sum)
        writer.sample(name, suffix: "_count", labels: labels, value: Double(total))
    }
}
