package import Autoscaling
package import KubernetesTypes

/// The pods of one selector in the order listed, with what scaling needs of them.
struct PodInventory: Sendable {
    let pods: PodSet
    let objects: [Pod]

    init(_ objects: [Pod]) {
        var pods = PodSet()
        pods.reserveCapacity(objects.count)
        for object in objects { pods.append(PodState(object), named: object.metadata?.name ?? "") }
        self.pods = pods
        self.objects = objects
    }

    /// What each pod requests of a resource, or the first pod of which that is not known.
    func requests(of resource: String, container: String?) -> PodRequests {
        var values: [Int64] = []
        values.reserveCapacity(objects.count)
        for (object, name) in zip(objects, pods.names) {
            switch object.requestMilli(resource: resource, container: container) {
            case .success(let milli): values.append(milli)
            case .failure(let error):
                return PodRequests(failure: PodRequests.Failure(error, resource: resource, pod: name))
            }
        }
        return PodRequests(milliValues: values)
    }
}

extension PodRequests.Failure {
    fileprivate init(_ error: PodRequestError, resource: String, pod: String) {
        switch error {
        case .missingInContainer(let container):
            self = .missing(resource: resource, container: container, pod: pod)
        case .containerNotFound(let container): self = .containerNotFound(container: container, pod: pod)
        case .missingAtPodLevel: self = .missingAtPodLevel(resource: resource, pod: pod)
        }
    }
}

extension PodState {
    /// What the core needs to know of a pod.
    package init(_ pod: Pod) {
        let ready = pod.status?.conditions?.first { $0.type == "Ready" }
        self.init(
            phase: Phase(ofStatus: pod.status?.phase), readiness: Readiness(ofCondition: ready),
            isDeleted: pod.metadata?.deletionTimestamp != nil,
            readyTransition: ready?.lastTransitionTime?.timestamp ?? .distantPast,
            startTime: pod.status?.startTime?.timestamp ?? .distantPast)
    }
}

extension PodState.Phase {
    fileprivate init(ofStatus phase: String?) {
        switch phase {
        case "Pending": self = .pending
        case "Running": self = .running
        case "Succeeded": self = .succeeded
        case "Failed": self = .failed
        default: self = .unknown
        }
    }
}

extension PodState.Readiness {
    fileprivate init(ofCondition condition: Pod.Condition?) {
        switch condition?.status {
        case nil where condition == nil: self = .absent
        case "True": self = .true
        case "False": self = .false
        default: self = .unknown
        }
    }
}

extension Pod {
    /// The containers that run as long as the pod does.
    var runningContainers: [String] {
        ((spec?.containers ?? []) + (spec?.initContainers ?? []).filter(\.isRestartable)).compactMap(\.name)
    }
}
