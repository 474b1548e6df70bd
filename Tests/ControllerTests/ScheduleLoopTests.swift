import Autoscaling
import Controller
import MiniCluster
import Testing

/// Schedules in a controller: they raise what is written, and what is not known keeps a size from getting smaller.
@Suite(.timeLimit(.minutes(1))) struct ScheduleLoopTests {
    /// ByteBites begins on Friday, 2026-03-13, in the afternoon; two to ten pods are wanted.
    private static func autoscaler(_ world: World, zone: String, max: Int32? = nil) -> Autoscaler {
        var autoscaler = world.autoscaler
        autoscaler.spec.extensions = ScalingExtensions(schedules: [
            SchedulePolicy(
                name: "friday", cron: "0 0 * * FRI", timeZone: zone, durationSeconds: 86_400, minReplicas: 12,
                maxReplicas: max)
        ])
        return autoscaler
    }

    @Test(arguments: [(nil, 10), (12, 12), (20, 12)] as [(Int32?, Int)])
    func theSizeIsWrittenWithinTheBoundsInForce(_ max: Int32?, _ replicas: Int) async throws {
        try await World.run { world in
            try await world.advance(to: 60)
            var store = HistoryStore()
            let report = try await world.tick(&store, [Self.autoscaler(world, zone: "Europe/Berlin", max: max)])
            #expect(report.first?.outcome == .scaled(from: 2, to: Int32(replicas)))
            #expect(report.first?.decision.schedules?.active.map(\.name) == ["friday"])
            #expect(try await world.replicas == replicas)
        }
    }

    @Test func aZoneThatIsNotThereIsToldAndHoldsTheSize() async throws {
        try await World.run { world in
            try await world.advance(to: 60)
            var store = HistoryStore()
            let report = try await world.tick(&store, [Self.autoscaler(world, zone: "Europe/Berlinn")])
            let condition = report.first?.report.status.conditions.first { $0.type == "ScheduleActive" }
            #expect(condition?.reason == "ScheduleUnknown")
            #expect(
                condition?.message
                    == "schedule 'friday' cannot be followed: time zone Europe/Berlinn is not in /usr/share/zoneinfo: "
                    + "correct its name, or install the package tzdata")
            #expect(report.first?.decision.restraint?.hold.direction == .down)
        }
    }
}
