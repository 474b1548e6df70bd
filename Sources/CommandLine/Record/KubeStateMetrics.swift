internal import Autoscaling
internal import Controller
internal import KubernetesTypes
internal import PrometheusClient

/// Sizes and pods of the past, as kube-state-metrics told them to Prometheus.
///
/// Its series carry the labels `namespace` and `pod` of what they are about: the scrape needs `honor_labels`. Where it
/// runs twice, the higher value counts.
struct KubeStateMetrics {
    /// What is asked, by the part that it plays.
    private enum Series: CaseIterable {
        case owner, replicaSetOwner, phase, ready, readyTime, startTime, request, container, deletion

        func expression(_ selector: String) -> String {
            switch self {
            case .owner:
                "max by (namespace, pod, owner_kind, owner_name) (kube_pod_owner\(selector))"
            case .replicaSetOwner:
                "max by (namespace, replicaset, owner_kind, owner_name) (kube_replicaset_owner\(selector))"
            case .phase: "max by (namespace, pod, phase) (kube_pod_status_phase\(selector))"
            case .ready: "max by (namespace, pod, condition) (kube_pod_status_ready\(selector))"
            case .readyTime: "max by (namespace, pod) (kube_pod_status_ready_time\(selector))"
            case .startTime: "max by (namespace, pod) (kube_pod_start_time\(selector))"
            case .request:
                "max by (namespace, pod, container, resource) (kube_pod_container_resource_requests\(selector))"
            case .container: "max by (namespace, pod, container) (kube_pod_container_info\(selector))"
            case .deletion: "max by (namespace, pod) (kube_pod_deletion_timestamp\(selector))"
            }
        }
    }

    /// The series of a kind of target: its label, the wanted size and the present one.
    private static let sizes: [String: (label: String, wanted: String, present: String)] = [
        "Deployment": ("deployment", "kube_deployment_spec_replicas", "kube_deployment_status_replicas"),
        "StatefulSet": ("statefulset", "kube_statefulset_replicas", "kube_statefulset_status_replicas"),
        "ReplicaSet": ("replicaset", "kube_replicaset_spec_replicas", "kube_replicaset_status_replicas"),
    ]

    /// The kinds of targets that it knows.
    static var kinds: [String] { sizes.keys.sorted() }

    /// After so long it does not matter any more when a pod became ready; and so much is asked for before the first
    /// moment that is wanted, to know when pods became ready.
    static let memory = Duration.seconds(600)

    private let selector: String
    private let kindsInUse: [String]
    /// Since when each pod is ready, or is not, in the order of time.
    private var transitions: [PodName: (isReady: Bool, since: Timestamp)] = [:]

    private struct PodName: Hashable {
        var namespace: String
        var name: String
    }

    init(_ autoscalers: [Autoscaler]) {
        let namespaces = Set(autoscalers.map(\.key.namespace)).sorted()
        selector = LabelMatcher("namespace", oneOf: namespaces).map { "{\($0)}" } ?? ""
        kindsInUse = Set(autoscalers.map(\.spec.scaleTargetRef.kind)).sorted()
    }

    /// What to ask for.
    var expressions: [String] {
        Series.allCases.map { $0.expression(selector) }
            + kindsInUse.flatMap { kind in
                [sizeExpression(kind, \.wanted), sizeExpression(kind, \.present)].compactMap(\.self)
            }
    }

    private func sizeExpression(
        _ kind: String, _ series: KeyPath<(label: String, wanted: String, present: String), String>
    ) -> String? {
        Self.sizes[kind].map { "max by (namespace, \($0.label)) (\($0[keyPath: series])\(selector))" }
    }

    /// The series that says how large a target is to be.
    func sizeSeries(of autoscaler: Autoscaler) -> String {
        let reference = autoscaler.spec.scaleTargetRef
        let size = Self.sizes[reference.kind]
        return "\(size?.wanted ?? "size"){namespace=\"\(autoscaler.key.namespace)\",\(size?.label ?? "name")="
            + "\"\(reference.name)\"}"
    }

    /// The targets of a step and their pods. Hand it the steps in the order of time.
    ///
    /// - Returns: Parallel to the autoscalers.
    mutating func look(
        _ answers: RangeSnapshot, at index: Int, _ autoscalers: [Autoscaler]
    ) -> [(target: TargetState, pods: [Pod])] {
        let pods = pods(answers, at: index)
        let owners = owners(answers, at: index)
        return autoscalers.map { autoscaler in
            let (reference, namespace) = (autoscaler.spec.scaleTargetRef, autoscaler.key.namespace)
            let own = pods.filter { name, _ in
                name.namespace == namespace && owners[name]?.contains("\(reference.kind)/\(reference.name)") ?? false
            }.sorted { $0.key.name < $1.key.name }.map(\.value)
            return (target(of: reference, namespace, answers, at: index), own)
        }
    }

    private func target(
        of reference: CrossVersionObjectReference, _ namespace: String, _ answers: RangeSnapshot, at index: Int
    ) -> TargetState {
        func size(_ series: KeyPath<(label: String, wanted: String, present: String), String>) -> Int32? {
            guard let label = Self.sizes[reference.kind]?.label, let text = sizeExpression(reference.kind, series)
            else {
                return nil
            }
            for sample in answers.vector(of: text, at: index)
            where sample.labels["namespace"] == namespace && sample.labels[label] == reference.name {
                if case .number(let value) = sample.value, value >= 0, value < 1e9 { return Int32(value) }
            }
            return nil
        }
        guard let wanted = size(\.wanted) else {
            return .unavailable(.notReadable("kube-state-metrics says no size of it at this time"))
        }
        return .found(ObservedScale(specReplicas: wanted, statusReplicas: size(\.present) ?? wanted))
    }

