import Autoscaling
import Controller
import Exposition
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import PrometheusClient
import RealPrometheus
import Testing

/// The controller with the machine's clock, and the installed Prometheus between it and the pods.
@Suite(.timeLimit(.minutes(3))) struct LiveLoopTests {
    /// Two pods ask for 100m each; the target is 50 %, so that a pod is meant to use 50m. All load is shared evenly.
    ///
    /// - Quiet: 80m in all. 2 pods at 40m are 40 %; 40 / 50 = 0.8, × 2 = 1.6, up to 2: they stay.
    /// - Rush: 400m in all. 8 pods at 50m are exactly 50 %. 2 pods at 200m are 200 %, which asks for 2 × 4 = 8, and a
    ///   first step may double the size, but at least reach 4: 2 → at most 4 → 8, which is also the maximum.
    /// - Quiet again: 8 pods at 10m are 10 %; 10 / 50 = 0.2, × 8 = 1.6, up to 2, once no recommendation of the last
    ///   3 s was higher.
    ///
    /// The minimum is 2: a counter that has just begun has too low a rate until its window is full.
    private static let quiet = 80.0
    private static let rush = 400.0
    private static let window = Duration.seconds(3)

    private struct Service: Sendable {
        var store: ClusterStore
        var demand: Locked<Double>
        var exporter: HTTPServer
        var api: KubernetesAPI
    }

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func scalesUpWhenLoadRisesAndDownAfterTheWindow() async throws {
        let service = try await service()
        let outcome: Result<Void, any Error>
        do {
            let target = PrometheusProcess.Target(job: "cadvisor", address: "127.0.0.1:\(service.exporter.port)")
            outcome = .success(
                try await PrometheusProcess.run(scraping: [target], interval: .milliseconds(500)) { prometheus in
                    try await followLoad(service, prometheus)
                })
        } catch {
            outcome = .failure(error)
        }
        await service.exporter.stop()
        await service.api.stop()
        try outcome.get()
    }

    private func followLoad(_ service: Service, _ prometheus: PrometheusProcess) async throws {
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let configuration = ControllerConfiguration(
            syncPeriod: .milliseconds(500),
            flags: ControllerFlags(
                downscaleStabilization: Self.window, cpuInitializationPeriod: .zero, initialReadinessDelay: .zero),
            cpuRateWindow: .seconds(2))
        let spec = AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
            minReplicas: 2, maxReplicas: 8,
            metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))])
        let (reports, sink) = AsyncStream.makeStream(of: TickReport.self)
        let client = KubernetesClient(access: ClusterAccess(server: service.api.url), transport: transport)
        let loop = ControlLoop(
            source: FixedAutoscalers([Autoscaler(key: AutoscalerKey(namespace: "shop", name: "web"), spec: spec)]),
            reconciler: Reconciler(
                view: ClusterObserver(client: client, concurrency: configuration.concurrency), client: client,
                metrics: SnapshotCollector(
                    PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)),
                configuration: configuration),
            syncPeriod: configuration.syncPeriod, onTick: { sink.yield($0) })
        let seen = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            let seen = await story(reports, service)
            group.cancelAll()
            try await group.waitForAll()
            return seen
        }
        await transport.shutDown()
        judge(seen)
    }

    /// Goes through quiet, rush and quiet, each as long as the controller needs to settle.
    private func story(_ reports: AsyncStream<TickReport>, _ service: Service) async -> [AutoscalerReport] {
        var seen: [AutoscalerReport] = []
        var quietTicks = 0
        for await report in reports {
            guard let row = report.autoscalers.first else { continue }
            seen.append(row)
            let demand = service.demand.withLock { $0 }
            let size = row.decision.currentReplicas
            if demand == Self.quiet, seen.allSatisfy({ $0.decision.currentReplicas == 2 }) {
                // Some ticks with a rate: the size stays.
                if row.problem == nil { quietTicks += 1 }
                if quietTicks == 4 { service.demand.withLock { $0 = Self.rush } }
            } else if demand == Self.rush, size == 8, row.outcome == .kept, row.problem == nil {
                service.demand.withLock { $0 = Self.quiet }
            } else if demand == Self.quiet, size == 2, seen.contains(where: { $0.decision.currentReplicas == 8 }) {
                break
            }
        }
        return seen
    }

    private func judge(_ seen: [AutoscalerReport]) {
        let changes = seen.compactMap { row -> (from: Int32, to: Int32, at: Timestamp)? in
            guard case .scaled(let from, let to) = row.outcome else { return nil }
            return (from, to, row.decision.time)
        }
        let ups = changes.filter { $0.to > $0.from }
        let downs = changes.filter { $0.to < $0.from }
        #expect(ups.first.map { $0.from == 2 && (3...4).contains($0.to) } == true, "\(changes)")
        #expect(ups.allSatisfy { $0.to <= max($0.from * 2, 4) }, "\(changes)")
        #expect(ups.last?.to == 8, "\(changes)")
        #expect(downs.last?.to == 2, "\(changes)")
        #expect(changes.allSatisfy { (2...8).contains($0.to) })
        // From 8 pods it goes down only when eight were not asked for during the whole window.
        let first = downs.first { $0.from == 8 }
        let lastFull = seen.last { row in
            row.decision.time < first?.at ?? .distantPast
                && (row.decision.stabilization?.recommendation ?? 0) >= 8
        }
        let held = lastFull.flatMap { full in first.map { $0.at.nanoseconds(since: full.decision.time) } }
        #expect(held.map { $0 > 3_000_000_000 } == true, "\(changes)")
    }

    /// A Deployment of two pods that are there at once and use their share of the demand, and its cAdvisor.
    private func service() async throws -> Service {
        let clock = SystemClock()
        let store = ClusterStore(namespaces: ["shop"], now: { clock.now() })
        let labels: JSONValue = ["app": "web"]
        try await store.create(
            .deployments, namespace: "shop",
            [
                "metadata": ["name": "web"],
                "spec": [
                    "replicas": 2, "selector": ["matchLabels": labels],
                    "template": [
                        "metadata": ["labels": labels],
                        "spec": [
                            "containers": [
                                [
                                    "name": "app", "image": "registry.invalid/app:1",
                                    "resources": ["requests": ["cpu": "100m"]],
                                ]
                            ]
                        ],
                    ],
                ],
            ])
        let demand = Locked(Self.quiet)
        let kubelet = Kubelet(store: store, demand: demand)
        try await kubelet.step(to: clock.now())
        var routes = Routes()
        routes.on("GET", "/metrics") { _ in
            guard (try? await kubelet.step(to: clock.now())) != nil else { return .text("", status: 500) }
            return .text(await kubelet.page, contentType: "text/plain; version=0.0.4")
        }
        return Service(
            store: store, demand: demand, exporter: try HTTPServer(routes: routes), api: try KubernetesAPI(store: store)
        )
    }

    /// Starts and stops pods as the Deployment wants them, and counts the CPU time that they use, at each scrape.
    private actor Kubelet {
        private let store: ClusterStore
        private let demand: Locked<Double>
        private var seconds: [String: Double] = [:]
        private var last: Timestamp?
        private var created = 0

        init(store: ClusterStore, demand: Locked<Double>) {
            self.store = store
            self.demand = demand
        }

        func step(to now: Timestamp) async throws {
            let elapsed = last.map { Double(now.nanoseconds(since: $0)) / 1e9 } ?? 0
            last = now
            let share = demand.withLock { $0 } / 1000 / Double(max(seconds.count, 1))
            for pod in seconds.keys { seconds[pod, default: 0] += share * elapsed }
            let deployment = try await store.get(.deployments, namespace: "shop", name: "web")
            let wanted = Int(deployment[path: ["spec", "replicas"]]?.intValue ?? 0)
            while seconds.count < wanted { try await create(at: now, deployment) }
            while seconds.count > wanted, let newest = seconds.keys.max() {
                seconds[newest] = nil
                try await store.delete(.pods, namespace: "shop", name: newest)
            }
        }

        private func create(at now: Timestamp, _ deployment: JSONValue) async throws {
            created += 1
            let name = "web-" + String(1_000 + created)
            let time = JSONValue.string(RFC3339.format(now, fractionDigits: 0))
            let template = deployment[path: ["spec", "template"]] ?? [:]
            try await store.create(
                .pods, namespace: "shop",
                [
                    "metadata": ["name": .string(name), "labels": template[path: ["metadata", "labels"]] ?? [:]],
                    "spec": template["spec"] ?? [:],
                    "status": [
                        "phase": "Running", "startTime": time,
                        "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": time]],
                    ],
                ], keepsStatus: true)
            seconds[name] = 0
        }

        var page: String {
            "# TYPE container_cpu_usage_seconds_total counter\n"
                + seconds.sorted { $0.key < $1.key }.map { pod, value in
                    "container_cpu_usage_seconds_total{namespace=\"shop\",pod=\"\(pod)\",container=\"app\"} \(value)\n"
                }.joined()
        }
    }
}
