public import Autoscaling

extension Observation {
    /// The total of a metric over all pods, in the metric's unit; `nil` where it is not known.
    ///
    /// A pod without a sample is taken for one like the others, as long as most have one.
    public func total(of index: Int) -> Double? {
        guard readings.indices.contains(index) else { return nil }
        switch readings[index] {
        case .value(let milli, _): return Double(milli) / 1000
        case .series(let series, _): return series.reduce(0.0) { $0 + Double($1) } / 1000
        case .failed: return nil
        case .pods(let pods):
            let present = pods.samples.filter { !$0.isMissing }
            guard !present.isEmpty, present.count * 2 > pods.samples.count else { return nil }
            let sum = present.reduce(0.0) { $0 + Double($1.value) } / 1000
            return sum * Double(pods.samples.count) / Double(present.count)
        }
    }
}
