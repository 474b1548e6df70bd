internal import Autoscaling
internal import Controller

/// What the demo sums up at its end.
struct DemoStatistics {
    private var ticks = 0
    private var scaleUps = 0
    private var scaleDowns = 0
    private var ticksAtMaximum = 0
    private var highestUtilization: Int32 = 0
    private var highestReplicas: Int32 = 0
    private var highestWanted: Int32 = 0
    private var demandSum = 0.0
    private var highestDemand = 0.0

    mutating func add(_ report: AutoscalerReport, demand: Double) {
        ticks += 1
        demandSum += demand
        highestDemand = max(highestDemand, demand)
        highestReplicas = max(highestReplicas, report.decision.desiredReplicas)
        highestWanted = max(highestWanted, report.decision.stabilization?.recommendation ?? 0)
        highestUtilization = max(highestUtilization, report.decision.metrics.first?.proposal?.utilization ?? 0)
        if report.decision.limitation?.reason == .tooManyReplicas { ticksAtMaximum += 1 }
        if case .scaled(let old, let new) = report.outcome {
            if new > old { scaleUps += 1 } else { scaleDowns += 1 }
        }
    }

    /// - Parameter unserved: Requests that no pod had the capacity for.
    func lines(unserved: Double) -> [String] {
        // Ticks are 15 s apart and demand is by the minute.
        let requests = demandSum / 4
        let share = requests > 0 ? min(max(unserved, 0) / requests, 1) * 100 : 0
        return [
            "demand      up to \(NumberText.grouped(highestDemand)) requests a minute",
            "replicas    2 → \(highestReplicas), \(scaleUps) times up and \(scaleDowns) times down",
            "at maximum  \(minutes(ticksAtMaximum)) with more wanted than 10 (up to \(highestWanted))",
            "cpu         at most \(highestUtilization) % of the request",
            "unserved    \(NumberText.grouped(max(unserved, 0))) requests, \(NumberText.fixed(share, decimals: 1)) % of all",
        ]
    }

    private func minutes(_ ticks: Int) -> String {
        let minutes = Double(ticks) / 4
        return minutes == minutes.rounded() ? "\(Int(minutes)) min" : "\(minutes) min"
    }
}
