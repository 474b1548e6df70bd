import Autoscaling
import CommandLine
import FoundationEssentials
import HTTPService
import Journal
import RealPrometheus
import Testing

/// Every type of metric of one autoscaler from one real Prometheus, through `plan --save`, `run --journal` and `replay`:
/// the same data give the same decision, whichever way they go.
@Suite(.timeLimit(.minutes(2)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct SameDecisionTests {
    private static let manifest = """
        apiVersion: swiftlet.dev/v1alpha1
        kind: HorizontalAutoscaler
        metadata: {name: kitchen, namespace: default}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: order-service-deployment}
          podSelection: Selector
          minReplicas: 1
          maxReplicas: 10
          metrics:
          - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
          - type: ContainerResource
            containerResource: {name: memory, container: order-service, target: {type: AverageValue, averageValue: 40M}}
          - {type: Pods, pods: {metric: {name: open_orders}, target: {type: AverageValue, averageValue: 5}}}
          - type: Object
            object:
              metric: {name: hits}
              describedObject: {apiVersion: v1, kind: Service, name: order-service}
              target: {type: Value, value: 20}
          - {type: External, external: {metric: {name: queue_depth}, target: {type: AverageValue, averageValue: 30}}}
          - type: Prometheus
            prometheus: {name: waiting, query: 'sum(queue_depth)', target: {type: AverageValue, averageValue: 16}}

        """
    /// What each metric asks for at what is exposed, in their order: cpu is whatever two pods with an exact rate of 0.08
    /// cores get from a window that begins between two scrapes.
    private static let wanted: [Int32?] = [nil, 3, 3, 3, 3, 5]

    private static func page(since start: ContinuousClock.Instant) -> String {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return ["order-service-a", "order-service-b"].map { pod in
            let labels = "namespace=\"default\",pod=\"\(pod)\""
            return "container_cpu_usage_seconds_total{\(labels),container=\"order-service\"} \(seconds * 0.08)\n"
                + "container_memory_working_set_bytes{\(labels),container=\"order-service\"} 5e7\n"
                + "open_orders{\(labels)} 6\n"
        }.joined() + "hits{namespace=\"default\",service=\"order-service\"} 30\nqueue_depth{queue=\"orders\"} 70\n"
    }

    @Test func planRunAndReplayDecideAlike() async throws {
        let start = ContinuousClock.now
        let exporter = try HTTPServer { _ in
            .text(Self.page(since: start), contentType: "text/plain; version=0.0.4")
        }
        let target = PrometheusProcess.Target(job: "kitchen", address: "127.0.0.1:\(exporter.port)")
        try await PlanWorld.run { world in
            try await PrometheusProcess.run(scraping: [target], interval: .milliseconds(500)) { prometheus in
                var world = world
                world.prometheusURL = prometheus.url
                try await Self.check(world)
            }
        }
        await exporter.stop()
    }

    /// What `--save` writes.
    private struct Saved: Codable {
        struct Item: Codable {
            var namespace: String
            var name: String
            var metrics: [String]
            var observation: Observation
        }

        var apiVersion: String
        var kind: String
        var items: [Item]
    }

    /// What a plan and a decision have in common.
    private struct Outcome: Decodable, Equatable {
        struct Explanation: Decodable, Equatable {
            var line: String
            var paragraph: String
        }

        var desiredReplicas: Int32
        var currentReplicas: Int32
        var explanation: Explanation
    }

    private struct Plan: Decodable {
        var items: [Outcome]
    }

    private static func outcome(_ call: Call) throws -> Outcome {
        try #require(try JSONDecoder().decode(Plan.self, from: Data(call.output.utf8)).items.first)
    }

    private static func check(_ world: PlanWorld) async throws {
        let manifest = try world.write("kitchen.yaml", manifest)
        let (saved, again) = (world.folder + "/saved.json", world.folder + "/again.json")
        let plan = ["plan", "-f", manifest, "--cpu-rate-window", "5s", "-o", "json"]
        // Until the counters have a rate.
        var live = try await Call.inProcess(plan + ["--save", saved] + world.servers)
        for _ in 0..<300 where live.output.contains(/unable to|no metrics|yields nothing/) {
            try await Task.sleep(for: .milliseconds(50))
            live = try await Call.inProcess(plan + ["--save", saved] + world.servers)
        }
        #expect(live.code == 0, "\(live.output) \(live.errors)")
        // plan --save, and plan --observation of it.
        let recorded = try await Call.inProcess(plan + ["--observation", saved])
        #expect(recorded.output == live.output)
        // The query asks for 5, and two pods may become four at once.
        #expect(try outcome(recorded).desiredReplicas == 4, "\(recorded.output)")

        // run --journal, and replay of it.
        let journal = world.folder + "/journal.jsonl"
        let errors = TextSink.keeping()
        let run = [
            "run", "-f", manifest, "--cpu-rate-window", "5s", "--shadow", "--journal", journal, "--sync-period",
            "100ms",
            "--log-level", "debug", "--metrics-bind-address", "off",
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            let console = Console(output: .keeping(), errors: errors)
            group.addTask { _ = try? await Program().run(run + world.servers, console) }
            defer { group.cancelAll() }
            for _ in 0..<3_000 where !errors.text.contains("event=tick number=5 ") {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let replay = try await Call.inProcess(["replay", "--trace", journal])
        #expect(replay.code == 0, "\(replay.errors)")
        #expect(replay.output.contains("recorded decisions are the same to the byte."), "\(replay.output)")

        // What run saw first, given to plan.
        let lines = try lines(of: journal)
        guard
            let observation = lines.lazy.compactMap({ if case .observation(let seen) = $0.body { seen } else { nil } })
                .first,
            let decision = lines.lazy.compactMap({ if case .decision(let made) = $0.body { made } else { nil } }).first,
            let spec = lines.lazy.compactMap({ if case .spec(let spec) = $0.body { spec } else { nil } }).first
        else {
            Issue.record("the journal has no whole decision")
            return
        }
        for (index, metric) in decision.metrics.enumerated() {
            let proposal = try #require(metric.proposal, "\(spec.metrics[index]): \(metric.outcome)")
            if let wanted = wanted[index] { #expect(proposal.replicas == wanted, "\(spec.metrics[index])") }
        }
        var file = try JSONDecoder().decode(Saved.self, from: try Data(contentsOf: URL(filePath: saved)))
        file.items[0].observation = observation
        try JSONEncoder().encode(file).write(to: URL(filePath: again))
        let planned = try outcome(try await Call.inProcess(plan + ["--observation", again]))
        let explained = Explanation(decision, spec: spec, namespace: "default", flags: ControllerFlags())
        #expect(planned.desiredReplicas == decision.desiredReplicas)
        #expect(planned.explanation.line == explained.line)
        #expect(planned.explanation.paragraph == explained.paragraph)
    }

    private static func lines(of journal: String) throws -> [TraceLine] {
        let decoder = TraceDecoder()
        return try [UInt8](Data(contentsOf: URL(filePath: journal))).split(separator: 0x0A).compactMap { line in
            if case .line(let line) = try decoder.entry(line) { line } else { nil }
        }
    }
}
