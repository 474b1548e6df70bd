import Autoscaling
import Testing

@testable import MiniCluster

@Suite struct WorkloadSimulationTests {
    static let start = Timestamp(nanoseconds: 1_773_437_400_000_000_000)

    static func at(_ seconds: Double) -> Timestamp { start.advanced(by: .seconds(seconds)) }

    /// One core per unit, a limit of one core, ready after 3 + 7 s without variation.
    static func workload(_ points: [DemandCurve.Point], seed: UInt64 = 1, variation: Double = 0) -> WorkloadSimulation {
        let model = WorkloadModel(
            container: "app", image: "app:1", coresPerUnit: 0.5, limitCores: 1, idleCores: 0, startingCores: 0.25,
            startUp: .seconds(3), readiness: .seconds(7), variation: variation)
        return WorkloadSimulation(
            deployment: "web", model: model, curve: DemandCurve(points), start: start, seed: seed)
    }

    struct CurveCase: Sendable, CustomTestStringConvertible {
        var shape: DemandCurve.Shape
        var seconds: Double
        var demand: Double
        var testDescription: String { "\(shape) at \(seconds)" }
    }

    @Test(arguments: [
        CurveCase(shape: .linear, seconds: -5, demand: 10), CurveCase(shape: .linear, seconds: 10, demand: 10),
        CurveCase(shape: .linear, seconds: 15, demand: 20), CurveCase(shape: .linear, seconds: 20, demand: 30),
        CurveCase(shape: .linear, seconds: 99, demand: 30), CurveCase(shape: .cosine, seconds: 15, demand: 20),
        CurveCase(shape: .cosine, seconds: 12.5, demand: 13.125), CurveCase(shape: .step, seconds: 19.9, demand: 10),
        CurveCase(shape: .step, seconds: 20, demand: 30),
    ])
    func curvesGoThroughTheirPoints(curve: CurveCase) {
        let demand = DemandCurve([.init(.seconds(10), 10), .init(.seconds(20), 30, curve.shape)])
        #expect(abs(demand.demand(at: .seconds(curve.seconds)) - curve.demand) < 1e-9)
    }

    @Test func podsBecomeReadyInTheirTime() {
        var simulation = Self.workload([.init(.zero, 1)])
        var stages: [Double: [SimulatedPod.Stage]] = [:]
        for second in 1...12 {
            _ = simulation.step(to: Self.at(Double(second)), replicas: 2)
            stages[Double(second)] = simulation.pods.map(\.stage)
        }
        // Created at 1 s: running at 4 s, ready at 11 s.
        #expect(stages[3] == [.pending, .pending])
        #expect(stages[4] == [.starting, .starting])
        #expect(stages[10] == [.starting, .starting])
        #expect(stages[11] == [.ready, .ready])
        // Seven seconds of starting at 0.25 cores, one of half a unit at half a core per unit.
        #expect(abs(simulation.pods[0].cpuSeconds - (7 * 0.25 + 0.25)) < 1e-9)
        // Nobody served the first eleven seconds.
        #expect(abs(simulation.unservedTotal - 11.0 / 60) < 1e-9)
        #expect(simulation.unserved == 0)
    }

    @Test func demandBeyondTheLimitsIsNotServed() {
        var simulation = Self.workload([.init(.zero, 10)])
        for second in 1...20 { _ = simulation.step(to: Self.at(Double(second)), replicas: 2) }
        // Two pods of one core serve two units each.
        #expect(simulation.pods.map(\.cores) == [1, 1])
        #expect(simulation.unserved == 6)
        #expect(simulation.pods[0].latency > 5)
        for second in 21...50 { _ = simulation.step(to: Self.at(Double(second)), replicas: 10) }
        #expect(simulation.unserved == 0)
        #expect(simulation.pods.allSatisfy { abs($0.cores - 0.5) < 1e-9 && $0.latency < 0.1 })
    }

    @Test func scalingDownSparesReadyAndOldPods() {
        var simulation = Self.workload([.init(.zero, 1)])
        for second in 1...12 { _ = simulation.step(to: Self.at(Double(second)), replicas: 2) }
        let old = simulation.pods.map(\.name)
        for second in 13...17 { _ = simulation.step(to: Self.at(Double(second)), replicas: 3) }
        let starting = simulation.pods[2].name
        _ = simulation.step(to: Self.at(18), replicas: 4)
        let pending = simulation.pods[3].name
        let events = simulation.step(to: Self.at(19), replicas: 1)
        let deleted = events.compactMap { if case .deleted(let name) = $0 { name } else { nil } }
        #expect(deleted == [pending, starting, old[1]])
        #expect(simulation.pods.map(\.name) == [old[0]])
    }

    @Test func aLostPodIsReplaced() {
        var simulation = Self.workload([.init(.zero, 1)])
        for second in 1...12 { _ = simulation.step(to: Self.at(Double(second)), replicas: 2) }
        let lost = simulation.pods[0].name
        simulation.lose(lost)
        _ = simulation.step(to: Self.at(13), replicas: 2)
        #expect(simulation.pods.count == 2 && simulation.readyCount == 1)
        #expect(!simulation.pods.map(\.name).contains(lost))
    }

    @Test func theSameSeedGivesTheSameRun() {
        func run(seed: UInt64) -> [String] {
            var simulation = Self.workload([.init(.zero, 3)], seed: seed, variation: 0.3)
            return (1...40).map { second in
                _ = simulation.step(to: Self.at(Double(second)), replicas: second % 5)
                return "\(simulation)"
            }
        }
        #expect(run(seed: 7) == run(seed: 7))
        #expect(run(seed: 7) != run(seed: 8))
        #expect(
            Self.workload([.init(.zero, 1)]).replicaSet.wholeMatch(of: /web-[bcdfghjklmnpqrstvwxz2456789]{9}/) != nil)
    }
}
