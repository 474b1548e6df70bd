package import Autoscaling
package import KubernetesTypes
internal import Locking
internal import PrometheusClient

/// The pods of one selector in the order of their names, with what scaling needs of them.
struct PodInventory: Sendable {
    private(set) var pods = PodSet()
    /// Parallel to the pods.
    private(set) var templates: [PodTemplate] = []
    /// What was asked of it before; `nil` while it grows.
    private var known: KnownAnswers?

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
        known = nil
    }

    /// Keeps from now on what is worked out: for an inventory that is looked at again and again.
    mutating func keepAnswers() {
        known = KnownAnswers()
    }

    /// Where its pods stand in what is known of a resource.
    func places(in usage: NamespaceUsage, _ resource: String) -> PodPlaces {
        known?.places(in: usage, resource, of: pods.names) ?? usage.places(of: pods.names, knowing: nil)
    }

    /// What each pod requests of a resource, or the first pod of which that is not known.
    func requests(of resource: String, container: String?) -> PodRequests {
        known?.requests(of: resource, container) { summed(resource, container) } ?? summed(resource, container)
    }

    private func summed(_ resource: String, _ container: String?) -> PodRequests {
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

/// What was worked out for an inventory's pods, as far as somebody has asked.
private final class KnownAnswers: Sendable {
    private struct Requests: Sendable {
        var resource: String
        var container: String?
        var requests: PodRequests
    }

    private struct State: Sendable {
        var requests: [Requests] = []
        var places: [(resource: String, places: PodPlaces)] = []
    }

    private let state = Locked(State())

    func requests(of resource: String, _ container: String?, _ sum: () -> PodRequests) -> PodRequests {
        state.withLock { state in
            if let known = state.requests.first(where: { $0.resource == resource && $0.container == container }) {
                return known.requests
            }
            let new = Requests(resource: resource, container: container, requests: sum())
            // As many as an autoscaler may have metrics, and more.
            if state.requests.count >= 32 { state.requests.removeAll() }
            state.requests.append(new)
            return new.requests
        }
    }

    /// Worked out again when other series have come.
    func places(in usage: NamespaceUsage, _ resource: String, of names: [String]) -> PodPlaces {
        state.withLock { state in
            guard let index = state.places.firstIndex(where: { $0.resource == resource }) else {
                let places = usage.places(of: names, knowing: nil)
                if state.places.count >= 32 { state.places.removeAll() }
                state.places.append((resource, places))
                return places
            }
            let places = usage.places(of: names, knowing: state.places[index].places)
            state.places[index].places = places
            return places
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
