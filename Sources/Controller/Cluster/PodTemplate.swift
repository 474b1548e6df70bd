internal import Autoscaling
internal import KubernetesTypes

/// What the pods of one template have in common, kept once for all of them: labels, owner, and what their containers
/// request.
///
/// A class, so that fifty thousand pods hold fifty thousand references and not as many label maps.
final class PodTemplate: Sendable, Hashable {
    /// The owner that manages a pod.
    struct Owner: Sendable, Hashable {
        var kind: String
        var name: String
        var uid: String
    }

    let labels: [String: String]
    /// The controlling owner; `nil` for a pod that stands alone.
    let owner: Owner?
    /// The containers that run as long as the pod does.
    let runningContainers: [String]
    /// Names and requests, and nothing else of the pod.
    private let requests: Pod.Spec?
    /// Worked out once: templates are looked up in each tick.
    private let hash: Int

    init(_ pod: Pod) {
        labels = pod.metadata?.labels ?? [:]
        owner = pod.metadata?.ownerReferences?.first { $0.controller == true }
            .map { Owner(kind: $0.kind ?? "", name: $0.name ?? "", uid: $0.uid ?? "") }
        requests = pod.spec?.requestsOnly
        runningContainers = pod.runningContainers
        var hasher = Hasher()
        hasher.combine(labels)
        hasher.combine(owner)
        hasher.combine(requests)
        hash = hasher.finalize()
    }

    /// What a pod of the template requests of a resource, in thousandths.
    func requestMilli(resource: String, container: String?) -> Result<Int64, PodRequestError> {
        Pod(spec: requests).requestMilli(resource: resource, container: container)
    }

    static func == (left: PodTemplate, right: PodTemplate) -> Bool {
        left === right
            || (left.hash == right.hash && left.labels == right.labels && left.owner == right.owner
                && left.requests == right.requests)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

extension Pod.Spec {
    /// Without what scaling does not look at.
    fileprivate var requestsOnly: Pod.Spec {
        Pod.Spec(
            containers: containers?.map(\.requestsOnly), initContainers: initContainers?.map(\.requestsOnly),
            resources: resources.map { Pod.Resources(requests: $0.requests) }, overhead: overhead)
    }
}

extension Pod.Container {
    fileprivate var requestsOnly: Pod.Container {
        Pod.Container(
            name: name, restartPolicy: restartPolicy, resources: resources.map { .init(requests: $0.requests) })
    }
}

/// What the controller keeps of one pod.
struct PodRecord: Sendable, Hashable {
    var state: PodState
    var template: PodTemplate

    init(state: PodState, template: PodTemplate) {
        self.state = state
        self.template = template
    }

    init(_ pod: Pod) {
        self.init(state: PodState(pod), template: PodTemplate(pod))
    }
}
