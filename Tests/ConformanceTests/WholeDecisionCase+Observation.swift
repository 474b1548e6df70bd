import Autoscaling
import KubernetesTypes
import Manifests

extension WholeDecisionCase {
    var controllerFlags: ControllerFlags {
        ControllerFlags(
            tolerance: flags.tolerance, downscaleStabilization: .seconds(flags.downscaleStabilizationSeconds),
            cpuInitializationPeriod: .seconds(flags.cpuInitializationPeriod),
            initialReadinessDelay: .seconds(flags.initialReadinessDelay),
            allowsScaleToZero: featureGates["HPAScaleToZero"] ?? false)
    }

    var initialHistory: History {
        guard let history else { return History() }
        let now = Timestamp.recordedNow
        func events(_ records: [HistoryRecords.Event]?) -> [History.ScaleEvent] {
            (records ?? []).map { History.ScaleEvent(time: now.shifted($0.at), change: $0.change) }
        }
        return History(
            recommendations: history.recommendations?.map {
                History.Recommendation(time: now.shifted($0.at), replicas: $0.replicas)
            },
            scaleUpEvents: events(history.scaleUp), scaleDownEvents: events(history.scaleDown))
    }

    var previousStatus: DecisionReport.Status {
        DecisionReport.Status(
            currentReplicas: status.currentReplicas ?? 0, desiredReplicas: status.desiredReplicas ?? 0,
            conditions: (status.conditions ?? []).map { $0.condition })
    }

    func observation(of spec: AutoscalerSpec) -> Observation {
        let now = Timestamp.recordedNow
        let selector = selectorState
        var observation = Observation(
            time: now, target: target(spec, selector: selector.state),
            isScaledToZero: previousStatus.conditions.isTrue(.scaledToZero))
        let matching = (pods ?? []).filter { selector.requirements.matches($0.labels ?? ["name": "test-pod"]) }
        observation.pods = matching.podSet(now: now)
        observation.readings = spec.metrics.map { reading($0, pods: matching, now: now) }
        return observation
    }

    private func target(_ spec: AutoscalerSpec, selector: SelectorState) -> TargetState {
        let reference = spec.scaleTargetRef
        let version = reference.apiVersion.split(separator: "/", omittingEmptySubsequences: false)
        if version.count > 2 {
            return .unavailable(.invalidAPIVersion("unexpected GroupVersion string: \(reference.apiVersion)"))
        }
        if reference.kind != "Deployment" {
            let group = version.count == 2 ? version[0] : ""
            return .unavailable(.unknownKind("no matches for kind \"\(reference.kind)\" in group \"\(group)\""))
        }
        if let getError = scale.getError { return .unavailable(.notReadable(getError)) }
        return .found(
            ObservedScale(
                specReplicas: scale.specReplicas, statusReplicas: scale.statusReplicas, selector: selector))
    }

    private var selectorState: (state: SelectorState, requirements: LabelRequirements) {
        if scale.selector.isEmpty { return (.missing, .nothing) }
        do throws(LabelSelectorError) {
            let requirements = try LabelRequirements(parsing: scale.selector)
            let labels = (pods ?? []).map { $0.labels ?? ["name": "test-pod"] }.filter(requirements.matches)
            let others = (otherAutoscalers ?? []).filter { other in
                guard let selector = try? LabelRequirements(parsing: other.selector) else { return false }
                return labels.contains(where: selector.matches)
            }
            if others.isEmpty { return (.valid, requirements) }
            return (.ambiguous(selector: scale.selector, autoscalers: others.map(\.name)), requirements)
        } catch {
            return (.invalid(error.description), .nothing)
        }
    }
}

extension WholeDecisionCase.Condition {
    var condition: StatusCondition {
        StatusCondition(
            type: type, status: status, reason: reason, message: message ?? "",
            lastTransitionTime: Timestamp.recordedNow.shifted(lastTransition))
    }
}

