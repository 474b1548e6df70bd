internal import Autoscaling
internal import Forecasting
internal import PrometheusClient

/// What Prometheus is asked for the past of the metric that is foreseen: one number at each step.
struct HistoryQuestion: Hashable, Sendable {
    /// PromQL of the total over all pods, in the metric's unit.
    var expression: String
    /// From one point to the next.
    var stepSeconds: Int64
    /// Points back that a forecast looks.
    var reach: Int64

    /// Why there is nothing to ask: words that go on after "no forecast: ".
    struct Fault: Error, Hashable {
        var text: String
    }

    /// - Returns: `nil` for an autoscaler without a prediction, or without the metric that it is of.
    init?(for autoscaler: Autoscaler, _ configuration: ControllerConfiguration) throws(Fault) {
        guard let policy = autoscaler.spec.extensions?.prediction, let index = autoscaler.spec.predictedMetric else {
            return nil
        }
        stepSeconds = Forecaster.stepSeconds(of: policy)
        reach = Forecaster.reach(of: policy)
        if let query = policy.query {
            expression = query
        } else {
            expression = try Self.expression(
                autoscaler.spec.metrics[index].source, autoscaler, .seconds(stepSeconds), configuration)
        }
    }

    private static func expression(
        _ source: MetricSource, _ autoscaler: Autoscaler, _ step: Duration, _ configuration: ControllerConfiguration
    ) throws(Fault) -> String {
        let container: String?
        switch source {
        case .resource: container = nil
        case .containerResource(_, let name): container = name
        case .pods, .unknown: throw Fault(text: "write prediction.query, the total over the target's pods")
        case .object, .external, .prometheus:
            return try namedExpression(source, autoscaler, configuration)
        }
        guard let name = source.resourceName, let query = configuration.resources[name] else {
            throw Fault(text: "no Prometheus query is configured for this resource")
        }
        return query.totalExpression(
            namespace: autoscaler.key.namespace, pods: podPattern(of: autoscaler.spec.scaleTargetRef),
            container: container, window: step)
    }

    private static func namedExpression(
        _ source: MetricSource, _ autoscaler: Autoscaler, _ configuration: ControllerConfiguration
    ) throws(Fault) -> String {
        switch MetricQuestions(for: [autoscaler], rules: configuration.metricRules)[source, autoscaler] {
        case nil: throw Fault(text: "nothing is asked for metrics of type \(source.typeName)")
        case .failure(.selector(let text)), .failure(.metric(let text)): throw Fault(text: text)
        case .success(let question):
            guard case .prometheus(let query) = source, query.whenEmpty == .zero else { return question.asked.value }
            // Nothing is a number here as well. Its series has no labels, and neither must the other one.
            return "sum (\(question.asked.value)) or vector(0)"
        }
    }

    /// The names that the controllers of Kubernetes give to the pods of a target, those of the past too: a suffix for each
    /// object in between.
    ///
    /// - Source: `SimpleNameGenerator` of apiserver, five characters; the hash of a Deployment's template.
    static func podPattern(of target: CrossVersionObjectReference) -> String {
        let name = PromQL.literalPattern(target.name)
        switch target.kind {
        case "StatefulSet": return name + "-[0-9]+"
        case "ReplicaSet", "ReplicationController": return name + "-[a-z0-9]{5}"
        default: return name + "-[a-z0-9]{1,10}-[a-z0-9]{5}"
        }
    }
}
