extension MetricSource {
    /// The resource that a Resource or ContainerResource metric reads.
    public var resourceName: String? {
        switch self {
        case .resource(let name), .containerResource(let name, _): name
        case .pods, .object, .external, .prometheus, .unknown: nil
        }
    }

    /// As manifests write it.
    public var typeName: String {
        switch self {
        case .resource: "Resource"
        case .containerResource: "ContainerResource"
        case .pods: "Pods"
        case .object: "Object"
        case .external: "External"
        case .prometheus: "Prometheus"
        case .unknown(let type): "\"\(type)\""
        }
    }
}
