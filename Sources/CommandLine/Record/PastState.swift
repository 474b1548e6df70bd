internal import Autoscaling
internal import Controller
internal import HTTPTransport
internal import KubernetesClient
internal import KubernetesTypes
internal import PrometheusClient

/// Sizes and pods at the moments of the past.
enum PastState {
    case metrics(KubeStateMetrics)
    /// The pods that each target has now, parallel to the autoscalers.
    case cluster([[Pod]])

    /// As kube-state-metrics told them to Prometheus.
    ///
    /// - Throws: ``CommandFailure`` for a kind of target that it does not know.
    static func metrics(_ autoscalers: [Autoscaler]) throws -> PastState {
        for autoscaler in autoscalers where !KubeStateMetrics.kinds.contains(autoscaler.spec.scaleTargetRef.kind) {
            throw CommandFailure(
                .no,
                "\(autoscaler.key): the size of a \(autoscaler.spec.scaleTargetRef.kind) is not known from "
                    + "kube-state-metrics, but that of \(KubeStateMetrics.kinds.joined(separator: ", ")); "
                    + "--state=cluster takes the pods that are there now")
        }
        return .metrics(KubeStateMetrics(autoscalers))
    }

    /// As the cluster has them now.
    static func cluster(_ autoscalers: [Autoscaler], _ arguments: Arguments, _ console: Console) async throws
        -> PastState
    {
        let access = try ClusterAccess.find(arguments, console)
        let transport = try HTTPClient(configuration: access.transportConfiguration)
        let client = KubernetesClient(access: access, transport: transport)
        do {
            var pods: [[Pod]] = []
            for autoscaler in autoscalers {
                let target = try await client.scaleTarget(
                    autoscaler.spec.scaleTargetRef, namespace: autoscaler.key.namespace)
                let selector = try await client.getScale(target).status?.selector ?? ""
                guard !selector.isEmpty else {
                    throw CommandFailure(.no, "\(autoscaler.key): its target has no selector of pods")
                }
                pods.append(
                    try await client.listPods(namespace: autoscaler.key.namespace, selector: selector).items
                        .sorted { ($0.metadata?.name ?? "") < ($1.metadata?.name ?? "") })
            }
            await transport.shutDown()
            return .cluster(pods)
        } catch {
            await transport.shutDown()
            throw error
        }
    }

    /// What to ask Prometheus for.
    var expressions: [String] {
        if case .metrics(let metrics) = self { metrics.expressions } else { [] }
    }

    /// How long before the first moment to begin.
    var lead: Duration {
        if case .metrics = self { KubeStateMetrics.memory } else { .zero }
    }

    /// What to look for where nothing is known of a target.
    func hint(_ autoscaler: Autoscaler) -> String {
        switch self {
        case .metrics(let metrics):
            "Prometheus has no \(metrics.sizeSeries(of: autoscaler)): is kube-state-metrics scraped, with honor_labels? "
                + "--state=cluster takes the pods that are there now"
        case .cluster: "none of its present pods was there yet"
        }
    }

    /// The targets of a step and their pods. Hand it the steps in the order of time.
    ///
    /// - Returns: Parallel to the autoscalers.
    mutating func look(
        _ answers: RangeSnapshot, at index: Int, _ autoscalers: [Autoscaler]
    ) -> [(target: TargetState, pods: [Pod])] {
        switch self {
        case .metrics(var metrics):
            let seen = metrics.look(answers, at: index, autoscalers)
            self = .metrics(metrics)
            return seen
        case .cluster(let pods):
            return pods.map { Self.look($0, at: answers.time(of: index)) }
        }
    }

    /// The pods as they were: not there before they started, and not ready before they last became so.
    private static func look(_ pods: [Pod], at time: Timestamp) -> (target: TargetState, pods: [Pod]) {
        let present = pods.compactMap { pod -> Pod? in
            guard let start = (pod.status?.startTime ?? pod.metadata?.creationTimestamp)?.timestamp, start <= time
            else {
                return nil
            }
            var pod = pod
            if let deletion = pod.metadata?.deletionTimestamp?.timestamp, deletion > time {
                pod.metadata?.deletionTimestamp = nil
            }
            let conditions = pod.status?.conditions
            pod.status?.conditions = conditions?.map { condition in
                guard condition.type == "Ready", condition.status == "True",
                    let since = condition.lastTransitionTime?.timestamp, since > time
                else { return condition }
                return Pod.Condition(type: "Ready", status: "False", lastTransitionTime: Time(start))
            }
            return pod
        }
        if present.isEmpty { return (.unavailable(.notReadable("none of its present pods was there yet")), []) }
        let count = Int32(clamping: present.count)
        return (.found(ObservedScale(specReplicas: count, statusReplicas: count)), present)
    }
}
