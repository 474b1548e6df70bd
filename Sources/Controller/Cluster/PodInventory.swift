package import Autoscaling
package import KubernetesTypes

/// The pods of one selector in the order of their names, with what scaling needs of them.
struct PodInventory: Sendable {
    private(set) var pods = PodSet()
    /// Parallel to the pods.
    private(set) var templates: [PodTemplate] = []

    init() {}

    init(_ objects: [Pod]) {
        reserveCapacity(objects.count)
        for object in objects { append(PodRecord(object), named: object.metadata?.name ?? "") }
    }

    mutating func reserveCapacity(_ count: Int) {
        pods.reserveCapacity(count)
        templates.reserveCapacity(count)
    }

    mutating func append(_ record: PodRecord, named name: String) {
        pods.append(record.state, named: name)
        templates.append(record.template)
    }

    /// What each pod requests of a resource, or the first pod of which that is not known.
    func requests(of resource: String, container: String?) -> PodRequests {
        var values: [Int64] = []
        values.reserveCapacity(templates.count)
        for (template, name) in zip(templates, pods.names) {
            switch template.requestMilli(resource: resource, container: container) {
            case .success(let milli): values.append(milli)
            case .failure(let error):
                return PodRequests(failure: error.failure(resource: resource, pod: name))
            }
        }
        return PodRequests(milliValues: values)
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
