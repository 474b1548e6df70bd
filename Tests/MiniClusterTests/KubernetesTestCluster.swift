import Autoscaling
import HTTPService
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Testing

/// A store with a namespace `shop`, served over HTTP, with a clock that stands still.
struct KubernetesTestCluster: Sendable {
    let store: ClusterStore
    let api: KubernetesAPI

    /// 2026-01-01T00:00:00Z.
    static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)

    static func with(
        access: Access = .open, fault: FaultHook? = nil, historyLimit: Int = 4096,
        _ test: (KubernetesTestCluster) async throws -> Void
    ) async throws {
        let store = ClusterStore(namespaces: ["default", "shop"], historyLimit: historyLimit, now: { start })
        let api = try KubernetesAPI(store: store, access: access, fault: fault)
        do {
            try await test(KubernetesTestCluster(store: store, api: api))
        } catch {
            await api.stop()
            throw error
        }
        await api.stop()
    }

    func connect() throws -> LoopbackConnection {
        try LoopbackConnection(port: api.port)
    }

    /// One exchange on a connection of its own, with a JSON answer.
    func send(
        _ method: String, _ target: String, _ body: JSONValue? = nil, contentType: String = "application/json",
        headers: [(String, String)] = []
    ) async throws -> (status: Int, body: JSONValue, response: LoopbackResponse) {
        let fields = headers + (body == nil ? [] : [("Content-Type", contentType)])
        let response = try await connect().exchange(method, target, headers: fields, body: body?.description)
        let value = (try? JSONValue(parsing: response.body)) ?? .string(response.text)
        return (response.status, value, response)
    }

    /// A Deployment as the recordings have it.
    static func deployment(_ name: String, replicas: Int64 = 3, labels: JSONValue? = nil) -> JSONValue {
        let labels = labels ?? ["app": .string(name)]
        return [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": .string(name), "namespace": "shop", "labels": labels],
            "spec": [
                "replicas": .int(replicas), "selector": ["matchLabels": labels],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": [
                        "containers": [
                            [
                                "name": "app", "image": "registry.invalid/app:1",
                                "resources": ["requests": ["cpu": "100m", "memory": "64Mi"], "limits": ["cpu": "1"]],
                            ]
                        ]
                    ],
                ],
            ],
        ]
    }

    static func pod(_ name: String, labels: JSONValue) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "namespace": "shop", "labels": labels],
            "spec": ["containers": [["name": "app", "image": "registry.invalid/app:1"]]],
        ]
    }

    static func autoscaler(_ name: String, minReplicas: Int64 = 2, maxReplicas: Int64 = 10) -> JSONValue {
        [
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": ["name": .string(name)],
            "spec": [
                "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
                "minReplicas": .int(minReplicas), "maxReplicas": .int(maxReplicas),
                "metrics": [
                    [
                        "type": "Resource",
                        "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 60]],
                    ]
                ],
            ],
        ]
    }
}
