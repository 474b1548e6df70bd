package import Autoscaling

extension HorizontalPodAutoscaler.MetricStatus {
    /// A decision's metric statuses in the form of the API.
    ///
    /// Memory is written in binary units, everything else in decimal ones, as the HPA controller does.
    package static func list(_ statuses: [MetricStatus], spec: AutoscalerSpec) -> [Self] {
        zip(statuses, spec.metrics).map { status, metric in
            let name: String? =
                switch metric.source {
                case .resource(let name), .containerResource(let name, _): name
                default: nil
                }
            guard let current = HorizontalPodAutoscaler.MetricValueStatus(status, isMemory: name == "memory") else {
                return Self()
            }
            return Self(metric.source, current: current)
        }
    }

    private init(_ source: MetricSource, current: HorizontalPodAutoscaler.MetricValueStatus) {
        switch source {
        case .resource(let name):
            self.init(type: "Resource", resource: .init(name: name, current: current))
        case .containerResource(let name, let container):
            self.init(
                type: "ContainerResource",
                containerResource: .init(name: name, current: current, container: container))
        case .pods(let identifier):
            self.init(type: "Pods", pods: .init(metric: .init(identifier), current: current))
        case .object(let identifier, let object):
            self.init(
                type: "Object",
                object: .init(metric: .init(identifier), current: current, describedObject: object))
        case .external(let identifier):
            self.init(type: "External", external: .init(metric: .init(identifier), current: current))
        case .prometheus(let query):
            self.init(type: "Prometheus", prometheus: .init(name: query.name, query: query.query, current: current))
        case .unknown:
            self.init()
        }
    }
}

extension HorizontalPodAutoscaler.MetricIdentifier {
    fileprivate init(_ identifier: MetricIdentifier) {
        self.init(name: identifier.name, selector: identifier.selector)
    }
}

extension HorizontalPodAutoscaler.MetricValueStatus {
    /// `nil` for a metric that failed.
    fileprivate init?(_ status: MetricStatus, isMemory: Bool) {
        let format: Quantity.Format = isMemory ? .binarySI : .decimalSI
        switch status {
        case .failed: return nil
        case .value(let milli): self.init(value: Quantity(milli: milli, format: format))
        case .averageValue(let milli, let utilization):
            self.init(averageValue: Quantity(milli: milli, format: format), averageUtilization: utilization)
        }
    }
}
