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
        /// Mean seconds that a unit takes, waiting included; needs a limit. Three times it is the 95th percentile of an
        /// exponential distribution.
        case latency = "Latency"
    }

    /// What a pod keeps in memory, in bytes.
    package struct Memory: Hashable, Sendable {
        /// What a pod requests, above 0.
        package var requestBytes: Double
        /// Of a running pod that has nothing to do.
        package var idleBytes: Double
        /// For each unit per second that a pod serves.
        package var bytesPerUnit: Double

        package init(requestBytes: Double, idleBytes: Double = 0, bytesPerUnit: Double = 0) {
            self.requestBytes = requestBytes
            self.idleBytes = idleBytes
            self.bytesPerUnit = bytesPerUnit
        }
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
    /// `nil`: there is no metric of memory.
    package var memory: Memory?
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
        startingCores: Double = 0, memory: Memory? = nil, startUp: DelayDistribution = .fixed(.seconds(5)),
        readiness: DelayDistribution = .fixed(.seconds(10)), overload: Overload = .loss,
        scrapeInterval: Duration = .seconds(15), lag: Duration = .seconds(5), window: Duration = .seconds(120),
        noise: Double = 0, series: [String: Series] = [:], initialReplicas: Int32? = nil, seed: UInt64 = 1
    ) {
        self.coresPerUnit = coresPerUnit
        self.requestCores = requestCores
        self.limitCores = limitCores
        self.idleCores = idleCores
        self.startingCores = startingCores
        self.memory = memory
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

    /// Mean seconds that a unit takes, in pods that are busy to a share of what they can serve and with a backlog that
    /// takes so many seconds.
    ///
    /// One pod is a queue with one server (M/M/1): a unit takes 1/capacity alone, and 1/(1 − share) times as long among
    /// others. Past 99 % it grows no further; what waits then is the backlog.
    func latency(share: Double, backlogSeconds: Double) -> Double {
        capacity.isFinite ? backlogSeconds + 1 / (capacity * (1 - min(share, 0.99))) : 0
    }

    /// Mean seconds from a decision to a pod that serves.
    package var meanStartSeconds: Double { startUp.meanSeconds + readiness.meanSeconds }
}
