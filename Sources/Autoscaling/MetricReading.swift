/// What was read for one metric of an autoscaler at one instant. That nothing could be read is a value too.
public enum MetricReading: Hashable, Sendable {
    /// One sample for each pod: Resource, ContainerResource and Pods metrics.
    case pods(PodReadings)
    /// One number, in thousandths: Object and Prometheus metrics.
    case value(milli: Int64, at: Timestamp)
    /// The values of all series that match, in thousandths: External metrics.
    case series([Int64], at: Timestamp)
    /// The source did not answer, or not with a usable number.
    case failed(Failure)

    /// Why there is no reading.
    public enum Failure: Hashable, Sendable, Codable {
        /// The metric source failed, in its own words.
        case source(String)
        /// The metric's own label selector is wrong, so that nothing was asked.
        case selector(String)
    }
}

/// One sample for each pod of an observation, and what the pods request.
public struct PodReadings: Hashable, Sendable {
    /// Parallel to the observation's pods; ``PodSample/missing`` where a pod has none.
    public var samples: [PodSample]
    /// Values of samples whose pod is not among the observed ones, in thousandths.
    ///
    /// They join averages but not the utilisation's sum, as `replica_calculator.go` has it.
    public var unmatched: [Int64]
    /// The pods' requests of this resource; needed for utilisation only.
    public var requests: PodRequests

    /// The arrays must be parallel to the observation's pods.
    public init(samples: [PodSample], unmatched: [Int64] = [], requests: PodRequests = PodRequests()) {
        self.samples = samples
        self.unmatched = unmatched
        self.requests = requests
    }
}

/// One sample of one pod.
public struct PodSample: Hashable, Sendable {
    /// Thousandths of the metric's unit (cpu: millicores).
    public var value: Int64
    /// When the sample was taken; the distant past when that is not known.
    public var time: Timestamp
    /// The time that the value is an average over, in nanoseconds, at least 0.
    public var windowNanoseconds: Int64

    /// A sample that was taken; a negative window counts as none.
    public init(value: Int64, time: Timestamp, windowNanoseconds: Int64) {
        self.value = value
        self.time = time
        self.windowNanoseconds = windowNanoseconds < 0 ? 0 : windowNanoseconds
    }

    private init() {
        self.value = 0
        self.time = .distantPast
        self.windowNanoseconds = -1
    }

    /// The pod has no sample.
    public static let missing = PodSample()

    /// Whether the pod has no sample.
    public var isMissing: Bool { windowNanoseconds < 0 }
}

/// What each pod requests of one resource.
public struct PodRequests: Hashable, Sendable {
    /// Why a pod's request is not known. One such pod fails the whole metric.
    ///
    /// - Source: `replica_calculator.go` v1.36, `calculatePodRequests`.
    public enum Failure: Hashable, Sendable, Codable {
        case missing(resource: String, container: String, pod: String)
        case missingAtPodLevel(resource: String, pod: String)
        case containerNotFound(container: String, pod: String)
    }

    /// Thousandths of the resource's unit, parallel to the observation's pods.
    public var milliValues: [Int64]
    /// The first pod, in the order listed, whose request is not known.
    @Rare public var failure: Failure?

    /// Requests parallel to the pods, and the first failure among them.
    public init(milliValues: [Int64] = [], failure: Failure? = nil) {
        self.milliValues = milliValues
        self.failure = failure
    }
}
