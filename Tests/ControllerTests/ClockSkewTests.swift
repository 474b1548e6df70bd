import Autoscaling
import FoundationEssentials
import MiniCluster
import PrometheusClient
import Testing

@testable import Controller

/// The clocks of a controller and of its Prometheus differ: the load is what it is all the same.
@Suite(.timeLimit(.minutes(1))) struct ClockSkewTests {
    /// Within `--sample-age-limit` beyond the window.
    @Test(arguments: [-100, -30, 0, 30, 100])
    func theLoadDoesNotDependOnOurClock(_ seconds: Int64) async throws {
        let (asked, planned) = (try await usage(seconds, .serverNow), try await usage(seconds, .planned))
        let truth = try await usage(0, .planned)
        #expect(!truth.isEmpty && truth.allSatisfy { $0 > 0 })
        #expect(asked == truth)
        // What it would be if the window ended where our clock says.
        #expect((planned == truth) == (seconds == 0))
    }

    /// Milli-cores of each pod.
    private func usage(_ skew: Int64, _ time: SnapshotCollector.EvaluationTime) async throws -> [Int64] {
        var values: [Int64] = []
        try await World.run { world in
            // Demand rises all the while: each window has another mean.
            try await world.advance(to: 1_500)
            let collector = SnapshotCollector(world.prometheus, at: time)
            let observer = Observer(
                cluster: ClusterObserver(client: world.client, concurrency: 1), metrics: collector)
            let now = world.cluster.clock.now().advanced(bySeconds: skew)
            let round = try await observer.observe([world.autoscaler], at: now)
            for case .pods(let readings) in round.autoscalers.flatMap(\.observation.readings) {
                values += readings.samples.filter { !$0.isMissing }.map(\.value)
                #expect(readings.samples.allSatisfy { $0.isMissing || $0.time <= now })
            }
        }
        return values
    }
}
