/// How the usage of one resource by containers is asked of Prometheus: two expressions for all pods of some namespaces.
///
/// The second expression is there for time. An instant query stamps every sample with the time of evaluation, and a
/// `rate` still has a value up to a whole window after the last scrape; only `timestamp()` of the plain selector says
/// when a container was really seen. It also has no value once the series has ended (its target or its pod is gone),
/// which is how such left-over rates are told from real ones.
public struct ResourceQuery: Sendable, Hashable {
    /// What a sample of the metric means.
    public enum Reading: Sendable, Hashable {
        /// A counter of unit-seconds; usage is its rate over the window.
        case rate(window: Duration)
        /// The usage itself.
        case gauge
    }

    /// The resource as a pod's requests name it, e.g. `cpu`.
    public var resource: String
    /// A metric with the labels `namespace`, `pod` and `container`.
    public let metric: String
    public var reading: Reading
    /// What further restricts the series.
    public var matchers: [LabelMatcher]
    /// Samples that a series must have within the window for its rate to count.
    public var minimumSamples = ResourceQuery.leastSamples

    /// The least that Prometheus makes a rate of: one sample of a counter says nothing.
    public static let leastSamples = 2

    /// The labels that each answer must carry.
    static let labels = ["namespace", "pod", "container"]

    /// The usual window of the rate.
    ///
    /// A rate takes two samples, so four scrapes of cAdvisor at the common 30 s survive a lost one. It is shorter than
    /// prometheus-adapter's usual 3 to 5 minutes since a longer one hides a rush for that long.
    public static let defaultWindow = Duration.seconds(120)

    /// `nil` when `metric` is no metric name.
    public init?(resource: String, metric: String, reading: Reading, matchers: [LabelMatcher] = []) {
        guard PromQL.isMetricName(metric) else { return nil }
        self.init(unchecked: resource, metric: metric, reading: reading, matchers: matchers)
    }

    private init(unchecked resource: String, metric: String, reading: Reading, matchers: [LabelMatcher]) {
        self.resource = resource
        self.metric = metric
        self.reading = reading
        self.matchers = matchers
    }

    /// CPU in cores, from cAdvisor's counter.
    ///
    /// After a container restarted, its former counter still has a rate until the window has passed; both are summed,
    /// as metrics adapters sum them.
    public static func cpu(window: Duration = defaultWindow) -> ResourceQuery {
        ResourceQuery(
            unchecked: "cpu", metric: "container_cpu_usage_seconds_total", reading: .rate(window: window),
            matchers: realContainers)
    }

    /// Memory in bytes: the working set, which the kubelet evicts by.
    public static let memory = ResourceQuery(
        unchecked: "memory", metric: "container_memory_working_set_bytes", reading: .gauge, matchers: realContainers)

    /// cAdvisor also reports each pod's whole cgroup (no container) and, with older runtimes, its sandbox (`POD`).
    private static let realContainers = [
        LabelMatcher("container", .notEqual, ""), LabelMatcher("container", .notEqual, "POD"),
    ].compactMap(\.self)

    /// The window that a value stands for; zero for a gauge.
    public var window: Duration {
        switch reading {
        case .rate(let window): window
        case .gauge: .zero
        }
    }

    /// Usage by container, in the resource's unit.
    public func usageExpression(namespaces: [String]) -> String {
        let selector = selector(namespaces: namespaces)
        switch reading {
        case .rate(let window):
            let rate = PromQL.rate(of: selector, over: window, minimumSamples: minimumSamples)
            return "sum by (namespace, pod, container) (\(rate))"
        case .gauge:
            return "sum by (namespace, pod, container) (\(selector))"
        }
    }

    /// When each container was last seen, in Unix seconds.
    public func timeExpression(namespaces: [String]) -> String {
        "max by (namespace, pod, container) (timestamp(\(selector(namespaces: namespaces))))"
    }

    private func selector(namespaces: [String]) -> String {
        let all = matchers + [LabelMatcher("namespace", oneOf: namespaces)].compactMap(\.self)
        return metric + "{" + all.map(\.description).joined(separator: ",") + "}"
    }
}
