package import Autoscaling

/// Samples of many series in memory, in order of time, for a bounded past.
///
/// Times are whole milliseconds, as Prometheus keeps them. A series that its target no longer exposes ends with a
/// staleness marker: from then on instant queries do not see it, while ranges still see its past.
package struct TimeSeriesStore: Sendable {
    /// How much is kept.
    package struct Bounds: Sendable {
        /// Samples older than this against the newest are dropped; three hours hold a demo's whole rush.
        package var retention: Duration = .seconds(3 * 3600)
        /// Series at once; samples of further ones are refused.
        package var series = 50_000

        package init() {}
    }

    /// One sample.
    struct Sample: Sendable {
        var milliseconds: Int64
        var value: Double

        var isStale: Bool { value.bitPattern == TimeSeriesStore.staleMarker }
    }

    /// A series with its samples, oldest first.
    struct Series: Sendable {
        var identity: SeriesIdentity
        var samples: [Sample]
    }

    /// The NaN that ends a series.
    ///
    /// - Source: Prometheus `model/value`, `StaleNaN`.
    static let staleMarker: UInt64 = 0x7FF0_0000_0000_0002

    private let bounds: Bounds
    private var series: [String: [SeriesIdentity: Series]] = [:]
    /// Series in the store.
    package private(set) var seriesCount = 0
    /// Samples that were refused: out of order, or of one series too many.
    package private(set) var refusedCount = 0

    package init(bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    /// Adds a sample at the end of its series.
    ///
    /// A sample that is not newer than the last one is refused and counted, as a sample of a new series is when there
    /// are too many.
    package mutating func append(_ value: Double, to identity: SeriesIdentity, at time: Timestamp) {
        let sample = Sample(milliseconds: time.milliseconds, value: value)
        let metric = identity.metric
        if let last = series[metric]?[identity]?.samples.last {
            guard last.milliseconds < sample.milliseconds else {
                refusedCount += 1
                return
            }
            series[metric]?[identity]?.samples.append(sample)
        } else {
            guard seriesCount < bounds.series else {
                refusedCount += 1
                return
            }
            seriesCount += 1
            series[metric, default: [:]][identity] = Series(identity: identity, samples: [sample])
        }
    }

    /// Ends a series at a time; it may begin again later.
    package mutating func markStale(_ identity: SeriesIdentity, at time: Timestamp) {
        guard let last = series[identity.metric]?[identity]?.samples.last, !last.isStale else { return }
        append(Double(bitPattern: Self.staleMarker), to: identity, at: time)
    }

    /// Drops what is older than the retention, and series of which nothing is left.
    package mutating func expire(at now: Timestamp) {
        let oldest = now.milliseconds - bounds.retention.nanoseconds / 1_000_000
        for (metric, all) in series {
            for (identity, one) in all {
                guard let first = one.samples.first, first.milliseconds < oldest else { continue }
                let expired = one.samples.prefix { $0.milliseconds < oldest }.count
                if expired == one.samples.count {
                    series[metric]?[identity] = nil
                    seriesCount -= 1
                } else if expired * 4 > one.samples.count {
                    // A quarter at a time: moving the rest costs as much as it frees.
                    series[metric]?[identity]?.samples.removeFirst(expired)
                }
            }
            if series[metric]?.isEmpty == true { series[metric] = nil }
        }
    }

    /// The series that match, in the order of their labels.
    func select(_ matchers: [SeriesMatcher]) -> [Series] {
        var candidates: [Series] = []
        if let metric = matchers.first(where: { $0.name == SeriesIdentity.metricLabel && $0.isEquality }) {
            candidates = (series[metric.text] ?? [:]).map(\.value)
        } else {
            candidates = series.values.flatMap(\.values)
        }
        for matcher in matchers {
            // Ten thousand series share a few values: each is matched once.
            var known: [String: Bool] = [:]
            candidates = candidates.filter { candidate in
                let value = candidate.identity[matcher.name]
                if let answer = known[value] { return answer }
                let answer = matcher.matches(value)
                known[value] = answer
                return answer
            }
        }
        return candidates.sorted { $0.identity < $1.identity }
    }

    /// Every series, in the order of their labels.
    package var identities: [SeriesIdentity] {
        series.values.flatMap(\.keys).sorted()
    }
}

extension Timestamp {
    /// Whole milliseconds since the epoch, cut towards the past.
    var milliseconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    init(milliseconds: Int64) {
        let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(nanoseconds: overflow ? (milliseconds < 0 ? .min + 1 : .max) : nanoseconds)
    }
}
