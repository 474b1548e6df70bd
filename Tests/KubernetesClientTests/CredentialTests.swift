import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Testing

@testable import KubernetesClient

/// A folder of its own that is gone with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "kubernetes-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}

@Suite(.timeLimit(.minutes(1))) struct CredentialTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func authenticator(
        fallback: Secret? = nil, at time: Locked<ContinuousClock.Instant> = Locked(.now)
    ) -> Authenticator {
        Authenticator(.tokenFile(path: folder.path + "/token", fallback: fallback), now: { time.withLock { $0 } })
    }

    @Test func fixedCredentialsBecomeHeaders() async throws {
        #expect(try await Authenticator(.none).authorization() == nil)
        #expect(try await Authenticator(.token(Secret("t"))).authorization() == Secret("Bearer t"))
        // RFC 7617, section 2.
        let basic = Credential.basic(username: "Aladdin", password: Secret("open sesame"))
        #expect(try await Authenticator(basic).authorization() == Secret("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
    }

    @Test func aTokenFileIsReadAgainAfterAMinute() async throws {
        let start = ContinuousClock.now
        let time = Locked(start)
        let authenticator = authenticator(at: time)
        try folder.write("one\n", to: "token")
        #expect(try await authenticator.authorization() == Secret("Bearer one"))
        try folder.write("two\n", to: "token")
        time.withLock { $0 = start + .seconds(59) }
        #expect(try await authenticator.authorization() == Secret("Bearer one"))
        time.withLock { $0 = start + .seconds(60) }
        #expect(try await authenticator.authorization() == Secret("Bearer two"))
    }

    @Test func theOldTokenServesWhileTheFileCannotBeRead() async throws {
        let start = ContinuousClock.now
        let time = Locked(start)
        let authenticator = authenticator(at: time)
        try folder.write("one", to: "token")
        _ = try await authenticator.authorization()
        time.withLock { $0 = start + .seconds(61) }
        for broken in ["", "two words"] {
            try folder.write(broken, to: "token")
            #expect(try await authenticator.authorization() == Secret("Bearer one"))
        }
        try FileManager.default.removeItem(atPath: folder.path + "/token")
        #expect(try await authenticator.authorization() == Secret("Bearer one"))
    }

    @Test func theFallbackServesUntilThereIsAFile() async throws {
        let authenticator = authenticator(fallback: Secret("old"))
        #expect(try await authenticator.authorization() == Secret("Bearer old"))
        try folder.write("new", to: "token")
        #expect(try await authenticator.authorization() == Secret("Bearer new"))
    }

    @Test func anUnusableTokenFileIsNamed() async throws {
        let path = folder.path + "/token"
        await #expect(throws: CredentialError(path: path, problem: "the token file cannot be read")) {
            try await authenticator().authorization()
        }
        try folder.write(" \n", to: "token")
        await #expect(throws: CredentialError(path: path, problem: "the token file is empty")) {
            try await authenticator().authorization()
        }
    }

    @Test func aRefusedTokenIsReadAgainAtOnceAndTriedOnce() async throws {
        try folder.write("stale", to: "token")
        let seen = Locked<[String]>([])
        let transport = AnsweringTransport { request in
            let authorization = request.headers["Authorization"] ?? ""
            seen.withLock { $0.append(authorization) }
            return HTTPResponse(status: authorization == "Bearer fresh" ? 200 : 401, body: Array("{}".utf8))
        }
        let client = KubernetesClient(
            server: ReplayTransport.server, transport: transport, authenticator: authenticator(), options: .init())
        let path = ResourcePath.object(.pods, namespace: "shop", name: "web-0")

        let refused = try await #require(throws: KubernetesError.self) { try await client.get(JSONValue.self, path) }
        #expect(refused.kind == .unauthorized)
        try folder.write("fresh", to: "token")
        _ = try await client.get(JSONValue.self, path)
        #expect(seen.withLock { $0 } == ["Bearer stale", "Bearer stale", "Bearer fresh"])
    }

    // MARK: Acting as another

    /// Opens nothing, and keeps what it was asked.
    private struct KeepingTransport: HTTPSending {
        let asked = Locked<[HTTPHeaders]>([])

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            asked.withLock { $0.append(request.headers) }
            return HTTPResponse(status: 200, body: Array("{}".utf8))
        }

        func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
            asked.withLock { $0.append(request.headers) }
            throw TransportError(kind: .connectionRefused, url: request.url, detail: "nobody there")
        }
    }

    @Test func requestsAndWatchesCountAsTheOthers() async throws {
        let transport = KeepingTransport()
        let other = Impersonation(user: "ghost", groups: ["g", "h"])
        let acting = ImpersonatingTransport(transport: transport, headers: other.headers)
        _ = try await acting.send(HTTPRequest(url: "https://h"))
        await #expect(throws: TransportError.self) { try await acting.open(HTTPRequest(url: "https://h")) }
        for headers in transport.asked.withLock({ $0 }) {
            #expect(headers["Impersonate-User"] == "ghost")
            #expect(headers.values("Impersonate-Group") == ["g", "h"])
        }
        #expect(transport.asked.withLock { $0.count } == 2)
    }

    // MARK: In a cluster

    struct Environment: Sendable, CustomTestStringConvertible {
        var host: String?
        var port: String?
        var server: String?
        var testDescription: String { "\(host ?? "-") \(port ?? "-")" }
    }

    @Test(arguments: [
        Environment(host: "10.0.0.1", port: "443", server: "https://10.0.0.1:443"),
        Environment(host: "fd00::1", port: "6443", server: "https://[fd00::1]:6443"),
        Environment(host: "kubernetes.default", port: "443", server: "https://kubernetes.default:443"),
        Environment(host: "10.0.0.1", port: nil), Environment(host: nil, port: "443"),
        Environment(host: "", port: "443"), Environment(host: "10.0.0.1", port: "0"),
        Environment(host: "10.0.0.1", port: "https"),
    ])
    func aPodFindsItsServer(_ given: Environment) throws {
        for name in ["token", "ca.crt"] { try folder.write("x", to: name) }
        try folder.write("shop\n", to: "namespace")
        var environment: [String: String] = [:]
        environment["KUBERNETES_SERVICE_HOST"] = given.host
        environment["KUBERNETES_SERVICE_PORT"] = given.port
        guard let server = given.server else {
            #expect(throws: CredentialError.self) {
                try InClusterIdentity.load(environment: environment, directory: folder.path)
            }
            return
        }
        let access = try InClusterIdentity.load(environment: environment, directory: folder.path)
        #expect(access.server == server)
        #expect(access.tls.certificateAuthorities == .file(folder.path + "/ca.crt"))
        #expect(access.credential == .tokenFile(path: folder.path + "/token", fallback: nil))
        #expect(access.namespace == "shop")
        #expect(!access.tls.insecureSkipTLSVerify)
    }

    @Test(arguments: ["token", "ca.crt"])
    func anIncompleteVolumeIsNamed(_ missing: String) throws {
        for name in ["token", "ca.crt"] where name != missing { try folder.write("x", to: name) }
        let environment = ["KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"]
        let error = try #require(throws: CredentialError.self) {
            try InClusterIdentity.load(environment: environment, directory: folder.path)
        }
        #expect(error.path == folder.path + "/" + missing)
    }
}
