import Autoscaling
import FoundationEssentials
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

/// An API server, and the two who come to it: an administrator, and the controller under its own service account.
struct ClusterUnderTest: Sendable {
    enum Kind: Sendable {
        case miniCluster
        /// `etcd` and `kube-apiserver` of the folder that `KUBEBUILDER_ASSETS` names, as envtest has it.
        case kubeAPIServer
    }

    let kind: Kind
    /// A folder of this test alone.
    let folder: String
    /// The administrator's kubeconfig.
    let kubeconfig: String
    /// Who is administrator, as a client.
    let client: KubernetesClient
    /// Gives a token for a service account, `namespace:name`.
    let token: @Sendable (_ account: String) async throws -> String
    /// The server's part of a kubeconfig, in JSON.
    let serverEntry: String

    /// Runs a test in front of a server of its own, and takes it down afterwards.
    static func run(
        _ kind: Kind, granting manifests: RenderedManifests, _ body: (ClusterUnderTest) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/e2e-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        switch kind {
        case .miniCluster: try await runMiniCluster(folder, manifests, body)
        case .kubeAPIServer: try await ControlPlane.run(in: folder, body)
        }
    }

    /// The administrator comes without a token: kubectl sends none over plain HTTP.
    private static func runMiniCluster(
        _ folder: String, _ manifests: RenderedManifests, _ body: (ClusterUnderTest) async throws -> Void
    ) async throws {
        let account = "\(try manifests.first("ServiceAccount").text("metadata", "namespace")):swiftlet"
        let rights = GrantedRights(of: account, in: manifests)
        let user = Access.User(name: "system:serviceaccount:\(account)") { rights.allow($0) }
        let store = ClusterStore(now: { Timestamp(secondsSinceEpoch: Date.now.timeIntervalSince1970) })
        let api = try KubernetesAPI(
            store: store,
            access: Access(users: ["token-of-swiftlet": user], anonymous: Access.User(name: "administrator")))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await run(
                    .miniCluster, in: folder, kubeconfig: api.kubeconfig(), serverEntry: "{\"server\": \"\(api.url)\"}",
                    token: { _, _ in "token-of-swiftlet" }, body))
        } catch {
            outcome = .failure(error)
        }
        await api.stop()
        try outcome.get()
    }

    static func run(
        _ kind: Kind, in folder: String, kubeconfig: String, serverEntry: String,
        token: @escaping @Sendable (KubernetesClient, String) async throws -> String,
        _ body: (ClusterUnderTest) async throws -> Void
    ) async throws {
        let file = folder + "/admin.kubeconfig"
        try Data(kubeconfig.utf8).write(to: URL(filePath: file))
        let access = try ClusterAccess.find(kubeconfig: file, context: nil, environment: [:])
        let transport = try ClusterTransport(access)
        let client = KubernetesClient(access: access, transport: transport)
        let cluster = ClusterUnderTest(
            kind: kind, folder: folder, kubeconfig: file, client: client, token: { try await token(client, $0) },
            serverEntry: serverEntry)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(cluster))
        } catch {
            outcome = .failure(error)
        }
        await transport.shutDown()
        try outcome.get()
    }

    /// Runs kubectl as administrator.
    func kubectl(_ arguments: String..., input: String = "") async throws -> ChildProcess {
        let program = try #require(ChildProcess.find("kubectl"))
        return try await ChildProcess.run(
            program, ["--kubeconfig", kubeconfig, "--cache-dir", folder + "/cache"] + arguments,
            environment: ["HOME": "/nonexistent"], input: input)
    }

    /// A kubeconfig with a token and nothing else.
    func kubeconfig(token: String, namespace: String) throws -> String {
        let file = folder + "/controller.kubeconfig"
        let text = """
            {"apiVersion": "v1", "kind": "Config", "current-context": "c",
             "clusters": [{"name": "k", "cluster": \(serverEntry)}], "users": [{"name": "u", "user": {"token": "\(token)"}}],
             "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u", "namespace": "\(namespace)"}}]}
            """
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}
