import Autoscaling
import HTTPService
import KubernetesTypes
import Locking
import MiniCluster

/// A cluster of any size at rest, for measuring a controller: Deployments with their pods and autoscalers over HTTP, and
/// a Prometheus that has one series for each pod. Only on this machine.
struct LoadCluster: Sendable {
    struct Size: Sendable {
        var autoscalers = 1_000
        /// Of each target.
        var pods = 5
        /// Namespaces that the targets are spread over.
        var namespaces = 20
    }

    /// What each pod uses of the 100m that it requests. One number for all, that can be changed while it runs.
    let utilization = Locked(70)
    /// Requests by verb and resource since the last look.
    let requests = Locked<[String: Int]>([:])
    /// Changes of scale since the utilisation was set last.
    let scales = Locked(ScaleWrites(stepped: LoadCluster.now()))
    let size: Size
    let store: ClusterStore

    init(_ size: Size) {
        self.size = size
        store = ClusterStore(
            namespaces: ["default"] + (0..<size.namespaces).map { "load-\($0)" }, historyLimit: 100_000,
            now: LoadCluster.now)
    }

    /// When writes came.
    struct ScaleWrites: Sendable {
        var stepped: Timestamp
        var count = 0
        var first: Timestamp?
        var last: Timestamp?

        mutating func note(at time: Timestamp) {
            count += 1
            first = first ?? time
            last = time
        }

        /// Their number, and the seconds from the step to the first and to the last.
        var text: String {
            let seconds = [first, last].map { "\(Double($0?.nanoseconds(since: stepped) ?? 0) / 1e9)" }
            return "\(count) \(seconds.joined(separator: " "))"
        }
    }

    static let now: @Sendable () -> Timestamp = { SystemTime.now() }

    /// Puts everything into the store.
    func fill() async throws {
        await store.register(.loadAutoscalers)
        for number in 0..<size.autoscalers { try await add(number) }
    }

    private func add(_ number: Int) async throws {
        let (name, namespace) = ("web-\(number)", "load-\(number % size.namespaces)")
        let labels: JSONValue = ["app": .string(name)]
        let spec: JSONValue = [
            "containers": [
                [
                    "name": "app", "image": "registry.invalid/app:1",
                    "resources": ["requests": ["cpu": "100m", "memory": "128Mi"]],
                ]
            ]
        ]
        let deployment = try await store.create(
            .deployments, namespace: namespace,
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "replicas": .int(Int64(size.pods)), "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": spec],
                ],
                "status": [
                    "replicas": .int(Int64(size.pods)), "updatedReplicas": .int(Int64(size.pods)),
                    "readyReplicas": .int(Int64(size.pods)),
                ],
            ], keepsStatus: true)
        let replicaSet = try await store.create(
            .replicaSets, namespace: namespace,
            [
                "metadata": [
                    "name": .string("\(name)-6d9f7c8b5d"), "labels": labels,
                    "ownerReferences": owner("Deployment", name, deployment),
                ],
                "spec": [
                    "replicas": .int(Int64(size.pods)), "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": spec],
                ],
            ])
        for pod in 0..<size.pods {
            var podLabels = labels
            podLabels["pod-template-hash"] = "6d9f7c8b5d"
            try await store.create(
                .pods, namespace: namespace,
                [
                    "metadata": [
                        "name": .string(Self.podName(number, pod)), "labels": podLabels,
                        "ownerReferences": owner("ReplicaSet", "\(name)-6d9f7c8b5d", replicaSet),
                    ],
                    "spec": spec,
                    "status": [
                        "phase": "Running", "startTime": "2026-01-01T00:00:00Z",
                        "conditions": [
                            ["type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:10Z"]
                        ],
                    ],
                ], keepsStatus: true)
        }
        try await store.create(
            .loadAutoscalers, namespace: namespace,
            [
                "metadata": ["name": .string(name)],
                "spec": [
                    "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
                    "minReplicas": 1, "maxReplicas": 20,
                    "metrics": [
                        [
                            "type": "Resource",
                            "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 70]],
                        ]
                    ],
                ],
            ])
    }

    private func owner(_ kind: String, _ name: String, _ object: JSONValue) -> JSONValue {
        [
            [
                "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name),
                "uid": object[path: ["metadata", "uid"]] ?? "", "controller": true,
            ]
        ]
    }

    private static func podName(_ number: Int, _ pod: Int) -> String { "web-\(number)-6d9f7c8b5d-\(10_000 + pod)" }

    // MARK: - Prometheus

    /// Answers the two queries of a tick: the usage of every container, and when it was sampled.
    func answer(_ request: ServiceRequest) -> ServiceResponse {
        let query = (request.queryValue("query") ?? "") + String(decoding: request.body, as: UTF8.self)
        let isTime = query.contains("timestamp")
        let wanted = (0..<size.namespaces).map { namespace in
            // A list of namespaces stands in the query as a regular expression or as one name.
            query.contains("load-\(namespace)|") || query.contains("load-\(namespace)\"")
                || query.contains("load-\(namespace)%22") || query.contains("load-\(namespace)%7C")
                || query.contains("load-\(namespace))") || query.contains("load-\(namespace)%29")
        }
        let now = Self.now().secondsSinceEpoch
        let value = isTime ? "\(now - 5)" : "\(Double(utilization.withLock { $0 }) / 1_000)"
        var body = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        body.reserveCapacity(size.autoscalers * size.pods * 130)
        var isFirst = true
        for number in 0..<size.autoscalers where wanted[number % size.namespaces] {
            for pod in 0..<size.pods {
                body += isFirst ? "" : ","
                isFirst = false
                body += "{\"metric\":{\"container\":\"app\",\"namespace\":\"load-\(number % size.namespaces)\","
                body += "\"pod\":\""
                body += Self.podName(number, pod)
                body += "\"},\"value\":[\(now),\"\(value)\"]}"
            }
        }
        body += "]}}"
        return .json(Array(body.utf8))
    }
}

extension ResourceKind {
    /// The custom resource, without its schema.
    static let loadAutoscalers = ResourceKind(
        GroupVersion(group: "swiftlet.dev", version: "v1alpha1"), plural: "horizontalautoscalers",
        kind: HorizontalAutoscaler.kind, shortNames: ["hza"], hasGeneration: true, hasStatus: true,
        hasStrategicMerge: false)
}
