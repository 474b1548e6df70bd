import KubernetesClient
import KubernetesTypes

/// A Deployment with two pods: what a cluster's controllers and kubelets would have made of it.
struct Workload: Sendable {
    static let pods = ["web-1", "web-2"]

    var namespace: String

    private static let labels: JSONValue = ["app": "web"]
    private static let podSpec: JSONValue = [
        "containers": [["name": "app", "image": "registry.invalid/app:1", "resources": ["requests": ["cpu": "100m"]]]]
    ]
    private static let spec: JSONValue = [
        "replicas": 2, "selector": ["matchLabels": labels],
        "template": ["metadata": ["labels": labels], "spec": podSpec],
    ]
    private static let status: JSONValue = [
        "replicas": 2, "readyReplicas": 2, "availableReplicas": 2, "observedGeneration": 1,
    ]

    func create(_ client: KubernetesClient) async throws {
        let deployment = try await create(client, .deployments, "web", Self.spec, owner: nil)
        let replicaSet = try await create(client, .replicaSets, "web-7d9f", Self.spec, owner: deployment)
        for (resource, name) in [(Resource.deployments, "web"), (.replicaSets, "web-7d9f")] {
            var status = Self.status
            if resource == .deployments { status["updatedReplicas"] = 2 }
            try await patchStatus(client, resource, name, status)
        }
        let start: JSONValue = "2026-01-01T00:00:00Z"
        for pod in Self.pods {
            _ = try await create(client, .pods, pod, Self.podSpec, owner: replicaSet)
            try await patchStatus(
                client, .pods, pod,
                [
                    "phase": "Running", "startTime": start,
                    "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": start]],
                ])
        }
    }

    private func create(
        _ client: KubernetesClient, _ resource: Resource, _ name: String, _ spec: JSONValue, owner: JSONValue?
    ) async throws -> JSONValue {
        let apiVersion = resource == .pods ? "v1" : "apps/v1"
        var object: JSONValue = [
            "apiVersion": .string(apiVersion), "kind": .string(resource.kind),
            "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": Self.labels], "spec": spec,
        ]
        if let owner {
            object[path: ["metadata", "ownerReferences"]] = [
                [
                    "apiVersion": "apps/v1", "kind": owner["kind"] ?? "", "controller": true,
                    "name": owner[path: ["metadata", "name"]] ?? "", "uid": owner[path: ["metadata", "uid"]] ?? "",
                ]
            ]
        }
        return try await client.create(object, in: .collection(resource, namespace: namespace))
    }

    private func patchStatus(
        _ client: KubernetesClient, _ resource: Resource, _ name: String, _ status: JSONValue
    ) async throws {
        let path = ResourcePath.object(resource, namespace: namespace, name: name, subresource: "status")
        let patch: JSONValue = ["status": status]
        _ = try await client.patch(path, merge: patch, as: JSONValue.self)
    }
}
