public import Autoscaling

/// Makes a regular series of values that come at any time: the mean of those of each step.
///
/// Where no Prometheus can be asked, in a replay, the trace's own past becomes a history this way.
public struct DemandBins: Sendable {
    /// The steps that are over.
    public private(set) var series: DemandSeries
    /// Another number for another content of the series.
    public private(set) var revision = 0
    private let reach: Int64
    private var current: (index: Int64, sum: Double, count: Int)?

    /// - Parameters:
    ///   - stepSeconds: From one point to the next.
    ///   - reach: Points that are kept at least; those before them are forgotten.
    public init(stepSeconds: Int64, reach: Int64) {
        series = DemandSeries(stepSeconds: stepSeconds)
        self.reach = max(reach, 1)
    }

    /// Adds what was at a time; times do not go back.
    ///
    /// - Parameter value: `nil` where nobody knows.
    public mutating func add(_ value: Double?, at time: Timestamp) {
        // A step ends at its point: what is exactly there belongs to it.
        let index = series.index(atOrBefore: time.advanced(byNanoseconds: -1)) + 1
        if let current, current.index < index {
            if current.count > 0 {
                series.set(current.sum / Double(current.count), at: current.index)
                series.drop(before: current.index - reach)
            }
            revision += 1
            self.current = nil
        }
        var now = current ?? (index, 0, 0)
        if let value, value.isFinite {
            now.sum += value
            now.count += 1
        }
        current = now
    }
}
