import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import LoopbackClient
import PrometheusClient
import RealPrometheus
import Testing

@testable import Controller

/// What a real Prometheus does not know: counters that reset, targets that go down, too few samples; and how much it may
/// know.
@Suite(.timeLimit(.minutes(2)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct RealDataTests {
    /// A pod's exporter, whose counter grows at a speed that a test changes.
    final class Exporter: Sendable {
        private struct State {
            var base = 100.0
            var speed: Double
            var since = ContinuousClock.now

            var value: Double { base + speed * ((ContinuousClock.now - since) / .seconds(1)) }
        }

        private let state: Locked<State>
        private let server: HTTPServer
        let target: PrometheusProcess.Target

        init(_ pod: String, cores: Double) throws {
            let state = Locked(State(speed: cores))
            self.state = state
            server = try HTTPServer { _ in
                let labels = "namespace=\"bytebites\",pod=\"\(pod)\",container=\"app\""
                return .text(
                    "# TYPE container_cpu_usage_seconds_total counter\n"
                        + "container_cpu_usage_seconds_total{\(labels)} \(state.withLock { $0.value })\n",
                    contentType: "text/plain; version=0.0.4")
            }
            target = .init(job: pod, address: "127.0.0.1:\(server.port)")
        }

        func set(cores: Double) {
            state.withLock { $0 = State(base: $0.value, speed: cores) }
        }

        /// As a process that was started again.
        func reset() {
            state.withLock { $0 = State(base: 0, speed: $0.speed) }
        }

        func stop() async { await server.stop() }
    }

    /// A world whose autoscaler `web` reads from a real Prometheus.
    private struct Scene {
        var world: World
        var api: PrometheusAPI
        var autoscaler: Autoscaler

        func until(_ condition: String) async throws {
            for _ in 0..<600 {
                if case .vector(let vector) = try await api.ask(QueryRequest(condition)).result, !vector.isEmpty {
                    return
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            Issue.record("never: \(condition)")
        }

        /// One tick at the machine's time, with no history.
        func tick(minimumSamples: Int = 2) async throws -> AutoscalerReport {
            var configuration = ControllerConfiguration(
                cpuRateWindow: .seconds(3), sampleAgeLimit: .seconds(60), isShadow: true)
            configuration.minimumRateSamples = minimumSamples
            var store = HistoryStore()
            let now = Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970)
            return try #require(
                try await world.reconciler(configuration).reconcile([autoscaler], store: &store, at: now)
                    .autoscalers.first)
        }

        /// Millicores of web-0 and web-1, `nil` where missing.
        func usage(_ report: AutoscalerReport) -> [Int64?] {
            guard case .pods(let readings) = report.observation.readings.first else { return [] }
            return readings.samples.map { $0.isMissing ? nil : $0.value }
        }
    }

    @Test func whatItDoesNotKnowIsMissingAndNeverZero() async throws {
        let exporters = try [Exporter("web-0", cores: 0.09), Exporter("web-1", cores: 0.09)]
        try await PrometheusProcess.run(
            scraping: exporters.map(\.target), interval: .milliseconds(300)
        ) { prometheus in
            try await World.run { world in
                let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
                let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
                var real = world
                real.metrics = SnapshotCollector(api)
                try await world.addDeployment("web")
                var autoscaler = world.autoscaler("web")
                autoscaler.spec.behavior = ScalingBehavior()
                autoscaler.spec.behavior?.scaleDown.stabilizationWindowSeconds = 0
                try await Self.check(Scene(world: real, api: api, autoscaler: autoscaler), exporters)
                await transport.shutDown()
            }
        }
        for exporter in exporters { await exporter.stop() }
    }

    private static func check(_ scene: Scene, _ exporters: [Exporter]) async throws {
        let counter = "container_cpu_usage_seconds_total"
        try await scene.until("count(count_over_time(\(counter)[5s]) >= 12) == 2")
        // 90 % and the target is 50 %.
        let busy = try await scene.tick()
        #expect(scene.usage(busy).allSatisfy { (70...110).contains($0 ?? 0) }, "\(scene.usage(busy))")
        #expect(busy.decision.desiredReplicas == 4)

        // Samples that a window of 3 s has, and more than it can have.
        #expect(scene.usage(try await scene.tick(minimumSamples: 3)).allSatisfy { $0 != nil })
        let few = try await scene.tick(minimumSamples: 100)
        #expect(few.outcome == .kept)
        #expect(few.report.error?.contains("Prometheus has no \(counter) of the 2 pods") == true)

        // A counter that begins again is never negative, and does not look like a pod at rest.
        exporters[0].reset()
        try await scene.until("resets(\(counter){pod=\"web-0\"}[3s]) >= 1")
        let reset = try await scene.tick()
        #expect(scene.usage(reset).allSatisfy { (30...110).contains($0 ?? 0) }, "\(scene.usage(reset))")
        #expect(reset.decision.desiredReplicas >= 2)

        // One target is down, and the other pod is nearly idle: the two are not scaled down on half of the truth.
        exporters[0].set(cores: 0.01)
        await exporters[1].stop()
        try await scene.until("(rate(\(counter){pod=\"web-0\"}[3s]) < 0.015) and on () (up{job=\"web-1\"} == 0)")
        let half = try await scene.tick()
        #expect(scene.usage(half).count == 2 && scene.usage(half)[0] != nil && scene.usage(half)[1] == nil)
        #expect(half.outcome == .kept && half.decision.desiredReplicas == 2)
        // Were it zero, one would be enough.
        var zero = half.observation
        guard case .pods(var readings) = zero.readings[0] else { return }
        readings.samples[1] = PodSample(value: 0, time: zero.time, windowNanoseconds: 3_000_000_000)
        zero.readings[0] = .pods(readings)
        var history = History(recommendations: [])
        #expect(evaluate(scene.autoscaler.spec, zero, history: &history).desiredReplicas == 1)

        // Both are down.
        await exporters[0].stop()
        try await scene.until("count(up == 0) == 2")
        let none = try await scene.tick()
        #expect(none.outcome == .kept)
        let condition = none.report.status.conditions.first { $0.type == "ScalingActive" }
        #expect(condition?.status == "False" && condition?.reason == "FailedGetResourceMetric")
        #expect(condition?.message.contains("Prometheus has no \(counter) of the 2 pods") == true)
    }

    // MARK: - 50,000 series

    private static let (groups, perGroup, podCount) = (25, 10, 200)
    /// Whole seconds that the data end at.
    private static let end = Timestamp(nanoseconds: 1_773_423_000_000_000_000)

    /// Pods `a<number>-<pod>` of namespace `ns<group>`, each with its group's speed: 4 m, 8 m, … cores.
    private static var openMetrics: String {
        var text = "# TYPE container_cpu_usage_seconds counter\n"
        text.reserveCapacity(40 << 20)
        let last = end.nanoseconds / 1_000_000_000
        for group in 0..<groups {
            let speed = (group + 1) * 4
            for autoscaler in 0..<perGroup {
                for pod in 0..<podCount {
                    let head =
                        "container_cpu_usage_seconds_total{namespace=\"ns\(group)\",pod=\"a\(autoscaler)-\(pod)\",container=\"app\"} "
                    for step in 0..<3 {
                        text += head + "\(Double(speed * step * 30) / 1_000) \(last - 60 + Int64(step) * 30)\n"
                    }
                }
            }
        }
        return text + "# EOF\n"
    }

    /// Targets that are there, each with its 200 pods, without a cluster.
    private struct ManyPods: ClusterView {
        func observe(_ autoscalers: [Autoscaler]) async throws -> [ObservedTarget] {
            let json =
                #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"app","resources":{"requests":{"cpu":"100m"}}}]},"#
                + #""status":{"phase":"Running","startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Ready","#
                + #""status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}"#
            let pod = try JSONDecoder().decode(Pod.self, from: Data(json.utf8))
            return autoscalers.map { autoscaler in
                let pods = (0..<podCount).map { number in
                    var pod = pod
                    pod.metadata?.name = "\(autoscaler.key.name)-\(number)"
                    return pod
                }
                return ObservedTarget(
                    state: .found(ObservedScale(specReplicas: Int32(podCount), statusReplicas: Int32(podCount))),
                    pods: .success(PodInventory(pods)))
            }
        }

        func noteWritten(_ scale: Scale, of target: ScaleTarget) {}
    }

    @Test func fiftyThousandSeriesAreReadInOneRound() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/series-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(Self.openMetrics.utf8).write(to: URL(filePath: folder + "/data.om"))
        let promtool = try #require(ChildProcess.find("promtool"))
        let made = try await ChildProcess.run(
            promtool, ["tsdb", "create-blocks-from", "openmetrics", folder + "/data.om", folder + "/data"])
        try #require(made.status == 0, "\(made.errors)")
        try await PrometheusProcess.run(
            scraping: [], data: folder + "/data", arguments: ["--storage.tsdb.retention.time=100y"]
        ) { prometheus in
            let transport = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
            let autoscalers = (0..<Self.groups).flatMap { group in
                (0..<Self.perGroup).map { number in
                    Autoscaler(
                        key: AutoscalerKey(namespace: "ns\(group)", name: "a\(number)"),
                        spec: AutoscalerSpec(
                            scaleTargetRef: CrossVersionObjectReference(
                                apiVersion: "apps/v1", kind: "Deployment", name: "a\(number)"),
                            minReplicas: 1, maxReplicas: 1_000,
                            metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(20))]))
                }
            }
            let observer = Observer(
                cluster: ManyPods(), metrics: SnapshotCollector(api),
                configuration: ControllerConfiguration(cpuRateWindow: .seconds(60), sampleAgeLimit: .seconds(60)))
            let round = try await observer.observe(autoscalers, at: Self.end)
            #expect(round.queryFailures.isEmpty && round.warnings.isEmpty)
            #expect(round.autoscalers.count == 250)
            for seen in round.autoscalers {
                let group = Int(seen.autoscaler.key.namespace.dropFirst(2)) ?? -1
                guard case .pods(let readings) = seen.observation.readings.first else {
                    Issue.record("\(seen.autoscaler.key): \(seen.observation.readings)")
                    continue
                }
                #expect(readings.samples.count == 200)
                #expect(readings.samples.allSatisfy { $0.value == Int64(group + 1) * 4 && $0.time == Self.end })
                var history = History(recommendations: [])
                let decision = evaluate(seen.autoscaler.spec, seen.observation, history: &history)
                // 4 % to 100 % of the request, and 20 % is wanted.
                let wanted = (Double((group + 1) * 4) / 20 * Double(Self.podCount)).rounded(.up)
                #expect(decision.metrics.first?.proposal?.replicas == Int32(wanted))
            }
            await transport.shutDown()
        }
    }
}
