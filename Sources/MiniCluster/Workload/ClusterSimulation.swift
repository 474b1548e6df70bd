package import Autoscaling

/// Drives a simulated cluster through time: its Deployments step by step, and Prometheus' scrapes at their interval.
package actor ClusterSimulation {
    /// The longest step of the pods.
    package static let tick = Duration.seconds(1)

    package nonisolated let clock: SimulationClock
    package nonisolated let prometheus: SimulatedPrometheus
    package nonisolated let deployments: [SimulatedDeployment]
    private let scrapeInterval: Duration
    private var time: Timestamp
    private var nextScrape: Timestamp

    /// - Parameter scrapeInterval: At least a tick; the first scrape is one interval after the start.
    package init(
        clock: SimulationClock, prometheus: SimulatedPrometheus, deployments: [SimulatedDeployment],
        scrapeInterval: Duration = .seconds(15)
    ) {
        precondition(scrapeInterval >= Self.tick, "a scrape interval of \(scrapeInterval) is shorter than a tick")
        self.clock = clock
        self.prometheus = prometheus
        self.deployments = deployments
        self.scrapeInterval = scrapeInterval
        time = clock.start
        nextScrape = clock.start.advanced(by: scrapeInterval)
    }

    /// Runs with the clock until the task is cancelled.
    ///
    /// - Throws: `CancellationError`, or ``StatusError`` when the store refuses a write.
    package func run() async throws {
        while true {
            try await clock.sleep(until: time.advanced(by: Self.tick))
            try await advance(to: clock.now())
        }
    }

    /// Goes through all whole ticks up to a time. One caller at a time; a clock moved by hand is moved along.
    package func advance(to end: Timestamp) async throws {
        while case let next = time.advanced(by: Self.tick), next <= end {
            try Task.checkCancellation()
            clock.advance(to: next)
            time = next
            for deployment in deployments { try await deployment.step(to: next) }
            if next >= nextScrape {
                nextScrape = nextScrape.advanced(by: scrapeInterval)
                await scrape(at: next)
            }
        }
    }

    /// cAdvisor of the one node, and each service.
    private func scrape(at time: Timestamp) async {
        var containers: [ExposedSample] = []
        for deployment in deployments {
            let simulation = await deployment.simulation
            containers += simulation.containerSamples(namespace: deployment.namespace)
            await prometheus.scrape(
                ScrapeTarget(job: deployment.name, instance: "\(deployment.name).\(deployment.namespace)"),
                simulation.serviceSamples(namespace: deployment.namespace, service: deployment.name), at: time)
        }
        await prometheus.scrape(ScrapeTarget(job: "kubelet", instance: PodObjects.node), containers, at: time)
    }
}
