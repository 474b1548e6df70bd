import HTTPService
import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct KubernetesAccessTests {
    /// The users of the recording.
    static let access = Access(users: [
        "<token of viewer>": Access.User(name: "viewer") { request in
            ["get", "list", "watch"].contains(request.verb)
                && ["pods", "deployments", "deployments/scale"].contains(request.qualifiedResource)
        },
        "<token of nobody>": Access.User(name: "nobody") { _ in false },
    ])

    @Test func whoMayNotIsToldAsRecorded() async throws {
        try await KubernetesTestCluster.with(access: Self.access) { cluster in
            try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
            var replay = KubernetesReplay(cluster, ignoring: ["spec.replicas", "status.replicas"])
            for exchange in try WireExchange.load("19-errors-auth.http.txt") {
                #expect(try await replay.differences(exchange).isEmpty, "\(exchange.note)")
            }
        }
    }

    struct Acting: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var headers: [String: String]
        var status: Int
        /// Within the message of an error.
        var message = ""
    }

    static let acting: [Acting] = [
        Acting(testDescription: "oneself", headers: [:], status: 403, message: #"User "robot" cannot list"#),
        Acting(testDescription: "a known user", headers: ["Impersonate-User": "viewer"], status: 200),
        Acting(
            testDescription: "an unknown one", headers: ["Impersonate-User": "ghost"], status: 403,
            message: #"User "ghost" cannot list resource "pods""#),
        Acting(
            testDescription: "one of a group", headers: ["Impersonate-User": "ghost", "Impersonate-Group": "readers"],
            status: 200),
        Acting(
            testDescription: "one of a group that may not be",
            headers: ["Impersonate-User": "ghost", "Impersonate-Group": "system:masters"], status: 403,
            message: #"User "robot" cannot impersonate-on:user-info:list resource "pods""#),
        Acting(
            testDescription: "with extra values",
            headers: ["impersonate-user": "viewer", "Impersonate-Uid": "1", "Impersonate-Extra-a.b%2Fc": "x"],
            status: 200),
        Acting(
            testDescription: "another's extra values",
            headers: ["impersonate-user": "viewer", "Impersonate-Extra-other": "x"], status: 403,
            message: #"User "robot" cannot impersonate-on:user-info:list"#),
        Acting(
            testDescription: "a group without a user", headers: ["Impersonate-Group": "readers"], status: 500,
            message: "without impersonating a user"),
    ]

    @Test(arguments: acting)
    func whoMayActAsAnother(_ example: Acting) async throws {
        let access = Access(
            users: [
                "robot": Access.User(name: "robot") { request in
                    request.verb == "impersonate" && request.name != "system:masters" && request.subresource != "other"
                },
                "viewer": Access.User(name: "viewer") { $0.verb == "list" },
            ], groups: ["readers": { $0.verb == "list" }])
        try await KubernetesTestCluster.with(access: access) { cluster in
            let headers = example.headers.map { ($0.key, $0.value) } + [("Authorization", "Bearer robot")]
            let answer = try await cluster.send("GET", "/api/v1/namespaces/shop/pods", headers: headers)
            #expect(answer.status == example.status)
            let message = answer.body["message"]?.stringValue ?? ""
            #expect(message.contains(example.message))
        }
    }

    @Test func healthAndVersionNeedNoToken() async throws {
        try await KubernetesTestCluster.with(access: Self.access) { cluster in
            for path in ["/version", "/readyz", "/healthz", "/livez?verbose"] {
                let answer = try await cluster.send("GET", path)
                #expect(answer.status == 200)
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var testDescription: String
        /// `nil` when no answer comes.
        var status: Int?
        var isCarriedOut: Bool
    }

    static let cases: [Case] = [
        Case(fault: .tooManyRequests(retryAfterSeconds: 1), testDescription: "429", status: 429, isCarriedOut: false),
        Case(
            fault: .status(StatusError(500, "InternalError", "etcd is away")), testDescription: "500", status: 500,
            isCarriedOut: false),
        Case(fault: .respond(.text("<html>")), testDescription: "garbage", status: 200, isCarriedOut: false),
        Case(fault: .dropConnection, testDescription: "drop", status: nil, isCarriedOut: false),
        Case(fault: .dropAnswer, testDescription: "drop the answer", status: nil, isCarriedOut: true),
        Case(fault: .truncateAnswer(bytes: 10), testDescription: "half an answer", status: nil, isCarriedOut: true),
        Case(fault: .delay(.milliseconds(1)), testDescription: "delay", status: 200, isCarriedOut: true),
    ]

    @Test(arguments: cases)
    func aFaultSpoilsTheRequestItIsMeantFor(_ example: Case) async throws {
        let hook: FaultHook = { $0.method == "PATCH" ? example.fault : nil }
        try await KubernetesTestCluster.with(fault: hook) { cluster in
            try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
            let target = "/apis/apps/v1/namespaces/shop/deployments/web/scale"
            let patch = try? await cluster.send(
                "PATCH", target, ["spec": ["replicas": 5]], contentType: "application/merge-patch+json")
            #expect(patch?.status == example.status)
            let replicas = try await cluster.send("GET", target).body[path: ["spec", "replicas"]]
            #expect(replicas == (example.isCarriedOut ? 5 : 3))
        }
    }

    @Test func tooManyRequestsLooksAsRecorded() async throws {
        let recorded = try WireExchange.load("23-too-many-requests.http.txt", note: "list")
        try await KubernetesTestCluster.with(fault: { _ in .tooManyRequests(retryAfterSeconds: 1) }) { cluster in
            let answer = try await cluster.send("GET", "/api/v1/namespaces/shop/pods?limit=1").response
            #expect(answer.status == recorded.status)
            #expect(answer.text == recorded.response.bodyText)
            for name in ["Content-Type", "Retry-After"] {
                #expect(answer.header(name) == recorded.response.header(name))
            }
        }
    }
}
