import Autoscaling
import Controller
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import Manifests
import MiniCluster
import PrometheusClient
import Testing

extension SimulationClock: ControllerClock {}

/// ByteBites' cluster and its Prometheus, both over HTTP, with clients and a clock moved by hand.
struct World: Sendable {
    /// What goes wrong, by test; both hooks see every request.
    final class Faults: Sendable {
        let kubernetes = Locked<(@Sendable (ServiceRequest) -> Fault?)?>(nil)
        let prometheus = Locked<(@Sendable (ServiceRequest) -> PrometheusFault?)?>(nil)

        func clear() {
            kubernetes.withLock { $0 = nil }
            prometheus.withLock { $0 = nil }
        }
    }

    enum PrometheusFault: Sendable {
        case answer(ServiceResponse)
        case delay(Duration)
    }

    static let requestLimit = Duration.milliseconds(700)

    var cluster: ByteBites
    var faults: Faults
    /// The API server.
    var server: ClusterAccess
    var client: KubernetesClient
    var prometheus: PrometheusAPI
    var metrics: SnapshotCollector
    var autoscaler: Autoscaler
    /// Every PATCH that reached the API server, faulty or not.
    var patches: Locked<Int>

    func reconciler(_ configuration: ControllerConfiguration = ControllerConfiguration()) -> Reconciler {
        Reconciler(
            view: ClusterObserver(client: client, concurrency: configuration.concurrency), client: client,
            metrics: metrics, configuration: configuration)
    }

    var replicas: Int {
        get async throws {
            let object = try await cluster.store.get(
                .deployments, namespace: cluster.namespace, name: ByteBites.deploymentName)
            return Int(object[path: ["spec", "replicas"]]?.intValue ?? -1)
        }
    }

    /// Goes on to a number of seconds after the start.
    func advance(to seconds: Int) async throws {
        try await cluster.simulation.advance(to: ByteBites.start.advanced(bySeconds: Int64(seconds)))
    }

    /// One tick of the ByteBites autoscaler, or of others, at the time it is.
    func tick(
        _ store: inout HistoryStore, _ autoscalers: [Autoscaler]? = nil,
        configuration: ControllerConfiguration = ControllerConfiguration()
    ) async throws -> [AutoscalerReport] {
        try await reconciler(configuration).reconcile(
            autoscalers ?? [autoscaler], store: &store, at: cluster.clock.now()
        ).autoscalers
    }

    static func run(_ body: (World) async throws -> Void) async throws {
        let cluster = try await ByteBites(
            clock: SimulationClock(movedByHandFrom: ByteBites.start), namespace: "bytebites")
        let faults = Faults()
        let patches = Locked(0)
        let api = try KubernetesAPI(store: cluster.store) { request in
            if request.method == "PATCH" { patches.withLock { $0 += 1 } }
            return faults.kubernetes.withLock { $0 }?(request)
        }
        let routes = cluster.prometheus.routes
        let prometheus = try HTTPServer { request in
            switch faults.prometheus.withLock({ $0 })?(request) {
            case .answer(let response): return response
            case .delay(let time): try? await Task.sleep(for: time)
            case nil: break
            }
            return await routes.respond(to: request)
        }
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let limits = HTTPLimits(total: requestLimit)
        let server = ClusterAccess(server: api.url)
        let client = KubernetesClient(
            access: server, transport: transport,
            options: KubernetesClient.Options(limits: limits))
        let prometheusAPI = PrometheusAPI(
            try PrometheusConfiguration(baseURL: prometheus.url, queryTimeout: requestLimit),
            over: LimitedTransport(transport: transport, limits: limits))
        var manifest = ManifestSet()
        manifest.add(
            Array(ByteBites.autoscaler.description.utf8), file: "story.json",
            options: ManifestSet.Options(defaultNamespace: "bytebites"))
        let autoscaler = try #require(manifest.validAutoscalers.first)
        let world = World(
            cluster: cluster, faults: faults, server: server, client: client, prometheus: prometheusAPI,
            metrics: SnapshotCollector(prometheusAPI), autoscaler: autoscaler, patches: patches)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(world))
        } catch {
            outcome = .failure(error)
        }
        await transport.shutDown()
        await prometheus.stop()
        await api.stop()
        try outcome.get()
    }
}

/// Shorter limits than a client sets by itself.
struct LimitedTransport: HTTPSending {
    var transport: any HTTPSending
    var limits: HTTPLimits

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.limits = limits
        return try await transport.send(request)
    }

    func open(_ request: HTTPRequest) async throws -> HTTPResponseStream { try await transport.open(request) }
}

extension World {
    /// A Deployment of its own with two pods at 100m of cpu each, which ask for that much and use nothing that Prometheus knows.
    func addDeployment(_ name: String, requests: Bool = true, pods: Int = 2) async throws {
        let labels: JSONValue = ["app": .string(name)]
        let container: JSONValue =
            requests
            ? ["name": "app", "image": "registry.invalid/app:1", "resources": ["requests": ["cpu": "100m"]]]
            : ["name": "app", "image": "registry.invalid/app:1"]
        try await cluster.store.create(
            .deployments, namespace: cluster.namespace,
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "replicas": .int(Int64(pods)), "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": ["containers": [container]]],
                ],
            ])
        for number in 0..<pods {
            try await cluster.store.create(
                .pods, namespace: cluster.namespace,
                [
                    "metadata": ["name": .string("\(name)-\(number)"), "labels": labels],
                    "spec": ["containers": [container]],
                    "status": [
                        "phase": "Running", "startTime": "2026-03-13T16:00:00Z",
                        "conditions": [
                            ["type": "Ready", "status": "True", "lastTransitionTime": "2026-03-13T16:00:10Z"]
                        ],
                    ],
                ], keepsStatus: true)
        }
    }

    /// An autoscaler of 1 to 5 pods at 50 % cpu.
    func autoscaler(_ name: String, kind: String = "Deployment") -> Autoscaler {
        Autoscaler(
            key: AutoscalerKey(namespace: cluster.namespace, name: name),
            spec: AutoscalerSpec(
                scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: kind, name: name),
                minReplicas: 1, maxReplicas: 5,
                metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))]))
    }

    /// What Prometheus has of pods made by ``addDeployment(_:requests:pods:)``: a counter at a rate.
    func scrape(_ pod: String, _ cores: Double, container: String = "app", at seconds: [Int]) async {
        for second in seconds {
            await cluster.prometheus.scrape(
                ScrapeTarget(job: "test", instance: "\(pod)/\(container)"),
                [
                    ExposedSample(
                        "container_cpu_usage_seconds_total",
                        ["namespace": cluster.namespace, "pod": pod, "container": container], cores * Double(second))
                ], at: ByteBites.start.advanced(bySeconds: Int64(second)))
        }
    }
}
