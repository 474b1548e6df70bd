package import Autoscaling
package import PrometheusClient

/// How a controller works. Every bound of it is here.
package struct ControllerConfiguration: Sendable {
    /// From the start of one tick to the start of the next; over 0. The default is the HPA controller's.
    package var syncPeriod: Duration
    /// Tolerance, windows and delays, as kube-controller-manager has them.
    package var flags: ControllerFlags
    /// How usage is asked of Prometheus, by resource name. A resource without an entry cannot be scaled on.
    package var resources: [String: ResourceQuery]
    /// How metrics that have a name are asked of Prometheus.
    package var metricRules: MetricRules
    /// A sample older than this is missing. Twice the window of the rate: a counter that has not been scraped for that
    /// long says nothing about now, and Prometheus itself still shows it for five minutes.
    package var sampleAgeLimit: Duration
    /// What is allowed over all autoscalers; `nil` allows everything.
    package var fleet: FleetPolicy?
    /// Where the time zones of schedules are read.
    package var zones = ZoneFiles()
    /// What becomes of an autoscaler whose data may be partial.
    package var partialAnswers: PartialAnswers
    /// Samples that a series must have within the window for a rate.
    package var minimumRateSamples: Int {
        get { metricRules.minimumSamples }
        set {
            metricRules.minimumSamples = newValue
            for resource in resources.keys { resources[resource]?.minimumSamples = newValue }
        }
    }
    /// Requests to the API server under way at once; queries have the limit of the `SnapshotCollector`.
    package var concurrency: Int
    /// Decide, and write nothing.
    package var isShadow: Bool
    /// The longest that one write may take; with an election, short enough to end before another may lead.
    package var writeLimit: Duration
    /// How long the size of a target is left alone after somebody else has set it.
    package var foreignWriteBackoff: ForeignWrites.Backoff

    /// - Parameters:
    ///   - cpuRateWindow: What a rate of cpu is taken over; at least two scrapes must lie in it.
    ///   - metricRules: Those that need no configuration, with the same window, when `nil`.
    package init(
        syncPeriod: Duration = .seconds(15),
        flags: ControllerFlags = ControllerFlags(),
        cpuRateWindow: Duration = ResourceQuery.defaultWindow,
        metricRules: MetricRules? = nil,
        sampleAgeLimit: Duration? = nil,
        concurrency: Int = 16,
        isShadow: Bool = false,
        writeLimit: Duration = .seconds(10),
        foreignWriteBackoff: ForeignWrites.Backoff = .init()
    ) {
        self.syncPeriod = max(syncPeriod, .milliseconds(1))
        self.flags = flags
        self.resources = ["cpu": .cpu(window: cpuRateWindow), "memory": .memory]
        self.metricRules = metricRules ?? MetricRules(window: cpuRateWindow)
        self.sampleAgeLimit = sampleAgeLimit ?? cpuRateWindow * 2
        self.partialAnswers = .holdDown
        self.concurrency = max(concurrency, 1)
        self.isShadow = isShadow
        self.writeLimit = writeLimit
        self.foreignWriteBackoff = foreignWriteBackoff
    }
}
