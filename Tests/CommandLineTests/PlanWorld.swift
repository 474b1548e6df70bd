import Autoscaling
import FoundationEssentials
import HTTPService
import KubernetesTypes
import MiniCluster

/// ByteBites' two pods, as many millicores used each as a test says, behind both APIs, at the machine's own time: `plan`
/// has no other clock.
struct PlanWorld: Sendable {
    /// A folder of this world alone, with `kubeconfig` and `hpa.yaml`.
    var folder: String
    /// The objects of the cluster.
    var store: ClusterStore
    var prometheusURL: String
    var kubernetesURL: String
    /// Behind ``prometheusURL``.
    var prometheus: SimulatedPrometheus

    /// The options that lead to the two servers.
    var servers: [String] { ["--kubeconfig", folder + "/kubeconfig", "--prometheus-url", prometheusURL] }

    func write(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    static func hpa(target: Int = 70, max: Int = 10) -> String {
        """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: order-service-hpa
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: order-service-deployment}
          minReplicas: 2
          maxReplicas: \(max)
          metrics:
          - type: Resource
            resource: {name: cpu, target: {type: Utilization, averageUtilization: \(target)}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: order-service}

        """
    }

    static func run(
        millicores: Double = 95, requests: Bool = true, access: Access = .open,
        fault: (@Sendable (ClusterStore, ServiceRequest) async -> Fault?)? = nil,
        _ body: (PlanWorld) async throws -> Void
    ) async throws {
        let now = Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970)
        let store = ClusterStore { now }
        try await fill(store, now, requests: requests)
        let simulated = SimulatedPrometheus { now }
        for age in stride(from: 300, through: 0, by: -15) {
            let samples = pods.map { pod in
                ExposedSample(
                    "container_cpu_usage_seconds_total",
                    ["namespace": "default", "pod": pod, "container": "order-service"],
                    millicores / 1_000 * Double(1_000 - age))
            }
            await simulated.scrape(
                ScrapeTarget(job: "kubelet", instance: "node"), samples, at: now.advanced(bySeconds: Int64(-age)))
        }
        let api = try KubernetesAPI(store: store, access: access, fault: { await fault?(store, $0) })
        let prometheus = try HTTPServer(routes: simulated.routes)
        let folder = FileManager.default.temporaryDirectory.path + "/plan-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let world = PlanWorld(
            folder: folder, store: store, prometheusURL: prometheus.url, kubernetesURL: api.url,
            prometheus: simulated)
        _ = try world.write("kubeconfig", api.kubeconfig())
        _ = try world.write("hpa.yaml", hpa())
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(world))
        } catch {
            outcome = .failure(error)
        }
        try? FileManager.default.removeItem(atPath: folder)
        await prometheus.stop()
        await api.stop()
        try outcome.get()
    }

    private static let pods = ["order-service-a", "order-service-b"]

    private static func fill(_ store: ClusterStore, _ now: Timestamp, requests: Bool) async throws {
        try await store.create(.deployments, namespace: "default", ByteBites.deploymentObject)
        let start = JSONValue.string(Date(timeIntervalSince1970: now.secondsSinceEpoch - 3_600).formatted(.iso8601))
        let resources: JSONValue = requests ? ["requests": ["cpu": "100m"]] : [:]
        for pod in pods {
            try await store.create(
                .pods, namespace: "default",
                [
                    "metadata": ["name": .string(pod), "labels": ["app": "order-service"]],
                    "spec": ["containers": [["name": "order-service", "image": "order:1", "resources": resources]]],
                    "status": [
                        "phase": "Running", "startTime": start,
                        "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": start]],
                    ],
                ], keepsStatus: true)
        }
    }
}
