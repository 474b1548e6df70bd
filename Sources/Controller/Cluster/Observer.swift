package import Autoscaling
package import PrometheusClient
internal import Schedules

/// Looks at the cluster and at Prometheus once for all autoscalers of a tick.
///
///     let round = try await Observer(cluster: caches, metrics: SnapshotCollector(api)).observe(autoscalers, at: now)
///     let decision = evaluate(spec, round.autoscalers[0].observation, history: &history)
///
/// The cost of a round is two queries for each resource and each different metric, and what the view of the cluster
/// costs. Whatever fails becomes part of the observation of those autoscalers that needed it, and of no other.
package struct Observer: Sendable {
    private let cluster: any ClusterView
    private let metrics: SnapshotCollector
    /// `nil` where nothing is foreseen, whatever an autoscaler asks for.
    private let histories: DemandHistories?
    package internal(set) var configuration: ControllerConfiguration

    package init(
        cluster: any ClusterView, metrics: SnapshotCollector, histories: DemandHistories? = nil,
        configuration: ControllerConfiguration = ControllerConfiguration()
    ) {
        self.cluster = cluster
        self.metrics = metrics
        self.histories = histories
        self.configuration = configuration
    }

    /// One round. Queries are evaluated at `now`, or where the collector is told so at the server's own now.
    ///
    /// - Parameter resting: Autoscalers that nothing is asked for. Those in the namespaces of the others are looked at in
    ///   the cluster, so that two of one target are told from each other whichever is due.
    /// - Throws: `CancellationError` alone.
    package func observe(
        _ autoscalers: [Autoscaler], beside resting: [Autoscaler] = [], at now: Timestamp
    ) async throws -> ObservationRound {
        let namespaces = resting.isEmpty ? [] : Set(autoscalers.map(\.key.namespace))
        let neighbours = resting.filter { namespaces.contains($0.key.namespace) }
        let questions = MetricQuestions(for: autoscalers, rules: configuration.metricRules)
        async let snapshot = metrics.collect(plan(for: autoscalers, questions, at: now))
        async let cluster = cluster.observe(autoscalers + neighbours)
        let (usage, targets) = (try await snapshot, try await cluster)
        let reader = UsageReader(
            snapshot: usage, resources: configuration.resources, ageLimit: configuration.sampleAgeLimit, now: now,
            metrics: MetricReader(
                snapshot: usage, questions: questions, ageLimit: configuration.sampleAgeLimit, now: now))
        var observed = zip(autoscalers, targets).map { autoscaler, target in
            ObservedAutoscaler(
                autoscaler: autoscaler,
                observation: observation(of: autoscaler, target, reader, at: now), target: target)
        }
        await foresee(&observed, at: now)
        return ObservationRound(
            time: now, autoscalers: observed, warnings: usage.warnings, queryFailures: usage.failures)
    }

    /// Reads the whole past of what autoscalers foresee, for a single look that cannot wait for another one.
    package func readPast(of autoscalers: [Autoscaler], at now: Timestamp) async {
        guard let histories, autoscalers.contains(where: { $0.spec.extensions?.prediction != nil }) else { return }
        _ = await histories.forecasts(
            for: autoscalers.map { .init(autoscaler: $0, pods: PodSet()) }, configuration, at: now)
        await histories.refresh(at: now)
    }

    /// Puts forecasts into the observations of those that ask for them; there is nothing to wait for.
    private func foresee(_ observed: inout [ObservedAutoscaler], at now: Timestamp) async {
        guard let histories else { return }
        let asking = observed.indices.filter { observed[$0].autoscaler.spec.extensions?.prediction != nil }
        let forecasts = await histories.forecasts(
            for: asking.map { .init(autoscaler: observed[$0].autoscaler, pods: observed[$0].observation.pods) },
            configuration, at: now)
        for (index, forecast) in zip(asking, forecasts) { observed[index].observation.forecast = forecast }
    }

    /// Containers expected of one pod, to size the queries.
    private static let expectedContainers = 2

    private func plan(for autoscalers: [Autoscaler], _ questions: MetricQuestions, at now: Timestamp) -> SnapshotPlan {
        var resources: Set<String> = []
        var namespaces: [NamespaceLoad] = []
        for autoscaler in autoscalers {
            let names = autoscaler.spec.metrics.compactMap(\.source.resourceName)
                .filter { configuration.resources[$0] != nil }
            guard !names.isEmpty else { continue }
            resources.formUnion(names)
            let pods = min(max(autoscaler.spec.maxReplicas, 1), MetricQuestions.expectedPods)
            namespaces.append(
                NamespaceLoad(autoscaler.key.namespace, expectedSeries: Int(pods) * Self.expectedContainers))
        }
        return SnapshotPlan(
            time: now, resources: resources.sorted().compactMap { configuration.resources[$0] },
            namespaces: namespaces, expressions: questions.expressions)
    }

    private func observation(
        of autoscaler: Autoscaler, _ target: ObservedTarget, _ reader: UsageReader, at now: Timestamp
    ) -> Observation {
        var observation = Observation(
            time: now, target: target.state, isScaledToZero: autoscaler.isScaledToZero)
        guard case .found = target.state else { return observation }
        observation.schedules = configuration.zones.calendar(of: autoscaler.spec).state(at: now)
        let metrics = autoscaler.spec.metrics
        switch target.pods {
        case .success(let inventory):
            observation.pods = inventory.pods
            observation.readings = metrics.map {
                reader.reading(of: $0, pods: inventory, for: autoscaler)
            }
            observation.holds = reader.holds(on: autoscaler, configuration.partialAnswers)
        case .failure(let problem):
            // The words of `replica_calculator.go` around a pod lister that fails.
            let text = "unable to get pods while calculating replica count: \(problem.text)"
            observation.readings = metrics.map { _ in .failed(.source(text)) }
        }
        return observation
    }
}
