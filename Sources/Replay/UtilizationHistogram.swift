/// How long each utilisation lasted, in bins of half a percent up to 1,000 %, so that memory does not grow with time.
struct UtilizationHistogram: Sendable {
    private static let binsPerPercent = 2.0
    private var seconds = [Double](repeating: 0, count: 2001)
    private var total = 0.0
    private var weighted = 0.0

    mutating func add(_ percent: Double, for duration: Double) {
        let bin = min((percent * UtilizationHistogram.binsPerPercent).rounded(), Double(seconds.count - 1))
        seconds[Int(max(bin, 0))] += duration
        total += duration
        weighted += percent * duration
    }

    var mean: Double? { total > 0 ? weighted / total : nil }

    /// The utilisation that was not exceeded for a share of the time, to the nearest half percent.
    func percentile(_ share: Double) -> Double? {
        guard total > 0 else { return nil }
        var sum = 0.0
        for (bin, duration) in seconds.enumerated() {
            sum += duration
            if sum >= share * total * (1 - 1e-12) { return Double(bin) / UtilizationHistogram.binsPerPercent }
        }
        return Double(seconds.count - 1) / UtilizationHistogram.binsPerPercent
    }
}
