import Autoscaling
import KubernetesTypes

/// A pod of the recorded cases; the format is described in the conformance folder's README.
struct RecordedPod: Decodable {
    struct Container: Decodable {
        var name: String
        var requests: [String: Int64]?
        var restartable: Bool?
    }

    var name: String
    var phase: String
    var ready: String?
    var readyTransition: Double?
    var startTime: Double?
    var deleted: Bool?
    var labels: [String: String]?
    var containers: [Container]?
    var initContainers: [Container]?
    var podRequests: [String: Int64]?
    var overhead: [String: Int64]?

    func state(now: Timestamp) -> PodState {
        PodState(
            phase: PodState.Phase(recorded: phase),
            readiness: PodState.Readiness(recorded: ready),
            isDeleted: deleted ?? false,
            readyTransition: now.shifted(readyTransition),
            startTime: now.shifted(startTime))
    }

    /// The pod as the API would show it, for the code that reads requests.
    var pod: Pod {
        var spec = Pod.Spec()
        spec.containers = containers?.map { $0.container(isInit: false) }
        spec.initContainers = initContainers?.map { $0.container(isInit: true) }
        if let podRequests { spec.resources = Pod.Resources(requests: podRequests.mapValues(Quantity.init(milli:))) }
        spec.overhead = overhead?.mapValues(Quantity.init(milli:))
        return Pod(spec: spec)
    }
}

extension RecordedPod.Container {
    func container(isInit: Bool) -> Pod.Container {
        Pod.Container(
            name: name, restartPolicy: isInit && restartable == true ? "Always" : nil,
            resources: Pod.Resources(requests: requests?.mapValues(Quantity.init(milli:))))
    }
}

extension [RecordedPod] {
    func podSet(now: Timestamp) -> PodSet {
        var set = PodSet()
        for pod in self { set.append(pod.state(now: now), named: pod.name) }
        return set
    }

    /// Requests of a resource, and the first pod that has none.
    func requests(of resource: String, container: String?) -> PodRequests {
        var requests = PodRequests()
        for pod in self {
            switch pod.pod.requestMilli(resource: resource, container: container) {
            case .success(let milli): requests.milliValues.append(milli)
            case .failure(let error):
                requests.milliValues.append(0)
                if requests.failure == nil { requests.failure = error.failure(resource: resource, pod: pod.name) }
            }
        }
        return requests
    }
}

extension PodState.Phase {
    init(recorded text: String) {
        switch text {
        case "Pending": self = .pending
        case "Running": self = .running
        case "Succeeded": self = .succeeded
        case "Failed": self = .failed
        default: self = .unknown
        }
    }
}

extension PodState.Readiness {
    init(recorded text: String?) {
        switch text {
        case "True": self = .true
        case "False": self = .false
        case nil: self = .absent
        default: self = .unknown
        }
    }
}

extension Timestamp {
    /// The instant of every recorded case.
    static let recordedNow = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    /// This instant moved by recorded seconds; nothing recorded is the distant past.
    func shifted(_ seconds: Double?) -> Timestamp {
        guard let seconds else { return .distantPast }
        return advanced(byNanoseconds: Int64((seconds * 1e9).rounded()))
    }
}
