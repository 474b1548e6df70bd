package import Autoscaling

/// Why the request of a pod for a resource is not known. Utilisation can then not be computed.
package enum PodRequestError: Error, Hashable, Sendable {
    /// A container that counts has no request for the resource.
    case missingInContainer(String)
    /// No container of the pod has that name and keeps running.
    case containerNotFound(String)
    /// The pod has requests of its own, and none of them nor of its containers is for the resource.
    case missingAtPodLevel

    /// The failure as a decision keeps it.
    package func failure(resource: String, pod: String) -> PodRequests.Failure {
        switch self {
        case .missingInContainer(let container): .missing(resource: resource, container: container, pod: pod)
        case .containerNotFound(let container): .containerNotFound(container: container, pod: pod)
        case .missingAtPodLevel: .missingAtPodLevel(resource: resource, pod: pod)
        }
    }
}

extension Pod {
    /// What the pod asks for of a resource, in thousandths.
    ///
    /// Containers and restartable init containers count, and each must have a request. When the pod has requests of its
    /// own for `cpu`, `memory` or huge pages, the scheduler's sum is used instead for every resource: it takes plain init
    /// containers as a minimum, needs no request in each container and adds the overhead. Naming a container looks at
    /// that container alone.
    ///
    /// - Source: `replica_calculator.go` v1.36 and `component-helpers/resource` `PodRequests`.
    package func requestMilli(resource: String, container: String? = nil) -> Result<Int64, PodRequestError> {
        if container == nil, hasPodLevelRequests {
            guard let nanos = schedulerRequestNanos(resource) else { return .failure(.missingAtPodLevel) }
            return .success(Pod.milliRoundedUp(nanos))
        }
        let running = (spec?.containers ?? []) + (spec?.initContainers ?? []).filter(\.isRestartable)
        let counted = container.map { name in running.filter { $0.name == name } } ?? running
        if let container, counted.isEmpty { return .failure(.containerNotFound(container)) }
        var sum: Int64 = 0
        for one in counted {
            guard let request = one.resources?.requests?[resource] else {
                return .failure(.missingInContainer(one.name ?? ""))
            }
            sum = sum &+ request.milliValue
        }
        return .success(sum)
    }

    private var hasPodLevelRequests: Bool {
        (spec?.resources?.requests ?? [:]).keys.contains(where: Pod.isPodLevelResource)
    }

    private static func isPodLevelResource(_ name: String) -> Bool {
        name == "cpu" || name == "memory" || name.hasPrefix("hugepages-")
    }

    /// Billionths, or `nil` when nothing in the pod asks for the resource.
    private func schedulerRequestNanos(_ resource: String) -> Int128? {
        var result = podLevelNanos(resource) ?? containerNanos(resource)
        if let overhead = spec?.overhead?[resource] { result = Pod.sum(result, overhead.nanoValue) }
        return result
    }

    private func podLevelNanos(_ resource: String) -> Int128? {
        guard Pod.isPodLevelResource(resource) else { return nil }
        return spec?.resources?.requests?[resource]?.nanoValue
    }

    /// The sum of all that runs at once, and at least what any init container needs together with the restartable ones
    /// that started before it.
    private func containerNanos(_ resource: String) -> Int128? {
        var running: Int128?
        for container in spec?.containers ?? [] {
            if let request = container.resources?.requests?[resource] { running = Pod.sum(running, request.nanoValue) }
        }
        var restartable: Int128?
        var largestStart: Int128?
        for container in spec?.initContainers ?? [] {
            let request = container.resources?.requests?[resource]?.nanoValue
            var start = restartable
            if let request { start = Pod.sum(start, request) }
            if container.isRestartable, let request {
                running = Pod.sum(running, request)
                restartable = start
            }
            if let start { largestStart = max(largestStart ?? start, start) }
        }
        guard let running, let largestStart else { return running ?? largestStart }
        return max(running, largestStart)
    }

    private static func sum(_ left: Int128?, _ right: Int128) -> Int128 {
        guard let left else { return right }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }

    private static func milliRoundedUp(_ nanos: Int128) -> Int64 {
        let (quotient, remainder) = nanos.quotientAndRemainder(dividingBy: 1_000_000)
        return Int64(clamping: remainder == 0 ? quotient : quotient + nanos.signum())
    }
}

extension Pod.Container {
    /// An init container that keeps running beside the others.
    package var isRestartable: Bool { restartPolicy == "Always" }
}
