/// What functions over a range compute from the samples of one series in it.
struct RangeWindow {
    /// Both in milliseconds.
    let start: Int64
    let end: Int64

    /// The result of a function; `nil` where there are too few samples for one.
    func value(
        of function: PromQLExpression.Function, over samples: [TimeSeriesStore.Sample]
    ) -> Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let values = samples.map(\.value)
        switch function {
        case .rate: return increase(samples, first, last).map { $0 / (Double(end - start) / 1000) }
        case .increase: return increase(samples, first, last)
        case .irate: return instantRate(samples)
        case .averageOverTime: return Self.sum(values) / Double(values.count)
        case .maximumOverTime: return Self.extreme(values, >)
        case .minimumOverTime: return Self.extreme(values, <)
        case .sumOverTime: return Self.sum(values)
        case .countOverTime: return Double(values.count)
        case .lastOverTime: return last.value
        case .timestamp: return nil
        }
    }

    /// How much a counter grew in the window, its resets added and both ends extrapolated.
    ///
    /// The samples cover only part of the window. Each gap at an end is filled at the same rate, when it is at most a
    /// little larger than the usual distance of samples (1.1 times): the series then most likely was there all along.
    /// A larger gap is filled by half that distance only, and never further back than to where the counter was zero.
    ///
    /// - Source: Prometheus 2.42 `promql/functions.go`, `extrapolatedRate`; checked against the original in the tests.
    private func increase(
        _ samples: [TimeSeriesStore.Sample], _ first: TimeSeriesStore.Sample, _ last: TimeSeriesStore.Sample
    ) -> Double? {
        guard samples.count >= 2 else { return nil }
        var growth = last.value - first.value
        for (former, next) in zip(samples, samples.dropFirst()) where next.value < former.value {
            growth += former.value
        }
        let covered = Double(last.milliseconds - first.milliseconds) / 1000
        let distance = covered / Double(samples.count - 1)
        var before = Double(first.milliseconds - start) / 1000
        let after = Double(end - last.milliseconds) / 1000
        if growth > 0, first.value >= 0 { before = min(before, covered * (first.value / growth)) }
        var extended = covered
        extended += before < distance * 1.1 ? before : distance / 2
        extended += after < distance * 1.1 ? after : distance / 2
        return growth * (extended / covered)
    }

    /// The rate between the last two samples; after a reset the counter started from zero.
    private func instantRate(_ samples: [TimeSeriesStore.Sample]) -> Double? {
        guard samples.count >= 2 else { return nil }
        let (former, last) = (samples[samples.count - 2], samples[samples.count - 1])
        let growth = last.value < former.value ? last.value : last.value - former.value
        return growth / (Double(last.milliseconds - former.milliseconds) / 1000)
    }

    /// Compensated summation (Kahan, Neumaier), as Prometheus sums.
    private static func sum(_ values: [Double]) -> Double {
        var sum = 0.0
        var compensation = 0.0
        for value in values {
            let next = sum + value
            if next.isFinite {
                compensation += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
            }
            sum = next
        }
        return sum.isFinite ? sum + compensation : sum
    }

    /// A NaN gives way to any number.
    static func extreme(_ values: [Double], _ isBetter: (Double, Double) -> Bool) -> Double? {
        guard var best = values.first else { return nil }
        for value in values.dropFirst() where isBetter(value, best) || best.isNaN { best = value }
        return best
    }
}
