import Autoscaling
import FoundationEssentials
import HTTPService
import MiniCluster

/// A Prometheus that scrapes, once a second, two pods that use as many millicores each as a test says.
enum SimulatedUsage {
    static func run(
        pods: [String], namespace: String, millicores: Double, _ body: (_ url: String) async throws -> Void
    ) async throws {
        let simulated = SimulatedPrometheus { Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970) }
        let start = Date.now.timeIntervalSince1970
        @Sendable func scrape(age: Double) async {
            let now = Date.now.timeIntervalSince1970 - age
            let samples = pods.map { pod in
                ExposedSample(
                    "container_cpu_usage_seconds_total",
                    ["namespace": namespace, "pod": pod, "container": "app"],
                    millicores / 1_000 * (now - start + 1_000))
            }
            await simulated.scrape(
                ScrapeTarget(job: "kubelet", instance: "node"), samples, at: Timestamp(secondsSinceEpoch: now))
        }
        for age in stride(from: 300.0, through: 0, by: -15) { await scrape(age: age) }
        let server = try HTTPServer(routes: simulated.routes)
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        try await Task.sleep(for: .seconds(1))
                        await scrape(age: 0)
                    }
                }
                try await body(server.url)
                group.cancelAll()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await server.stop()
        try outcome.get()
    }
}
