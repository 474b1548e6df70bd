import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Recordings
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct KubernetesErrorTests {
    /// What to ask the client for; the replaying transport checks that this is what was recorded.
    enum Request: Sendable {
        case get(ResourcePath)
        case list(ResourcePath, ListOptions)
        case patch(ResourcePath, String)
        case create(ResourcePath, WireBody)
        case update(ResourcePath, WireBody)
        /// The recorded body.
        enum WireBody: Sendable { case recorded }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var note: String
        var request: Request
        var kind: KubernetesError.Kind
        var reason: String
        var retryAfterSeconds: Int?
        var description: String
        var testDescription: String { "\(file.prefix(2)) \(note)" }
    }

    private static let web = ResourcePath.object(.deployments, namespace: "shop", name: "web")
    private static let webScale = ResourcePath.object(
        .deployments, namespace: "shop", name: "web", subresource: "scale")
    private static let shopPods = ResourcePath.collection(.pods, namespace: "shop")
    private static let shopDeployments = ResourcePath.collection(.deployments, namespace: "shop")
    private static let nothings = Resource(group: "apps", version: "v1", plural: "nothings", kind: "Nothing")
    private static let metrics = Resource(group: "metrics.k8s.io", version: "v1beta1", plural: "pods", kind: "Pod")

    static let cases: [Case] = [
        Case(
            file: "19-errors-auth", note: "bad token", request: .list(shopDeployments, ListOptions()),
            kind: .unauthorized, reason: "Unauthorized",
            description: """
                cannot list deployments.apps in namespace "shop": the API server does not accept the credentials; \
                renew the token or the client certificate
                """),
        Case(
            file: "19-errors-auth", note: "forbidden get", request: .get(web), kind: .forbidden, reason: "Forbidden",
            description: """
                cannot get deployments.apps "web" in namespace "shop": user "nobody" is not allowed to; allow verb \
                "get" on resource "deployments" in API group "apps" in namespace "shop" with a Role
                """),
        Case(
            file: "19-errors-auth", note: "forbidden patch of scale",
            request: .patch(webScale, #"{"spec":{"replicas":1}}"#), kind: .forbidden, reason: "Forbidden",
            description: """
                cannot patch scale of deployments.apps "web" in namespace "shop": user "viewer" is not allowed to; \
                allow verb "patch" on resource "deployments/scale" in API group "apps" in namespace "shop" with a Role
                """),
        Case(
            file: "19-errors-auth", note: "forbidden impersonation",
            request: .list(.collection(.pods, namespace: "shop"), ListOptions()), kind: .forbidden, reason: "Forbidden",
            description: """
                cannot list pods in namespace "shop": user "viewer" is not allowed to; allow verb "impersonate" on the \
                users, groups and the like to act as, with a ClusterRole
                """),
        Case(
            file: "20-errors-client", note: "object",
            request: .get(.object(.deployments, namespace: "shop", name: "none")), kind: .notFound, reason: "NotFound",
            description: #"cannot get deployments.apps "none" in namespace "shop": "none" does not exist"#),
        Case(
            file: "20-errors-client", note: "namespace missing",
            request: .create(.collection(.deployments, namespace: "none"), .recorded), kind: .notFound,
            reason: "NotFound",
            description: #"cannot create deployments.apps in namespace "none": namespace "none" does not exist"#),
        Case(
            file: "20-errors-client", note: "resource",
            request: .list(.collection(nothings, namespace: "shop"), ListOptions()), kind: .notServed,
            reason: "NotFound",
            description: """
                cannot list nothings.apps in namespace "shop": the API server does not serve \
                /apis/apps/v1/namespaces/shop/nothings; check the apiVersion, and that its CustomResourceDefinition \
                is installed
                """),
        Case(
            file: "20-errors-client", note: "already exists", request: .create(shopDeployments, .recorded),
            kind: .alreadyExists, reason: "AlreadyExists",
            description: """
                cannot create deployments.apps in namespace "shop": an object of that name exists already
                """),
        Case(
            file: "20-errors-client", note: "name in body differs", request: .update(web, .recorded),
            kind: .badRequest, reason: "BadRequest",
            description: """
                cannot update deployments.apps "web" in namespace "shop": the name of the object (other) does not \
                match the name on the URL (web)
                """),
        Case(
            file: "06-scale-deployment-merge-patch", note: "patch, old resourceVersion",
            request: .patch(webScale, #"{"metadata":{"resourceVersion":"275"},"spec":{"replicas":5}}"#),
            kind: .conflict, reason: "Conflict",
            description: """
                cannot patch scale of deployments.apps "web" in namespace "shop": it was changed by somebody else \
                since it was read; read it again and decide anew
                """),
        Case(
            file: "28-expired", note: "exact, compacted",
            request: .list(shopPods, ListOptions(pageSize: 1)), kind: .expired(freshContinue: nil), reason: "Expired",
            description: """
                cannot list pods in namespace "shop": the requested resourceVersion or continue token is too old; \
                list again from the start
                """),
        Case(
            file: "23-too-many-requests", note: "list", request: .list(shopPods, ListOptions(pageSize: 1)),
            kind: .tooManyRequests, reason: "", retryAfterSeconds: 1,
            description: """
                cannot list pods in namespace "shop": the API server refuses more requests for now (Too many \
                requests, please try again later.); try again in 1 s
                """),
        Case(
            file: "24-unavailable", note: "read",
            request: .list(.collection(metrics, namespace: "shop"), ListOptions()), kind: .unavailable, reason: "",
            description: """
                cannot list pods.metrics.k8s.io in namespace "shop": the service is unavailable (service \
                unavailable); try again later
                """),
        Case(
            file: "10-pods-list", note: "resourceVersion in the future",
            request: .list(shopPods, ListOptions(resourceVersion: "99999999", pageSize: 1)), kind: .serverTimeout,
            reason: "Timeout", retryAfterSeconds: 1,
            description: """
                cannot list pods in namespace "shop": Timeout: Too large resource version: 99999999, current: 330; \
                try again in 1 s
                """),
        Case(
            file: "10-pods-list", note: "bad selector",
            request: .list(shopPods, ListOptions(labelSelector: "app===x")), kind: .badRequest, reason: "BadRequest",
            description: """
                cannot list pods in namespace "shop": unable to parse requirement: found '=', expected: identifier
                """),
    ]

    @Test(arguments: cases)
    func everyRecordedErrorIsToldApart(_ recorded: Case) async throws {
        var exchange = try #require(
            try WireExchange.load(recorded.file + ".http.txt").first { $0.note == recorded.note })
        // Parameters that only tell how the error was provoked, and that the client never sends.
        for provoked in ["&timeoutSeconds=1", "resourceVersion=330&resourceVersionMatch=Exact&"] {
            exchange.request.startLine = exchange.request.startLine.replacing(provoked, with: "")
        }
        var access = KubernetesClient.testAccess
        access.impersonation = exchange.request.header("Impersonate-User").map { Impersonation(user: $0) }
        let client = KubernetesClient(access: access, transport: ReplayTransport([exchange]))
        let error = try await #require(throws: KubernetesError.self) {
            try await send(recorded.request, through: client, body: exchange.request.bodyText)
        }
        #expect(error.kind == recorded.kind)
        #expect(error.status == exchange.status)
        #expect(error.reason == recorded.reason)
        #expect(error.retryAfterSeconds == recorded.retryAfterSeconds)
        #expect(error.description == recorded.description)
    }

    private func send(_ request: Request, through client: KubernetesClient, body: String) async throws {
        switch request {
        case .get(let path): _ = try await client.get(JSONValue.self, path)
        case .list(let path, let options): _ = try await client.list(JSONValue.self, path, options: options)
        case .patch(let path, let text):
            _ = try await client.patch(path, merge: JSONValue(json: text), as: JSONValue.self)
        case .create(let path, .recorded): _ = try await client.create(JSONValue(json: body), in: path)
        case .update(let path, .recorded): _ = try await client.update(JSONValue(json: body), at: path)
        }
    }

    @Test(arguments: ["04", "05", "06", "07", "09", "10", "15", "17", "18", "19", "20", "23", "24", "26", "28", "30"])
    func everyErrorOfTheRecordingIsOneLineAndFitsItsStatus(_ prefix: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: RepositoryPath.wire)
        let name = try #require(names.first { $0.hasPrefix(prefix + "-") })
        let line = RequestLine(verb: "get", target: Self.web, path: Self.web.path)
        for exchange in try WireExchange.load(name) where exchange.status >= 400 {
            let error = KubernetesError(HTTPResponse(exchange.response), to: line, hiding: nil)
            #expect(error.status == exchange.status)
            #expect(!error.description.contains("\n"), "\(name) \(exchange.note)")
            #expect(!error.message.isEmpty, "\(name) \(exchange.note)")
            #expect((error.kind == .invalid) == (exchange.status == 422))
        }
    }

    @Test func causesOfAnInvalidObjectAreKept() throws {
        let exchange = try WireExchange.load("20-errors-client.http.txt", note: "invalid, several causes")
        let line = RequestLine(verb: "create", target: Self.shopDeployments, path: Self.shopDeployments.path)
        let error = KubernetesError(HTTPResponse(exchange.response), to: line, hiding: nil)
        #expect(error.details.causes?.map(\.field).prefix(2) == ["metadata.name", "spec.replicas"])
    }

    struct Unreadable: Sendable, CustomTestStringConvertible {
        var body: String
        var kind: KubernetesError.Kind
        var message: String
        var testDescription: String { body }
    }

    @Test(arguments: [
        Unreadable(body: #"{"metadata":{"name":"web"#, kind: .truncated, message: "after 24 bytes"),
        Unreadable(body: #"{"metadata":{"name":"w\""#, kind: .truncated, message: "after 24 bytes"),
        Unreadable(body: #"{"metadata":{"name":"}"}"#, kind: .truncated, message: "after 24 bytes"),
        Unreadable(body: "<html>Sign in</html>", kind: .undecodable, message: "not JSON"),
        Unreadable(body: "", kind: .undecodable, message: "not JSON"),
        Unreadable(body: #"{"metadata":{}}"#, kind: .undecodable, message: #"metadata: no field "name""#),
        Unreadable(
            body: #"{"metadata":{"name":7}}"#, kind: .undecodable, message: "metadata.name: not of type String"),
        Unreadable(
            body: #"{"metadata":{"name":null}}"#, kind: .undecodable,
            message: "metadata.name: null where a value belongs"),
    ])
    func aSuccessThatCannotBeReadIsAnError(_ answer: Unreadable) async throws {
        struct Named: Decodable {
            struct Metadata: Decodable { var name: String }
            var metadata: Metadata
        }
        let client = KubernetesClient(
            answering: { _ in HTTPResponse(status: 200, body: Array(answer.body.utf8)) })
        let error = try await #require(throws: KubernetesError.self) { try await client.get(Named.self, Self.web) }
        #expect(error.kind == answer.kind)
        #expect(error.message == answer.message)
    }

    struct Foreign: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var kind: KubernetesError.Kind
        var testDescription: String { "\(status) \(body)" }
    }

    @Test(arguments: [
        Foreign(status: 302, body: "<a href='/login'>", kind: .undecodable),
        Foreign(status: 404, body: "404 page not found\n", kind: .notServed),
        Foreign(status: 418, body: "", kind: .badRequest),
        Foreign(status: 500, body: "{\"kind\":\"Status\",\"details\":[]}", kind: .serverError),
        Foreign(status: 502, body: "Bad\r\n\u{1}\tGateway\u{0}", kind: .serverError),
        Foreign(status: 503, body: String(repeating: "x", count: 100_000), kind: .unavailable),
        Foreign(
            status: 410, body: "{\"kind\":\"Status\",\"metadata\":{\"continue\":\"\"}}",
            kind: .expired(freshContinue: nil)),
    ])
    func whatIsNoStatusIsStillAnError(_ answer: Foreign) async throws {
        let client = KubernetesClient(
            answering: { _ in HTTPResponse(status: answer.status, body: Array(answer.body.utf8)) })
        let error = try await #require(throws: KubernetesError.self) { try await client.get(JSONValue.self, Self.web) }
        #expect(error.kind == answer.kind)
        #expect(error.description.utf8.count < 2_400)
        #expect(error.description.allSatisfy { ($0.asciiValue ?? 0x20) >= 0x20 })
    }

    @Test func aFailedTransferNamesTheObject() async throws {
        let failure = TransportError(kind: .tls, url: ReplayTransport.server, detail: "unable to get local issuer")
        let client = KubernetesClient(answering: { _ in throw failure })
        let error = try await #require(throws: KubernetesError.self) { try await client.get(JSONValue.self, Self.web) }
        #expect(error.kind == .unreachable(.tls))
        #expect(
            error.description == """
                cannot get deployments.apps "web" in namespace "shop": no answer from the API server (unable to get \
                local issuer); check certificate-authority and tls-server-name of the cluster
                """)
    }

    @Test func cancellationPassesThrough() async {
        let client = KubernetesClient(answering: { _ in throw CancellationError() })
        await #expect(throws: CancellationError.self) { try await client.get(JSONValue.self, Self.web) }
    }
}
