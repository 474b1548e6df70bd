internal import Autoscaling
internal import Controller
internal import KubernetesClient
internal import MiniCluster
internal import Recordings

/// What a seed makes of a run before it begins.
struct Scenario: Sendable {
    /// Controllers that stand for election.
    var controllers: Int
    /// Parts of the work that they share; 1 where one of them does it all.
    var shards = 1
    var kind: AutoscalerObject.Kind
    var minReplicas: Int
    var maxReplicas: Int
    var syncPeriod: Duration
    var stabilization: Duration
    var demand: DemandCurve
    /// Seconds of faults, and of peace after them.
    var storm: Int
    var calm: Int
    /// Of how fast each controller's monotonic clock goes.
    var rates: [Double]
    /// Requests of a hundred on whose way something goes wrong, and refusals of a hundred that arrive.
    var lossPercent: Int
    var refusalPercent: Int
    /// Chances of a hundred, each second, of something that befalls the whole: a partition, a restart, a clock set.
    var calamityPercent: Int

    /// A Friday evening.
    static let start = ByteBites.start
    static let scrapeInterval = Duration.seconds(5)
    static let rateWindow = Duration.seconds(30)
    static let timings = ElectionTimings.standard

    /// The longest that anything said or seen in the storm still has an effect: a watch that went silent is given up after
    /// 90 s and tried again after at most 30; then pods start, their rates fill, and the window of scale-down passes.
    private static let convergence = 240

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        controllers = Int.random(in: 0..<3, using: &random) == 0 ? 1 : 2
        kind = Bool.random(using: &random) ? .horizontalAutoscaler : .horizontalPodAutoscaler
        minReplicas = Int.random(in: 1...3, using: &random)
        maxReplicas = Int.random(in: 6...10, using: &random)
        syncPeriod = .seconds([5, 10, 15].randomElement(using: &random) ?? 15)
        stabilization = .seconds([15, 30, 60].randomElement(using: &random) ?? 60)
        storm = Int.random(in: 40...160, using: &random)
        calm = Self.convergence + Int(stabilization.components.seconds)
        rates = (0..<3).map { _ in Double.random(in: 0.98...1.02, using: &random) }
        lossPercent = [0, 3, 10, 25].randomElement(using: &random) ?? 0
        refusalPercent = [0, 3, 10, 25].randomElement(using: &random) ?? 0
        calamityPercent = [0, 1, 2, 5].randomElement(using: &random) ?? 0
        var points = [DemandCurve.Point(.zero, 3_200)]
        let spacing = [40, 80, 160].randomElement(using: &random) ?? 40
        for second in stride(from: 40, to: storm, by: spacing) {
            let shape: DemandCurve.Shape = Bool.random(using: &random) ? .step : .linear
            points.append(.init(.seconds(second), Double.random(in: 500...24_000, using: &random), shape))
        }
        demand = DemandCurve(points)
        if Int.random(in: 0..<3, using: &random) == 0 {
            shards = Int.random(in: 2...4, using: &random)
            controllers = Int.random(in: 2...3, using: &random)
        }
    }

    /// The leases of the work's parts, in order.
    var leaseNames: [String] {
        shards == 1 ? [World.leaseName] : (0..<shards).map { "\(World.leaseName)-\($0)" }
    }

    /// The part that the one namespace with work lies in.
    var shard: Int { ShardPlacement.shard(of: World.namespace, among: shards) }

    var configuration: ControllerConfiguration {
        var flags = ControllerFlags()
        flags.downscaleStabilization = stabilization
        flags.cpuInitializationPeriod = .seconds(30)
        return ControllerConfiguration(syncPeriod: syncPeriod, flags: flags, cpuRateWindow: Self.rateWindow)
    }
}