    /// Whom each pod belongs to, as `Kind/name`: what made it, and what made that.
    private func owners(_ answers: RangeSnapshot, at index: Int) -> [PodName: Set<String>] {
        var above: [PodName: String] = [:]
        each(.replicaSetOwner, answers, index) { labels, _ in
            guard let set = labels["replicaset"], let kind = labels["owner_kind"], let name = labels["owner_name"]
            else {
                return
            }
            above[PodName(namespace: labels["namespace"] ?? "", name: set)] = "\(kind)/\(name)"
        }
        var owners: [PodName: Set<String>] = [:]
        each(.owner, answers, index) { labels, _ in
            guard let pod = pod(labels), let kind = labels["owner_kind"], let name = labels["owner_name"] else {
                return
            }
            owners[pod, default: []].insert("\(kind)/\(name)")
            if kind == "ReplicaSet", let owner = above[PodName(namespace: pod.namespace, name: name)] {
                owners[pod, default: []].insert(owner)
            }
        }
        return owners
    }

    private mutating func pods(_ answers: RangeSnapshot, at index: Int) -> [PodName: Pod] {
        var pods: [PodName: Pod] = [:]
        each(.owner, answers, index) { labels, _ in
            guard let name = pod(labels) else { return }
            pods[name] = Pod(
                metadata: ObjectMeta(name: name.name, namespace: name.namespace), spec: Pod.Spec(),
                status: Pod.Status())
        }
        each(.phase, answers, index) { labels, value in
            if value == 1, let name = pod(labels) { pods[name]?.status?.phase = labels["phase"] }
        }
        each(.startTime, answers, index) { labels, value in
            if let name = pod(labels) { pods[name]?.status?.startTime = Time(Timestamp(secondsSinceEpoch: value)) }
        }
        each(.deletion, answers, index) { labels, value in
            guard let name = pod(labels) else { return }
            pods[name]?.metadata?.deletionTimestamp = Time(Timestamp(secondsSinceEpoch: value))
        }
        addContainers(to: &pods, answers, index)
        addReadiness(to: &pods, answers, index)
        return pods
    }

    private func addContainers(to pods: inout [PodName: Pod], _ answers: RangeSnapshot, _ index: Int) {
        var containers: [PodName: [String: Pod.Container]] = [:]
        each(.container, answers, index) { labels, _ in
            guard let name = pod(labels), let container = labels["container"] else { return }
            containers[name, default: [:]][container] = Pod.Container(name: container)
        }
        each(.request, answers, index) { labels, value in
            guard let name = pod(labels), let container = labels["container"], let resource = labels["resource"],
                value >= 0, value < 1e12
            else { return }
            var found = containers[name]?[container] ?? Pod.Container(name: container)
            var requests = found.resources?.requests ?? [:]
            requests[resource] = Quantity(milli: Int64((value * 1000).rounded()))
            found.resources = Pod.Resources(requests: requests)
            containers[name, default: [:]][container] = found
        }
        for (name, found) in containers {
            pods[name]?.spec?.containers = found.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private mutating func addReadiness(to pods: inout [PodName: Pod], _ answers: RangeSnapshot, _ index: Int) {
        let now = answers.time(of: index)
        var times: [PodName: Timestamp] = [:]
        each(.readyTime, answers, index) { labels, value in
            if let name = pod(labels) { times[name] = Timestamp(secondsSinceEpoch: value) }
        }
        var states: [PodName: String] = [:]
        each(.ready, answers, index) { labels, value in
            guard value == 1, let name = pod(labels), let condition = labels["condition"] else { return }
            states[name] = condition.prefix(1).uppercased() + condition.dropFirst()
        }
        transitions = transitions.filter { pods[$0.key] != nil }
        for (name, state) in states {
            guard let start = pods[name]?.status?.startTime?.timestamp ?? pods[name].map({ _ in now }) else { continue }
            let isReady = state == "True"
            if let known = transitions[name] {
                if known.isReady != isReady { transitions[name] = (isReady, now) }
            } else {
                transitions[name] = (isReady, start)
            }
            var since = transitions[name]?.since ?? start
            if now.nanoseconds(since: since) > Self.memory.nanoseconds { since = start }
            if isReady, let exact = times[name] { since = exact }
            pods[name]?.status?.conditions = [
                Pod.Condition(type: "Ready", status: state, lastTransitionTime: Time(since))
            ]
        }
    }

    private func each(
        _ series: Series, _ answers: RangeSnapshot, _ index: Int, _ body: (SeriesLabels, Double) -> Void
    ) {
        for sample in answers.vector(of: series.expression(selector), at: index) {
            if case .number(let value) = sample.value, value.isFinite { body(sample.labels, value) }
        }
    }

    private func pod(_ labels: SeriesLabels) -> PodName? {
        labels["pod"].map { PodName(namespace: labels["namespace"] ?? "", name: $0) }
    }
}
