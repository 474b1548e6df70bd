internal import Autoscaling

/// Where the reading of a metric comes from in a workload model: found once, since every decision asks.
enum ModelSource {
    case cpu
    case memory(WorkloadModel.Memory)
    /// A sample for each pod, of a series that has this name.
    case pods(WorkloadModel.Series, name: String)
    /// A number for the whole workload; that of an External metric is the one series of several that could be.
    case total(WorkloadModel.Series, name: String, isExternal: Bool)
    /// The model has nothing of the kind.
    case none(reason: String)

    init(_ source: MetricSource, in model: WorkloadModel) {
        switch source {
        case .resource("cpu"), .containerResource("cpu", _): self = .cpu
        case .resource("memory"), .containerResource("memory", _):
            self =
                model.memory.map(ModelSource.memory)
                ?? .none(reason: "the workload model has no memory, write pod.memory")
        case .resource(let name), .containerResource(let name, _):
            self = .none(reason: "the workload model has no \(name)")
        case .pods(let metric): self.init(metric.name, in: model) { .pods($0, name: metric.name) }
        case .object(let metric, _):
            self.init(metric.name, in: model) { .total($0, name: metric.name, isExternal: false) }
        case .external(let metric):
            self.init(metric.name, in: model) { .total($0, name: metric.name, isExternal: true) }
        case .prometheus(let query):
            let name = query.shortName
            self.init(name, in: model) { .total($0, name: name, isExternal: false) }
        case .unknown(let type): self = .none(reason: "no metric of type \(type)")
        }
    }

    private init(_ name: String, in model: WorkloadModel, _ found: (WorkloadModel.Series) -> ModelSource) {
        self = model.series[name].map(found) ?? .none(reason: "the workload model has no series \(name)")
    }
}
