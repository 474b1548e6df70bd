/// What the pods of a Deployment do with the demand, and how they start.
package struct WorkloadModel: Sendable {
    /// The container's name in the Deployment's template.
    package var container: String
    package var image: String
    /// Cores that one unit of demand keeps busy.
    package var coresPerUnit: Double
    /// Cores of a container that has nothing to do.
    package var idleCores: Double
    /// Cores while it starts, until it is ready.
    package var startingCores: Double
    /// Most cores a container gets: its limit.
    package var limitCores: Double
    /// Bytes of memory of an idle container, and what full load adds.
    package var idleMemory: Double
    package var loadMemory: Double
    /// Seconds that a request takes without any other.
    package var baseLatency: Double
    /// From the pod's creation until its container runs: scheduling, pulling, starting.
    package var startUp: Duration
    /// From then until the readiness probe succeeds.
    package var readiness: Duration
    /// How much start-up and readiness vary from pod to pod, as a share.
    package var variation: Double

    package init(
        container: String, image: String, coresPerUnit: Double, limitCores: Double, idleCores: Double = 0.002,
        startingCores: Double = 0.06, idleMemory: Double = 96 * 1_048_576, loadMemory: Double = 96 * 1_048_576,
        baseLatency: Double = 0.04, startUp: Duration = .seconds(4), readiness: Duration = .seconds(10),
        variation: Double = 0.25
    ) {
        self.container = container
        self.image = image
        self.coresPerUnit = coresPerUnit
        self.limitCores = limitCores
        self.idleCores = idleCores
        self.startingCores = startingCores
        self.idleMemory = idleMemory
        self.loadMemory = loadMemory
        self.baseLatency = baseLatency
        self.startUp = startUp
        self.readiness = readiness
        self.variation = variation
    }

    /// What one ready pod makes of its share of the demand.
    struct Load: Sendable {
        var cores: Double
        /// Units that were served, and that had to be turned away.
        var served: Double
        var unserved: Double
        var memory: Double
        var latency: Double
    }

    /// - Parameter demand: The pod's share, in units.
    func load(of demand: Double) -> Load {
        let available = max(limitCores - idleCores, 0)
        let wanted = demand * coresPerUnit
        let used = min(wanted, available)
        let served = coresPerUnit > 0 ? used / coresPerUnit : demand
        let utilization = available > 0 ? used / available : 1
        let refused = demand > 0 ? (demand - served) / demand : 0
        // An M/M/1 queue's waiting, bounded: a client gives up after some seconds, the more of them the more there are.
        let latency = baseLatency / (1 - min(utilization, 0.98)) + refused * 10
        return Load(
            cores: idleCores + used, served: served, unserved: demand - served,
            memory: idleMemory + loadMemory * utilization, latency: latency)
    }
}
