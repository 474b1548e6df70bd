import Autoscaling
import Testing

@testable import Controller

/// Reports of many autoscalers without a cluster for each: one real decision, as the others' own.
enum Fleet {
    /// `shop/web-0` to `shop/web-29`, each at 2 replicas with a CPU metric.
    static func make(_ count: Int = 30) async throws -> [AutoscalerReport] {
        var reports: [AutoscalerReport] = []
        try await World.run { world in
            try await world.advance(to: 300)
            var store = HistoryStore()
            let one = try #require(try await world.tick(&store).first)
            reports = (0..<count).map { number in
                var report = one
                report.autoscaler.key = AutoscalerKey(namespace: "shop", name: "web-\(number)")
                report.outcome = .kept
                return report
            }
        }
        return reports
    }

    static func tick(_ reports: [AutoscalerReport], number: Int = 1, at time: Timestamp) -> TickReport {
        TickReport(
            number: number, time: time, duration: .milliseconds(5),
            autoscalers: reports.map { report in
                var report = report
                report.decision.time = time
                return report
            }, warnings: [], problems: [])
    }
}
