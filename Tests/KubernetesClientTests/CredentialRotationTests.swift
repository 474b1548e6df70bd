import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import KubernetesClient

/// Credentials that change while a client works, over HTTP with an API server that knows its users.
@Suite(.timeLimit(.minutes(1))) struct CredentialRotationTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    struct Way: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var credential: @Sendable (_ folder: String, _ clock: HandClock) -> Credential
    }

    static let ways: [Way] = [
        Way(testDescription: "token file") { folder, _ in .tokenFile(path: folder + "/token", fallback: nil) },
        Way(testDescription: "plugin") { folder, clock in
            let plugin = ExecPlugin(
                place: "config", apiVersion: "client.authentication.k8s.io/v1beta1", command: folder + "/plugin",
                arguments: [], environment: ["PATH": "/usr/bin:/bin"])
            return .exec(ExecCredentialSource(plugin, clock: clock))
        },
    ]

    /// The first token is withdrawn; the next request finds the second one by itself.
    @Test(arguments: ways)
    func aWithdrawnTokenIsReplacedByTheNewOne(_ way: Way) async throws {
        try folder.write("one\n", to: "token")
        try folder.write(
            """
            #!/bin/sh
            token=$(cat "${0%/*}/token")
            echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential",'
            echo "\\"status\\":{\\"token\\":\\"$token\\"}}"
            """, to: "plugin")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path + "/plugin")
        let store = ClusterStore(now: { Timestamp(nanoseconds: 1_800_000_000_000_000_000) })
        let withdrawn = Locked("")
        let seen = Locked<[String]>([])
        let users = ["one", "two"].map { ($0, Access.User(name: "swiftlet")) }
        let api = try KubernetesAPI(
            store: store, access: Access(users: Dictionary(uniqueKeysWithValues: users), anonymous: nil),
            fault: { request in
                let authorization = request.headers["Authorization"] ?? ""
                seen.withLock { $0.append(authorization) }
                guard authorization == withdrawn.withLock({ $0 }) else { return nil }
                return .status(StatusError(401, "Unauthorized", "Unauthorized"))
            })
        let clock = HandClock()
        let access = ClusterAccess(server: api.url, credential: way.credential(folder.path, clock))
        let transport = try ClusterTransport(access)
        let client = KubernetesClient(access: access, transport: transport)
        let namespaces = Resource(
            group: "", version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)
        let path = ResourcePath.object(namespaces, namespace: nil, name: "default")
        _ = try await client.get(JSONValue.self, path)
        withdrawn.withLock { $0 = "Bearer one" }
        try folder.write("two\n", to: "token")
        clock.set(.seconds(30))
        _ = try await client.get(JSONValue.self, path)
        _ = try await client.get(JSONValue.self, path)
        #expect(seen.withLock { $0 } == ["Bearer one", "Bearer one", "Bearer two", "Bearer two"])
        await transport.shutDown()
        await api.stop()
    }
}
