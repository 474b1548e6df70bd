// What a failed metric is called in conditions, events and errors, word for word as the HPA controller says it.
// Source: `horizontal.go` and `replica_calculator.go` v1.36.

extension PodRequests.Failure: CustomStringConvertible {
    /// As `replica_calculator.go` words it.
    public var description: String {
        switch self {
        case .missing(let resource, let container, let pod):
            "missing request for \(resource) in container \(container) of Pod \(pod)"
        case .missingAtPodLevel(let resource, let pod): "missing pod-level request for \(resource) in Pod \(pod)"
        case .containerNotFound(let container, let pod): "container \(container) not found in Pod \(pod)"
        }
    }
}

extension ReplicaProposalError: CustomStringConvertible {
    /// As `replica_calculator.go` words it.
    public var description: String {
        switch self {
        case .noPods: "no pods returned by selector while calculating replica count"
        case .noMetricsForPods: "did not receive metrics for targeted pods (pods might be unready)"
        case .noMetricsMatchedPods: "no metrics returned matched known pods"
        case .request(let failure): failure.description
        case .noPodsToCount:
            "unable to calculate ready pods: no pods returned by selector while calculating replica count"
        }
    }
}

extension MetricFailure {
    /// The failure as the replica calculator words it, without what the controller puts around it.
    ///
    /// - Parameters:
    ///   - metric: The metric that failed.
    ///   - namespace: The autoscaler's namespace.
    public func calculatorText(of metric: MetricSpec, namespace: String) -> String {
        switch self {
        case .unknownType(let type): return "unknown metric source type \"\(type)\""
        case .noTarget: return metric.source.missingTargetText
        case .notObserved: return "the observation has no reading of this metric"
        case .proposal(let error): return error.description
        case .reading(.selector(let text)): return text
        case .reading(.source(let text)): return metric.source.sourceFailureText(text, namespace: namespace)
        }
    }

    /// The failure as the event and the condition name it.
    func eventText(of metric: MetricSpec, namespace: String) -> String {
        let text = calculatorText(of: metric, namespace: namespace)
        switch metric.source {
        case .resource(let name), .containerResource(let name, _):
            if case .noTarget = self { return text }
            let what = metric.target.averageValue == nil ? "utilization" : "usage"
            return "failed to get \(name) \(what): \(text)"
        case .pods, .object, .external, .prometheus, .unknown: return text
        }
    }

    /// The failure as the decision's error names it.
    func errorText(of metric: MetricSpec, namespace: String) -> String {
        let text = eventText(of: metric, namespace: namespace)
        switch metric.source {
        case .resource(let name): return "failed to get \(name) resource metric value: \(text)"
        case .containerResource(_, let container): return "failed to get \(container) container metric value: \(text)"
        case .pods: return "failed to get pods metric value: \(text)"
        case .object(let identifier, _):
            if case .noTarget = self { return "failed to get object metric value: \(text)" }
            // The per-pod form wraps the error once more.
            return metric.target.kind == .averageValue
                ? "failed to get object metric value: failed to get \(identifier.name) object metric: \(text)"
                : "failed to get object metric value: \(text)"
        case .external(let identifier):
            if case .noTarget = self { return "failed to get \(identifier.name) external metric value: \(text)" }
            let inner =
                metric.target.averageValue == nil
                ? "failed to get external metric \(identifier.name)"
                : "failed to get \(identifier.name) external metric"
            return "failed to get \(identifier.name) external metric value: \(inner): \(text)"
        case .prometheus: return "failed to get prometheus metric value: \(text)"
        case .unknown: return text
        }
    }
}

extension MetricSource {
    fileprivate var missingTargetText: String {
        switch self {
        case .resource, .containerResource:
            "invalid resource metric source: neither an average utilization target nor an average value (usage) "
                + "target was set"
        case .pods: "invalid pods metric source: no average value target was set"
        case .object: "invalid object metric source: neither a value target nor an average value target was set"
        case .external: "invalid external metric source: neither a value target nor an average value target was set"
        case .prometheus: "invalid prometheus metric source: the value of the target's type was not set"
        case .unknown(let type): "unknown metric source type \"\(type)\""
        }
    }

    fileprivate func sourceFailureText(_ text: String, namespace: String) -> String {
        switch self {
        case .resource(let name), .containerResource(let name, _):
            "unable to get metrics for resource \(name): \(text)"
        case .pods(let identifier): "unable to get metric \(identifier.name): \(text)"
        case .object(let identifier, let object):
            "unable to get metric \(identifier.name): \(object.kind) on \(namespace) \(object.name)/\(text)"
        case .external(let identifier):
            "unable to get external metric \(namespace)/\(identifier.name)/"
                + "\(LabelSelector.goDescription(identifier.selector)): \(text)"
        case .prometheus(let query): "unable to get metric \(query.shortName): \(text)"
        case .unknown: text
        }
    }

    /// Reason of the condition `ScalingActive` and of the event when the metric fails.
    var failureReason: String {
        switch self {
        case .resource: "FailedGetResourceMetric"
        case .containerResource: "FailedGetContainerResourceMetric"
        case .pods: "FailedGetPodsMetric"
        case .object: "FailedGetObjectMetric"
        case .external: "FailedGetExternalMetric"
        case .prometheus: "FailedGetPrometheusMetric"
        case .unknown: "InvalidMetricSourceType"
        }
    }
}

extension MetricSpec {
    /// What the metric is called in conditions, events and rescale reasons.
    public var displayName: String {
        switch source {
        case .resource(let name):
            return target.averageValue == nil
                ? "\(name) resource utilization (percentage of request)" : "\(name) resource"
        case .containerResource(let name, _):
            return target.averageValue == nil
                ? "\(name) container resource utilization (percentage of request)" : "\(name) resource"
        case .pods(let identifier): return "pods metric \(identifier.name)"
        case .object(let identifier, let object):
            // The original calls an object's average an external metric, and users know it so.
            return target.kind == .averageValue
                ? "external metric \(identifier.name)(\(LabelSelector.goDescription(identifier.selector)))"
                : "\(object.kind) metric \(identifier.name)"
        case .external(let identifier):
            return "external metric \(identifier.name)(\(LabelSelector.goDescription(identifier.selector)))"
        case .prometheus(let query): return "prometheus metric \(query.shortName)"
        case .unknown(let type): return "unknown metric \(type)"
        }
    }
}
