import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct KubernetesClientTests {
    private static let web = ResourcePath.object(.deployments, namespace: "shop", name: "web")

    @Test func anObjectIsRead() async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("04-get-deployment.http.txt", "get"))
        let object = try await client.get(JSONValue.self, Self.web)
        #expect(object["metadata"]?["resourceVersion"]?.stringValue == "255")
    }

    @Test func anObjectIsReplaced() async throws {
        let transport = try ReplayTransport("30-scale-resource-version.http.txt", "put, matching resourceVersion")
        let scale = try JSONValue(
            json:
                #"""
                {"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"still","namespace":"shop2",
                "uid":"c0319091-b127-4844-bfef-cf104b20f82d","resourceVersion":"210",
                "creationTimestamp":"2026-11-24T02:17:12Z"},"spec":{"replicas":6},
                "status":{"replicas":0,"selector":"app=still"}}
                """#)
        let path = ResourcePath.object(.deployments, namespace: "shop2", name: "still", subresource: "scale")
        let stored = try await KubernetesClient(replaying: transport).update(scale, at: path)
        #expect(stored["metadata"]?["resourceVersion"]?.stringValue == "211")
    }

    @Test func warningsAreSurfaced() async throws {
        let seen = Locked<[APIWarning]>([])
        var exchange = try WireExchange.load(
            "06-scale-deployment-merge-patch.http.txt", note: "unknown field, default validation")
        exchange.request.startLine = exchange.request.startLine.replacing("?dryRun=All", with: "")
        let client = KubernetesClient(
            replaying: ReplayTransport([exchange]),
            options: .init(onWarning: { warning in seen.withLock { $0.append(warning) } }))
        let path = ResourcePath.object(.deployments, namespace: "shop", name: "web", subresource: "scale")
        _ = try await client.patch(
            path, merge: JSONValue(json: #"{"spec":{"replicas":4,"bogus":1}}"#), as: JSONValue.self)
        #expect(
            seen.withLock { $0.map(\.description) } == [
                #"patch scale of deployments.apps "web" in namespace "shop": unknown field "spec.bogus""#
            ])
    }

    struct WarningField: Sendable, CustomTestStringConvertible {
        var field: String
        var texts: [String]
        var testDescription: String { field }
    }

    @Test(arguments: [
        WarningField(field: #"299 - "a""#, texts: ["a"]),
        WarningField(
            field: #"299 - "a, \"b\" \\", 299 host:1 "c" "Tue, 24 Nov 2026 02:06:11 GMT""#, texts: [#"a, "b" \"#, "c"]),
        WarningField(field: #"299 - "a" , 199 - "b""#, texts: ["a", "b"]),
        WarningField(field: #"299 - "cut"#, texts: []),
        WarningField(field: #"299 - "a", 299 - "cut \"#, texts: ["a"]),
        WarningField(field: "299 -", texts: []),
        WarningField(field: #"299 "a""#, texts: []),
        WarningField(field: "", texts: []),
        WarningField(field: "nonsense", texts: []),
    ])
    func warningFieldsAreReadAsFarAsTheyMakeSense(_ warning: WarningField) {
        #expect(APIWarning.texts(in: warning.field) == warning.texts)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var namespace: String
        var name: String
        var testDescription: String { "\(namespace)/\(name)" }
    }

    @Test(arguments: [
        Refused(namespace: "shop", name: ""), Refused(namespace: "", name: "web"),
        Refused(namespace: "shop", name: ".."), Refused(namespace: ".", name: "web"),
        Refused(namespace: "shop", name: "a/b"), Refused(namespace: "a%2Fb", name: "web"),
    ])
    func aNameThatWouldAddressSomethingElseIsNeverSent(_ refused: Refused) async throws {
        let client = KubernetesClient { _ in HTTPResponse(status: 200, body: Array("{}".utf8)) }
        let path = ResourcePath.object(.deployments, namespace: refused.namespace, name: refused.name)
        let error = try await #require(throws: KubernetesError.self) { try await client.delete(path) }
        #expect(error.kind == .badRequest && error.status == nil)
    }

    @Test func aCollectionIsNeverDeleted() async {
        let client = KubernetesClient { _ in HTTPResponse(status: 200, body: Array("{}".utf8)) }
        await #expect(throws: KubernetesError.self) {
            try await client.delete(.collection(.deployments, namespace: "shop"))
        }
    }

    @Test func whatIsWrittenIsWhatIsSent() async throws {
        let sent = Locked<[String]>([])
        let client = KubernetesClient { request in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            let type = request.headers["Content-Type"] ?? "-"
            sent.withLock { $0.append("\(request.method.rawValue) \(request.url) \(type) \(body)") }
            return HTTPResponse(status: 200, body: Array("{}".utf8))
        }
        let lease = ResourcePath.object(.leases, namespace: "a b", name: "l+1", subresource: "status")
        _ = try await client.create(JSONValue(json: #"{"b":1,"a":"x/y"}"#), in: .collection(.events, namespace: "shop"))
        _ = try await client.update(JSONValue(json: "{}"), at: lease)
        try await client.delete(.object(.pods, namespace: "shop", name: "web-0"))
        #expect(
            sent.withLock { $0 } == [
                "POST https://cluster.test:6443/api/v1/namespaces/shop/events?fieldManager=swiftlet "
                    + #"application/json {"a":"x/y","b":1}"#,
                "PUT https://cluster.test:6443/apis/coordination.k8s.io/v1/namespaces/a%20b/leases/l%2B1/status"
                    + "?fieldManager=swiftlet application/json {}",
                "DELETE https://cluster.test:6443/api/v1/namespaces/shop/pods/web-0 - ",
            ])
    }

    struct Encoded: Sendable, CustomTestStringConvertible {
        var text: String
        var encoded: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Encoded(text: "azAZ09-._~", encoded: "azAZ09-._~"),
        Encoded(text: "app=web,tier in (a,b),!x", encoded: "app%3Dweb%2Ctier%20in%20%28a%2Cb%29%2C%21x"),
        Encoded(text: "a+b&c/d%?#", encoded: "a%2Bb%26c%2Fd%25%3F%23"),
        Encoded(text: "ü€\n\0", encoded: "%C3%BC%E2%82%AC%0A%00"),
        Encoded(text: "", encoded: ""),
    ])
    func nothingButUnreservedCharactersIsLeftBare(_ text: Encoded) {
        #expect(PercentEncoding.encode(text.text) == text.encoded)
    }

    // MARK: Credentials

    @Test func noDescriptionHoldsACredential() async throws {
        let secret = ReplayTransport.token
        let access = KubernetesClient.testAccess
        let key = PEMSource.pem(Array(secret.utf8))
        let withFiles = ClusterAccess(
            server: "https://h", tls: TLSConfiguration(identity: TLSIdentity(certificate: key, privateKey: key)),
            proxyURL: Secret("http://u:\(secret)@proxy"),
            credential: .tokenFile(path: "/token", fallback: Secret(secret)))
        let basic = Credential.basic(username: "u", password: Secret(secret))
        var texts: [String] = []
        for value in [access, withFiles, basic] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            texts += ["\(value)", dumped, String(reflecting: value)]
        }
        let warned = Locked("")
        let options = KubernetesClient.Options(onWarning: { warning in warned.withLock { $0 += warning.text } })
        let proxy = AnsweringTransport { request in
            // A proxy that sends back what it got.
            let echo = request.headers.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
            return HTTPResponse(status: 502, headers: ["Warning": #"299 - "\#(echo)""#], body: Array(echo.utf8))
        }
        let client = KubernetesClient(access: access, transport: proxy, options: options)
        let error = try await #require(throws: KubernetesError.self) { try await client.get(JSONValue.self, Self.web) }
        texts += ["\(error)", String(reflecting: error), error.message, warned.withLock { $0 }]
        #expect(warned.withLock { $0 }.contains("Authorization: <secret>"))
        #expect(error.message.contains("Authorization: <secret>"))
        for text in texts {
            #expect(!text.contains(secret))
            // Bytes of a key, printed as numbers.
            #expect(!text.contains("112, 108, 97"))
        }
    }
}
