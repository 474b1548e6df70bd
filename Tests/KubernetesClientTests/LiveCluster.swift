import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import MiniCluster

@testable import KubernetesClient

/// An API server on loopback with one Deployment `web` of 3 replicas and 7 pods in namespace `shop`, and a client that
/// found it by its kubeconfig.
struct LiveCluster: Sendable {
    static let token = "planted-live-token"

    var store: ClusterStore
    var client: KubernetesClient

    static let web = ScaleTarget(resource: .deployments, namespace: "shop", name: "web")

    /// Runs a test against a cluster of its own and takes it down afterwards.
    static func run(
        fault: (@Sendable (ClusterStore, ServiceRequest) async throws -> Fault?)? = nil,
        mayDo: @escaping Access.Permission = { _ in true }, token: String = token,
        _ body: (LiveCluster) async throws -> Void
    ) async throws {
        let store = ClusterStore(now: { Timestamp(nanoseconds: 1_800_000_000_000_000_000) })
        try await fill(store)
        let api = try KubernetesAPI(
            store: store, access: Access(users: [Self.token: Access.User(name: "swiftlet", mayDo: mayDo)]),
            fault: { request in
                do {
                    return try await fault?(store, request)
                } catch {
                    return .dropConnection
                }
            })
        let folder = try TemporaryFolder()
        try folder.write(api.kubeconfig(token: token, namespace: "shop"), to: "config")
        let access = try ClusterAccess.find(kubeconfig: folder.path + "/config", context: nil, environment: [:])
        var configuration = access.transportConfiguration
        configuration.proxy = .none
        let transport = try HTTPClient(configuration: configuration)
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await body(
                    LiveCluster(store: store, client: KubernetesClient(access: access, transport: transport))))
        } catch {
            result = .failure(error)
        }
        await transport.shutDown()
        await api.stop()
        try result.get()
    }

    private static func fill(_ store: ClusterStore) async throws {
        let labels: JSONValue = ["app": "web"]
        let containers: JSONValue = [["name": "app", "image": "registry.invalid/app:1"]]
        try await store.create(.namespaces, ["metadata": ["name": "shop"]])
        try await store.create(
            .deployments, namespace: "shop",
            [
                "metadata": ["name": "web"],
                "spec": [
                    "replicas": 3, "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": ["containers": containers]],
                ],
            ])
        for number in 0..<7 {
            let pod: JSONValue = [
                "metadata": ["name": .string("web-\(number)"), "labels": labels], "spec": ["containers": containers],
            ]
            try await store.create(.pods, namespace: "shop", pod)
        }
    }

    /// The wanted replicas that the server has now.
    func replicas() async throws -> Int64? {
        try await store.get(.deployments, namespace: "shop", name: "web")[path: ["spec", "replicas"]]?.intValue
    }
}
