/// What turns demand and replicas into utilisation, so that decisions have consequences.
///
/// The equations and where they are wrong stand in `docs/replay.md`.
package struct WorkloadModel: Hashable, Sendable {
    /// What happens to demand past the limit of the ready pods.
    package enum Overload: Hashable, Sendable {
        /// It is gone.
        case loss
        /// It waits, up to so many units; what comes then is gone.
        case queue(limit: Double)
    }

    /// What a series of the model measures.
    package enum Measure: String, Hashable, Sendable, Codable {
        /// Units asked for per second.
        case demand = "Demand"
        /// Units served per second; for a Pods metric those of the pod.
        case served = "Served"
        /// Units that wait.
        case backlog = "Backlog"
    }

    /// A metric by name: a measure times a factor.
    package struct Series: Hashable, Sendable {
        package var measures: Measure
        package var factor: Double

        package init(measures: Measure, factor: Double = 1) {
            self.measures = measures
            self.factor = factor
        }
    }

    /// Cores that one unit of demand per second keeps busy, above 0.
    package var coresPerUnit: Double
    /// Cores that a pod requests, above 0.
    package var requestCores: Double
    /// Most cores a pod gets, at least the idle ones; infinite where none is set.
    package var limitCores: Double
    /// Cores of a ready pod that has nothing to do.
    package var idleCores: Double
    /// Cores of a pod that runs and is not ready yet.
    package var startingCores: Double
    /// From a pod's creation until its container runs: scheduling, pulling, starting.
    package var startUp: DelayDistribution
    /// From then until its readiness probe succeeds.
    package var readiness: DelayDistribution
    package var overload: Overload
    /// Between two scrapes of a pod, above 0.
    package var scrapeInterval: Duration
    /// From a scrape until a query sees it.
    package var lag: Duration
    /// The range of the `rate` that usage is taken from; at least two scrape intervals and the lag long, or
    /// pods have no samples.
    package var window: Duration
    /// Standard deviation of a pod's sample, as a share of it.
    package var noise: Double
    /// Metrics by name, for Pods, Object and External metrics.
    package var series: [String: Series]
    /// Pods that are there, ready, at the beginning; `nil`: as many as the first demand needs, within the bounds.
    package var initialReplicas: Int32?
    package var seed: UInt64

    package init(
        coresPerUnit: Double, requestCores: Double, limitCores: Double = .infinity, idleCores: Double = 0,
        startingCores: Double = 0, startUp: DelayDistribution = .fixed(.seconds(5)),
        readiness: DelayDistribution = .fixed(.seconds(10)), overload: Overload = .loss,
        scrapeInterval: Duration = .seconds(15), lag: Duration = .seconds(5), window: Duration = .seconds(120),
        noise: Double = 0, series: [String: Series] = [:], initialReplicas: Int32? = nil, seed: UInt64 = 1
    ) {
        self.coresPerUnit = coresPerUnit
        self.requestCores = requestCores
        self.limitCores = limitCores
        self.idleCores = idleCores
        self.startingCores = startingCores
        self.startUp = startUp
        self.readiness = readiness
        self.overload = overload
        self.scrapeInterval = scrapeInterval
        self.lag = lag
        self.window = window
        self.noise = noise
        self.series = series
        self.initialReplicas = initialReplicas
        self.seed = seed
    }

    /// Units per second that one ready pod can serve; infinite without a limit.
    package var capacity: Double { max(limitCores - idleCores, 0) / coresPerUnit }

    /// Mean seconds from a decision to a pod that serves.
    package var meanStartSeconds: Double { startUp.meanSeconds + readiness.meanSeconds }
}
