internal import Autoscaling
internal import FoundationEssentials
internal import Recordings

/// What holds for every decision. Each property makes a world from a seed and says how it is violated there.
public enum DecisionProperty: String, CaseIterable, Sendable {
    /// A write is within the bounds, in ordinary worlds; and the decision can be put into words.
    case ordinaryWritesAreWithinTheBounds
    /// The same where numbers come from the whole range of their types; and nothing traps.
    case absurdWritesAreWithinTheBounds
    /// With a metric that cannot be used, the others never take the size down.
    case invalidMetricsNeverScaleDown
    /// Told in the opposite order, pods, series and metrics give the same size.
    case orderDoesNotMatter
    /// More load gives at least as many replicas, all else equal.
    case moreLoadNeverGivesFewerReplicas
    /// With a forecast the size is at least the one without.
    case forecastsNeverLowerADecision
    /// Two runs give the same bytes.
    case twoRunsGiveTheSameBytes
    /// Decisions from a compacted history are those from the whole one.
    case compactedHistoriesDecideTheSame
    /// Compacted into fewer records than that takes, a history lets a target move no further.
    case coarseHistoriesMoveNoFurther
    /// With extensions, through ticks whose metrics come and go, writes stay within the bounds, and what is not known takes
    /// no target to zero.
    case extensionsStayWithinTheBounds

    /// How the property is violated in the world of a seed; `nil` when it holds.
    public func violation(seed: UInt64) -> String? {
        switch self {
        case .ordinaryWritesAreWithinTheBounds: Self.bounds(RandomWorld(seed: seed, isWild: false))
        case .absurdWritesAreWithinTheBounds: Self.bounds(RandomWorld(seed: seed, isWild: true))
        case .invalidMetricsNeverScaleDown: Self.invalidMetrics(RandomWorld(seed: seed, isWild: false))
        case .orderDoesNotMatter: Self.order(RandomWorld(seed: seed, isWild: false))
        case .moreLoadNeverGivesFewerReplicas: Self.monotony(seed: seed)
        case .forecastsNeverLowerADecision: Self.forecasts(RandomWorld(seed: seed, isWild: seed % 2 == 0))
        case .twoRunsGiveTheSameBytes: seed % 64 == 0 ? Self.repetition(RandomWorld(seed: seed, isWild: true)) : nil
        case .compactedHistoriesDecideTheSame: Self.compaction(seed: seed)
        case .coarseHistoriesMoveNoFurther: Self.coarseCompaction(seed: seed)
        case .extensionsStayWithinTheBounds: Self.extensions(seed: seed)
        }
    }

    private static func bounds(_ world: RandomWorld) -> String? {
        var history = world.history
        let decision = evaluate(world.spec, world.observation, history: &history, flags: world.flags)
        if decision.rescales {
            guard (world.spec.minReplicas...world.spec.maxReplicas).contains(decision.desiredReplicas) else {
                return "writes \(decision.desiredReplicas): \(world)"
            }
            history.recordScale(
                from: decision.currentReplicas, to: decision.desiredReplicas, at: decision.time,
                behavior: world.spec.behavior)
        }
        let explanation = Explanation(decision, spec: world.spec, namespace: "shop", flags: world.flags)
        return explanation.line.isEmpty || explanation.paragraph.isEmpty ? "no words: \(world)" : nil
    }

    private static func invalidMetrics(_ world: RandomWorld) -> String? {
        var history = world.history
        let decision = evaluate(world.spec, world.observation, history: &history, flags: world.flags)
        guard case .metric(_, let invalid?) = decision.basis, let stabilization = decision.stabilization else {
            return nil
        }
        return stabilization.recommendation < decision.currentReplicas ? "\(invalid): \(world)" : nil
    }

