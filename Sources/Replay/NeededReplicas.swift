internal import Autoscaling

/// The fewest ready replicas that meet every target: the demand curve d(t) of the scores.
///
/// It knows nothing of tolerance, windows, policies or bounds, so that it is the same for all policies with the same
/// targets. At least 1: an autoscaler that may not go to zero cannot have fewer.
struct NeededReplicas {
    /// Units per second that one replica has when the target is just met, for each metric that says so.
    private let unitsPerReplica: Double
    /// Fewest, 0 where the spec may go to zero.
    private let least: Int32

    /// So many parts of a replica are taken for a rounding error of the demand.
    private static let slack = 1e-9

    /// - Parameter utilization: Percent of the request that counts instead of the targets.
    init(spec: AutoscalerSpec, model: WorkloadModel, flags: ControllerFlags, utilization: Double? = nil) {
        var smallest = Double.infinity
        if let utilization {
            smallest = (model.requestCores * utilization / 100 - model.idleCores) / model.coresPerUnit
        } else {
            for metric in spec.metrics {
                if let units = NeededReplicas.units(of: metric, model), units > 0 { smallest = min(smallest, units) }
            }
        }
        // No target says how many: the pods' own limit does.
        unitsPerReplica = smallest.isFinite ? smallest : model.capacity
        least = spec.minReplicas == 0 && (flags.allowsScaleToZero || spec.extensions?.scaleToZero != nil) ? 0 : 1
    }

    private static func units(of metric: MetricSpec, _ model: WorkloadModel) -> Double? {
        switch metric.source {
        case .resource("cpu"), .containerResource("cpu", _):
            let cores: Double
            if let average = metric.target.averageValue {
                cores = Double(average) / 1000
            } else if let percent = metric.target.averageUtilization {
                cores = model.requestCores * Double(percent) / 100
            } else {
                return nil
            }
            return (cores - model.idleCores) / model.coresPerUnit
        case .resource("memory"), .containerResource("memory", _):
            guard let memory = model.memory, memory.bytesPerUnit > 0 else { return nil }
            let bytes: Double
            if let average = metric.target.averageValue {
                bytes = Double(average) / 1000
            } else if let percent = metric.target.averageUtilization {
                bytes = memory.requestBytes * Double(percent) / 100
            } else {
                return nil
            }
            return (bytes - memory.idleBytes) / memory.bytesPerUnit
        case .pods(let name), .external(let name), .object(let name, _): return units(of: name.name, metric, model)
        case .prometheus(let query): return units(of: query.shortName, metric, model)
        default: return nil
        }
    }

    /// Of a rate that is shared among the replicas; what waits, or how long, follows from no number of them alone.
    private static func units(of series: String, _ metric: MetricSpec, _ model: WorkloadModel) -> Double? {
        guard let series = model.series[series], series.measures == .demand || series.measures == .served,
            series.factor > 0, let average = metric.target.averageValue
        else { return nil }
        return Double(average) / 1000 / series.factor
    }

    /// - Parameter demand: Units per second.
    func replicas(for demand: Double) -> Int32 {
        guard unitsPerReplica > 0, unitsPerReplica.isFinite else { return least }
        let exact = (demand / unitsPerReplica - NeededReplicas.slack).rounded(.up)
        return max(least, Int32(min(max(exact, 0), 1e9)))
    }
}
