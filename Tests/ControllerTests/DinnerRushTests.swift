import Autoscaling
import Controller
import Locking
import MiniCluster
import Testing

/// The whole loop, over HTTP, through the two hours of the story.
@Suite(.timeLimit(.minutes(3))) struct DinnerRushTests {
    @Test func theLoopHoldsTheRushAndComesBack() async throws {
        try await World.run { world in
            let reports = try await rush(world, ticks: 480)
            #expect(reports.count == 480)
            let rows = reports.compactMap(\.autoscalers.first)
            #expect(rows.allSatisfy { (2...10).contains($0.decision.desiredReplicas) })
            // 15 s after the start one scrape is there: no rate. From the second on nothing is wrong.
            #expect(rows.dropFirst(3).allSatisfy { $0.problem == nil })
            // 24,000 requests a minute at 34 µcores each are 816m; 816m / (100m × 70 %) = 11.7: twelve are wanted, ten
            // are allowed.
            #expect(rows.contains { $0.decision.limitation?.reason == .tooManyReplicas })
            #expect(rows.contains { $0.decision.stabilization?.recommendation == 12 })
            #expect(rows.map(\.decision.desiredReplicas).max() == 10)
            // On the way down the window holds: fewer are wanted than there are, and nothing is written.
            #expect(rows.contains { $0.decision.stabilization?.reason == .scaleDownStabilized && $0.outcome == .kept })
            #expect(try await world.replicas == 2)
            #expect(await world.cluster.deployment.simulation.unservedTotal < 100)
        }
    }

    @Test func shadowModeDecidesAndWritesNothing() async throws {
        try await World.run { world in
            let reports = try await rush(world, ticks: 240, configuration: ControllerConfiguration(isShadow: true))
            let rows = reports.compactMap(\.autoscalers.first)
            #expect(rows.contains { if case .withheld(from: 2, _) = $0.outcome { true } else { false } })
            #expect(world.patches.withLock { $0 } == 0)
            #expect(try await world.replicas == 2)
        }
    }

    /// Runs the loop for some ticks of 15 s, the cluster first in each step.
    private func rush(
        _ world: World, ticks: Int, configuration: ControllerConfiguration = ControllerConfiguration()
    ) async throws -> [TickReport] {
        let clock = SimulationClock(movedByHandFrom: ByteBites.start)
        let (reports, sink) = AsyncStream.makeStream(of: TickReport.self)
        let loop = ControlLoop(
            source: FixedAutoscalers([world.autoscaler]), reconciler: world.reconciler(configuration), clock: clock
        ) { sink.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            var seen: [TickReport] = []
            for await report in reports {
                seen.append(report)
                if seen.count == ticks { break }
                try await world.advance(to: seen.count * 15)
                clock.advance(to: ByteBites.start.advanced(bySeconds: Int64(seen.count) * 15))
            }
            // Cancelled, the loop returns by itself.
            group.cancelAll()
            try await group.waitForAll()
            return seen
        }
    }
}