    private static func forecasts(_ world: RandomWorld) -> String? {
        var random = SeededGenerator(seed: world.seed &+ 1)
        var foreseen = world
        foreseen.spec.extensions = ScalingExtensions(prediction: PredictionPolicy(maxErrorPercent: 50))
        foreseen.observation.forecast = .forecast(
            Forecast(
                milliTotal: Int64.random(in: 0...(.max), using: &random) >> Int64.random(in: 0...62, using: &random),
                until: world.observation.time, usualMilliTotal: 0, levelPercent: 100, season: .day, seasons: 2,
                errorPercent: Int32.random(in: 0...100, using: &random), shortPercent: 0, scoredSeconds: 86_400))
        var first = world.history
        var second = world.history
        let without = evaluate(world.spec, world.observation, history: &first, flags: world.flags)
        let with = evaluate(foreseen.spec, foreseen.observation, history: &second, flags: world.flags)
        if with.desiredReplicas < without.desiredReplicas { return "\(with.desiredReplicas): \(foreseen)" }
        if with.prediction?.raises != true, with.desiredReplicas != without.desiredReplicas { return "\(foreseen)" }
        let words = Explanation(with, spec: foreseen.spec, namespace: "shop", flags: world.flags)
        return words.line.isEmpty ? "no words: \(foreseen)" : nil
    }

    private static func order(_ world: RandomWorld) -> String? {
        var turned = world
        turned.reverse()
        var first = world.history
        var second = world.history
        let one = evaluate(world.spec, world.observation, history: &first, flags: world.flags)
        let other = evaluate(turned.spec, turned.observation, history: &second, flags: world.flags)
        return one.desiredReplicas == other.desiredReplicas && first == second ? nil : "\(world)"
    }

    private static func monotony(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        let loads = (0..<Int.random(in: 1...10, using: &random)).map { _ in
            Int.random(in: 0..<5, using: &random) == 0 ? nil : Int64.random(in: 0...250, using: &random)
        }
        let more = loads.map { load in load.map { $0 + Int64.random(in: 0...100, using: &random) } }
        func replicas(_ millicores: [Int64?]) -> Int32? {
            var service = OrderService()
            return service.decide(service.observation(millicores: millicores)).metrics.first?.proposal?.replicas
        }
        guard let less = replicas(loads), let greater = replicas(more), greater < less else { return nil }
        return "seed \(seed): \(loads) gives \(less), \(more) gives \(greater)"
    }

    /// A digest of the decisions about the first worlds, histories carried along: the same in every run and build.
    ///
    /// FNV-1a over the decisions' JSON. It changes when decisions do, or the way they are written.
    public static func digest(worlds: UInt64 = 2_000) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for seed in 0..<worlds {
            let world = RandomWorld(seed: seed, isWild: seed % 2 == 0)
            var history = world.history
            var observation = world.observation
            for _ in 0..<3 {
                let decision = evaluate(world.spec, observation, history: &history, flags: world.flags)
                for byte in try encoder.encode(decision) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
                observation.time = observation.time.advanced(bySeconds: 15)
            }
        }
        return String(hash, radix: 16)
    }

    /// What ``digest(worlds:)`` gives, in debug and in release builds.
    public static let recordedDigest = "3f0bff060f63978"

    private static func repetition(_ world: RandomWorld) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let runs = (0..<2).map { _ in
            var history = world.history
            return try? encoder.encode(
                evaluate(world.spec, world.observation, history: &history, flags: world.flags))
        }
        return runs[0] != nil && runs[0] == runs[1] ? nil : "\(world)"
    }
}

extension RandomWorld {
    /// The same world, told in the opposite order.
    fileprivate mutating func reverse() {
        var pods = PodSet()
        for index in observation.pods.states.indices.reversed() {
            pods.append(observation.pods.states[index], named: observation.pods.names[index])
        }
        observation.pods = pods
        spec.metrics.reverse()
        observation.readings = observation.readings.reversed().map { reading in
            switch reading {
            case .pods(var readings):
                readings.samples.reverse()
                readings.requests.milliValues.reverse()
                return .pods(readings)
            case .series(let series, let time): return .series(series.reversed(), at: time)
            case .value, .failed: return reading
            }
        }
    }
}
