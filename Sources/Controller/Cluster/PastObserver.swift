package import Autoscaling
package import KubernetesTypes
package import PrometheusClient
internal import Schedules

/// Puts together what a controller would have seen at a moment of the past, by the rules of the present.
package struct PastObserver: Sendable {
    private let configuration: ControllerConfiguration

    package init(configuration: ControllerConfiguration = ControllerConfiguration()) {
        self.configuration = configuration
    }

    /// The queries of everything that autoscalers look at.
    package func plan(for autoscalers: [Autoscaler]) -> SnapshotPlan {
        var resources: Set<String> = []
        for autoscaler in autoscalers {
            for metric in autoscaler.spec.metrics {
                guard let name = metric.source.resourceName, configuration.resources[name] != nil else { continue }
                resources.insert(name)
            }
        }
        return SnapshotPlan(
            time: nil, resources: resources.sorted().compactMap { configuration.resources[$0] },
            namespaces: autoscalers.map { NamespaceLoad($0.key.namespace, expectedSeries: 1) },
            expressions: MetricQuestions(for: autoscalers, rules: configuration.metricRules).expressions)
    }

    /// An observation of one autoscaler.
    ///
    /// - Parameters:
    ///   - autoscalers: All that the usage was asked for.
    ///   - target: The scale at that moment, or why it is not known.
    ///   - pods: Those of the target at that moment.
    ///   - usage: Of the same moment.
    package func observation(
        of autoscaler: Autoscaler, among autoscalers: [Autoscaler], target: TargetState, pods: [Pod],
        usage: Snapshot, at time: Timestamp
    ) -> Observation {
        var observation = Observation(time: time, target: target)
        guard case .found = target else { return observation }
        observation.schedules = configuration.zones.calendar(of: autoscaler.spec).state(at: time)
        // The same questions as those of the plan: which namespaces share one depends on all autoscalers.
        let questions = MetricQuestions(for: autoscalers, rules: configuration.metricRules)
        let reader = UsageReader(
            snapshot: usage, resources: configuration.resources, ageLimit: configuration.sampleAgeLimit, now: time,
            metrics: MetricReader(
                snapshot: usage, questions: questions, ageLimit: configuration.sampleAgeLimit, now: time))
        let inventory = PodInventory(pods)
        observation.pods = inventory.pods
        observation.readings = autoscaler.spec.metrics.map {
            reader.reading(of: $0, pods: inventory, for: autoscaler)
        }
        observation.holds = reader.holds(on: autoscaler, configuration.partialAnswers)
        return observation
    }
}