// The metric sources as the recorded cases have them.
extension WholeDecisionCase {
    private func reading(_ metric: MetricSpec, pods: [RecordedPod], now: Timestamp) -> MetricReading {
        switch metric.source {
        case .resource(let name): return resource(name, container: nil, pods: pods, now: now)
        case .containerResource(let name, let container):
            return resource(name, container: container, pods: pods, now: now)
        case .pods(let identifier): return custom(identifier, pods: pods, now: now)
        case .object(let identifier, let object): return self.object(identifier, object, now: now)
        case .external(let identifier): return external(identifier, now: now)
        case .prometheus, .unknown: return .failed(.source("unknown"))
        }
    }

    private func resource(_ name: String, container: String?, pods: [RecordedPod], now: Timestamp) -> MetricReading {
        if let error = apiErrors?["resource"] {
            return .failed(.source("unable to fetch metrics from resource metrics API: \(error)"))
        }
        let all = podMetrics ?? []
        if all.isEmpty { return .failed(.source("no metrics returned from resource metrics API")) }
        var readings = PodReadings(samples: [], requests: pods.requests(of: name, container: container))
        for pod in pods {
            readings.samples.append(sample(of: pod.name, resource: name, container: container, now: now))
        }
        for metrics in all where !pods.contains(where: { $0.name == metrics.pod }) {
            let stray = sample(of: metrics.pod, resource: name, container: container, now: now)
            if !stray.isMissing { readings.unmatched.append(stray.value) }
        }
        return .pods(readings)
    }

    private func sample(of pod: String, resource: String, container: String?, now: Timestamp) -> PodSample {
        guard let metrics = podMetrics?.first(where: { $0.pod == pod }) else { return .missing }
        let containers = (metrics.containers ?? []).filter { container == nil || $0.name == container }
        if containers.isEmpty { return .missing }
        var sum: Int64 = 0
        for one in containers {
            guard let usage = one.usage[resource] else { return .missing }
            sum += usage.milliValue
        }
        return PodSample(value: sum, time: now.shifted(metrics.at), windowNanoseconds: Int64(metrics.window * 1e9))
    }

    private func custom(_ identifier: MetricIdentifier, pods: [RecordedPod], now: Timestamp) -> MetricReading {
        if let failure = selectorFailure(identifier) { return failure }
        if let error = apiErrors?["custom"] {
            return .failed(.source("unable to fetch metrics from custom metrics API: \(error)"))
        }
        let all = customPodMetrics?[identifier.name] ?? []
        if all.isEmpty { return .failed(.source("no metrics returned from custom metrics API")) }
        var readings = PodReadings(samples: Array(repeating: .missing, count: pods.count))
        for metric in all {
            if let index = pods.firstIndex(where: { $0.name == metric.pod }) {
                readings.samples[index] = PodSample(
                    value: metric.value.milliValue, time: now.shifted(metric.at), windowNanoseconds: 60_000_000_000)
            } else {
                readings.unmatched.append(metric.value.milliValue)
            }
        }
        return .pods(readings)
    }

    private func object(
        _ identifier: MetricIdentifier, _ object: CrossVersionObjectReference, now: Timestamp
    ) -> MetricReading {
        if let failure = selectorFailure(identifier) { return failure }
        let prefix = "unable to fetch metrics from custom metrics API: "
        if let error = apiErrors?["custom"] { return .failed(.source(prefix + error)) }
        let found = objectMetrics?.first {
            $0.metric == identifier.name && $0.kind == object.kind && $0.name == object.name
        }
        guard let found else {
            return .failed(
                .source(prefix + "the server could not find the metric \(identifier.name) for \(object.name)"))
        }
        return .value(milli: found.value.milliValue, at: now)
    }

    private func external(_ identifier: MetricIdentifier, now: Timestamp) -> MetricReading {
        if let failure = selectorFailure(identifier) { return failure }
        if let error = apiErrors?["external"] {
            return .failed(.source("unable to fetch metrics from external metrics API: \(error)"))
        }
        let values = externalMetrics?[identifier.name] ?? []
        if values.isEmpty { return .failed(.source("no metrics returned from external metrics API")) }
        return .series(values.map(\.milliValue), at: now)
    }

    private func selectorFailure(_ identifier: MetricIdentifier) -> MetricReading? {
        do throws(LabelSelectorError) {
            _ = try LabelRequirements(identifier.selector)
            return nil
        } catch {
            return .failed(.selector(error.description))
        }
    }
}
