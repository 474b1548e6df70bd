public import Autoscaling

/// One container's usage of one resource.
public struct ContainerUsage: Sendable, Hashable {
    public var container: String
    /// Thousandths of the resource's unit (cpu: millicores; memory: thousandths of bytes), the exact value times 1000
    /// rounded half away from zero; saturating.
    public var milliValue: Int64
    /// When the container was last scraped.
    public var time: Timestamp

    public init(container: String, milliValue: Int64, time: Timestamp) {
        self.container = container
        self.milliValue = milliValue
        self.time = time
    }
}

/// One pod's usage of one resource.
public struct PodUsage: Sendable, Hashable {
    /// In the order of their names.
    public var containers: ArraySlice<ContainerUsage>
    /// False when a sample of one of its containers was dropped: its total is not known.
    public var isComplete: Bool
    /// The window that the values stand for; zero for a gauge.
    public var window: Duration

    /// The sum over its containers, in milli-units, saturating; `nil` when it is not complete.
    ///
    /// A container that Prometheus has nothing of cannot be missed here: compare `containers` with the pod's own.
    public var milliTotal: Int64? {
        guard isComplete, !containers.isEmpty else { return nil }
        var total: Int64 = 0
        for container in containers {
            let (sum, overflow) = total.addingReportingOverflow(container.milliValue)
            total = overflow ? .max : sum
        }
        return total
    }

    /// The oldest time of its containers: a total is as old as its oldest part.
    public var time: Timestamp? { containers.lazy.map(\.time).min() }

    /// The usage of one container by name.
    public subscript(container name: String) -> ContainerUsage? {
        containers.first { $0.container == name }
    }
}

/// What a round of queries says about one pod.
public enum UsageReading: Sendable, Hashable {
    case usage(PodUsage)
    /// The query was answered and the pod is not in the answer, or with nothing usable.
    case missing
    /// The query for its namespace failed.
    case failed(PrometheusError)
    /// Nobody asked for this resource or namespace in this round.
    case notAsked
}

/// Why a sample of an answer does not count.
public enum DropReason: String, Sendable, Hashable, CaseIterable {
    case notANumber = "NaN"
    case infinite
    case negative
    /// A native histogram where a number belongs.
    case histogram
    /// The series lacks one of the labels namespace, pod and container.
    case missingLabel = "missing label"
    /// The same container twice in one answer: neither can be trusted.
    case duplicate
    /// The series has ended: only its past is left in the window of the rate.
    case ended
}

/// How many samples were dropped for one reason.
public struct DroppedSamples: Sendable, Hashable {
    public var count: Int
    /// The first of them, e.g. `shop/web-0/app`.
    public var example: String

    public init(count: Int, example: String) {
        self.count = count
        self.example = example
    }
}

/// The usage of one resource by every pod of the namespaces asked for. Immutable.
public struct ResourceUsage: Sendable {
    public let resource: String
    public let window: Duration
    /// Samples that were dropped.
    public let dropped: [DropReason: DroppedSamples]
    /// Namespaces whose query failed, and why.
    public let failures: [String: PrometheusError]
    /// Namespaces whose answers may be partial, and what says so.
    public let doubts: [String: String]

    let batches: [UsageBatch]
    /// The batch of each namespace that was answered, also of those that are empty.
    let answered: [String: Int]

    /// A pod by the numbers of its namespace and its name.
    struct PodKey: Sendable, Hashable {
        var namespace: UInt32
        var name: UInt32
    }

    /// What is known of a pod.
    ///
    /// - Complexity: O(1).
    public func reading(namespace: String, pod: String) -> UsageReading {
        if let failure = failures[namespace] { return .failed(failure) }
        guard let place = answered[namespace] else { return .notAsked }
        let number = batches[place].directory.number(namespace: namespace, pod: pod)
        return batches[place].pod(number, window: window).map { .usage($0) } ?? .missing
    }

    /// What is known of a namespace.
    package enum NamespaceReading {
        case usage(NamespaceUsage)
        /// The query for it failed.
        case failed(PrometheusError)
        /// Nobody asked for it in this round.
        case notAsked
    }

    /// What is known of the pods of a namespace.
    ///
    /// - Complexity: O(1).
    package func reading(namespace: String) -> NamespaceReading {
        if let failure = failures[namespace] { return .failed(failure) }
        guard let place = answered[namespace] else { return .notAsked }
        return .usage(NamespaceUsage(namespace: namespace, batch: batches[place], window: window))
    }

    /// How many pods have a usage.
    public var podCount: Int { batches.reduce(0) { $0 + $1.podCount } }
}
