import Autoscaling
import DecisionProperties
import FoundationEssentials
import Testing

/// What holds for every decision, over random worlds. A failure prints its seed, which makes the world again.
///
/// `SWIFTLET_PROPERTY_WORLDS` sets how many worlds each property sees; `make properties` runs a million in a release
/// build.
@Suite struct DecisionPropertyTests {
    static let worlds =
        ProcessInfo.processInfo.environment["SWIFTLET_PROPERTY_WORLDS"].flatMap(UInt64.init) ?? 4_000

    @Test(arguments: DecisionProperty.allCases) func holdsInEveryRandomWorld(_ property: DecisionProperty) {
        let violations = (0..<Self.worlds).lazy.compactMap(property.violation(seed:)).prefix(5)
        #expect(Array(violations) == [])
    }

    @Test func decisionsAreTheSameBytesInEveryBuild() throws {
        // `make properties` compares the same digest in a release build.
        let digest = try DecisionProperty.digest()
        #expect(digest == DecisionProperty.recordedDigest)
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
