import Autoscaling
import FoundationEssentials
import Recordings
import Testing

/// What holds for every decision, over random worlds. A failure prints its seed, which makes the world again.
///
/// `SWIFTLET_PROPERTY_WORLDS` sets how many worlds each property sees; `make properties` runs a million and more in a
/// release build.
@Suite struct DecisionPropertyTests {
    static let worlds =
        ProcessInfo.processInfo.environment["SWIFTLET_PROPERTY_WORLDS"].flatMap(UInt64.init) ?? 30_000

    @Test(arguments: [false, true]) func aWriteIsAlwaysWithinTheBoundsAndNothingTraps(isWild: Bool) {
        var writes = 0
        for seed in 0..<Self.worlds {
            let world = RandomWorld(seed: seed, isWild: isWild)
            var history = world.history
            let decision = evaluate(world.spec, world.observation, history: &history, flags: world.flags)
            if decision.rescales {
                writes += 1
                let bounds = world.spec.minReplicas...world.spec.maxReplicas
                if !bounds.contains(decision.desiredReplicas) { Issue.record("\(decision.desiredReplicas): \(world)") }
                history.recordScale(
                    from: decision.currentReplicas, to: decision.desiredReplicas, at: decision.time,
                    behavior: world.spec.behavior)
            }
            let explanation = Explanation(decision, spec: world.spec, namespace: "shop", flags: world.flags)
            if explanation.line.isEmpty { Issue.record("no words: \(world)") }
        }
        #expect(writes > Int(Self.worlds) / 100)
    }

    @Test func anInvalidMetricNeverLetsTheSizeGoDownByMetrics() {
        for seed in 0..<Self.worlds {
            let world = RandomWorld(seed: seed, isWild: false)
            var history = world.history
            let decision = evaluate(world.spec, world.observation, history: &history, flags: world.flags)
            guard case .metric(_, let invalid?) = decision.basis, decision.stabilization != nil else { continue }
            let recommendation = decision.stabilization?.recommendation ?? 0
            if recommendation < decision.currentReplicas { Issue.record("\(invalid): \(world)") }
        }
        #expect(Self.worlds > 0)
    }

    @Test func theOrderOfPodsSeriesAndMetricsDoesNotMatter() {
        for seed in 0..<Self.worlds {
            let world = RandomWorld(seed: seed, isWild: false)
            var turned = world
            turned.reverse()
            var first = world.history
            var second = world.history
            let one = evaluate(world.spec, world.observation, history: &first, flags: world.flags)
            let other = evaluate(turned.spec, turned.observation, history: &second, flags: world.flags)
            if one.desiredReplicas != other.desiredReplicas || first != second { Issue.record("\(world)") }
        }
        #expect(Self.worlds > 0)
    }

    @Test func moreLoadNeverGivesFewerReplicas() {
        for seed in 0..<Self.worlds {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...10, using: &random)
            let loads = (0..<count).map { _ in
                Int.random(in: 0..<5, using: &random) == 0 ? nil : Int64.random(in: 0...250, using: &random)
            }
            let more = loads.map { load in load.map { $0 + Int64.random(in: 0...100, using: &random) } }
            let service = OrderService()
            let results = [loads, more].map { millicores in
                var copy = service
                return copy.decide(service.observation(millicores: millicores)).metrics.first?.proposal?.replicas
            }
            guard let less = results[0], let greater = results[1] else { continue }
            if greater < less { Issue.record("seed \(seed): \(loads) gives \(less), \(more) gives \(greater)") }
        }
        #expect(Self.worlds > 0)
    }

    @Test func theThresholdIsWhereTheProposalChanges() {
        let tolerance = Tolerance(scaleDown: 0.1, scaleUp: 0.1)
        let calculator = ReplicaCalculator(tolerance: tolerance)
        for target: Int64 in 1...120 {
            for current: Int32 in 1...12 {
                let service = OrderService()
                let world = service.observation(millicores: Array(repeating: 1, count: Int(current)))
                func proposal(_ value: Int64) throws -> Int32 {
                    var readings = PodReadings(samples: [])
                    for _ in 0..<current {
                        readings.samples.append(
                            PodSample(value: value, time: OrderService.dinner, windowNanoseconds: 0))
                    }
                    return try calculator.replicas(
                        forAverageValue: target, readings: readings, pods: world.pods, currentReplicas: current,
                        considersReadiness: false, now: OrderService.dinner
                    ).replicas
                }
                let threshold = ScalingThreshold(
                    target: target, multiplier: Int64(current), current: current, tolerance: tolerance)
                if let up = threshold.scaleUpAt {
                    #expect((try? proposal(up)).map { $0 > current } == true, "\(target) \(current) up \(up)")
                    #expect((try? proposal(up - 1)).map { $0 <= current } == true, "\(target) \(current) up \(up)")
                }
                if let down = threshold.scaleDownAt {
                    #expect((try? proposal(down)).map { $0 < current } == true, "\(target) \(current) down \(down)")
                    #expect(
                        (try? proposal(down + 1)).map { $0 >= current } == true, "\(target) \(current) down \(down)")
                }
            }
        }
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
