import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct KubernetesListTests {
    struct Query: Sendable, CustomTestStringConvertible {
        var query: String
        var names: [String]

        var testDescription: String { query }
    }

    static let queries: [Query] = [
        Query(query: "", names: ["a", "b", "c", "d"]),
        Query(query: "?labelSelector=app%3Dweb", names: ["a", "b"]),
        Query(query: "?labelSelector=app%3D%3Dweb,tier", names: ["b"]),
        Query(query: "?labelSelector=app!%3Dweb", names: ["c", "d"]),
        Query(query: "?labelSelector=app%20in%20(web,%20db),!tier", names: ["a", "c"]),
        Query(query: "?labelSelector=app%20notin%20(web)", names: ["c", "d"]),
        Query(query: "?labelSelector=tier%3D", names: []),
        Query(query: "?fieldSelector=metadata.name%3Dc", names: ["c"]),
        Query(query: "?fieldSelector=status.phase%3DRunning", names: ["d"]),
        Query(query: "?fieldSelector=status.phase!%3DRunning,metadata.name!%3Da", names: ["b", "c"]),
        Query(query: "?limit=2&resourceVersion=0", names: ["a", "b", "c", "d"]),
    ]

    @Test func selectorsChooseObjects() async throws {
        try await Self.withPods { cluster in
            for example in Self.queries {
                let answer = try await cluster.send("GET", "/api/v1/namespaces/shop/pods" + example.query)
                #expect(Self.names(answer.body) == example.names, "\(example.query)")
            }
        }
    }

    @Test func aListOfMetadataHasNothingElse() async throws {
        try await Self.withPods { cluster in
            let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
            let answer = try await cluster.send(
                "GET", "/api/v1/namespaces/shop/pods?limit=3", headers: [("Accept", accept)]
            ).body
            #expect(answer["kind"] == "PartialObjectMetadataList" && answer["apiVersion"] == "meta.k8s.io/v1")
            #expect(Self.names(answer) == ["a", "b", "c"])
            #expect(answer[path: ["metadata", "continue"]] != nil)
            let items = answer["items"]?.arrayValue ?? []
            #expect(items.allSatisfy { $0["metadata"]?["resourceVersion"] != nil && $0["spec"] == nil })
        }
    }

    @Test func thePagesOfAListShowTheStateOfTheFirst() async throws {
        try await Self.withPods { cluster in
            let first = try await cluster.send("GET", "/api/v1/pods?limit=2").body
            #expect(Self.names(first) == ["a", "b"])
            #expect(first[path: ["metadata", "remainingItemCount"]] == 2)
            let token = try #require(first[path: ["metadata", "continue"]]?.stringValue)
            try await cluster.store.delete(.pods, namespace: "shop", name: "c")
            try await cluster.store.create(.pods, namespace: "shop", KubernetesTestCluster.pod("bb", labels: [:]))
            let second = try await cluster.send("GET", "/api/v1/pods?limit=2&continue=\(token)").body
            #expect(Self.names(second) == ["c", "d"])
            #expect(second[path: ["metadata", "continue"]] == nil)
            #expect(second[path: ["metadata", "resourceVersion"]] == first[path: ["metadata", "resourceVersion"]])
            #expect(Self.names(try await cluster.send("GET", "/api/v1/pods").body) == ["a", "b", "bb", "d"])
        }
    }

    @Test func anExpiredListCanGoOnWithTheTokenItIsGiven() async throws {
        let recorded = try WireExchange.load("28-expired.http.txt", note: "continue token expired")
        let wanted = try JSONValue(parsing: recorded.response.body)
        try await Self.withPods { cluster in
            let first = try await cluster.send("GET", "/api/v1/pods?limit=2").body
            let token = try #require(first[path: ["metadata", "continue"]]?.stringValue)
            try await cluster.store.delete(.pods, namespace: "shop", name: "c")
            await cluster.store.compact()
            let expired = try await cluster.send("GET", "/api/v1/pods?limit=2&continue=\(token)")
            #expect(expired.status == recorded.status)
            #expect(expired.body["message"] == wanted["message"])
            #expect(expired.body["reason"] == wanted["reason"])
            let fresh = try #require(expired.body[path: ["metadata", "continue"]]?.stringValue)
            #expect(Self.names(try await cluster.send("GET", "/api/v1/pods?limit=2&continue=\(fresh)").body) == ["d"])
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var query: String
        var file: String
        var note: String

        var testDescription: String { note }
    }

    static let refusals: [Refusal] = [
        Refusal(query: "?labelSelector=app%3D%3D%3Dx", file: "10-pods-list.http.txt", note: "bad selector"),
        Refusal(
            query: "?limit=1&resourceVersion=99999999", file: "10-pods-list.http.txt",
            note: "resourceVersion in the future"),
        Refusal(
            query: "?resourceVersion=2&resourceVersionMatch=Exact", file: "28-expired.http.txt",
            note: "exact, compacted"),
        Refusal(
            query: "?watch=1&resourceVersion=abc", file: "28-expired.http.txt",
            note: "watch, resourceVersion not a number"),
        Refusal(
            query: "?watch=1&sendInitialEvents=true&allowWatchBookmarks=true", file: "13-watch-list.http.txt",
            note: "sendInitialEvents without resourceVersionMatch"),
    ]

    @Test(arguments: refusals)
    func refusalsAreTheRecordedOnes(_ example: Refusal) async throws {
        let recorded = try WireExchange.load(example.file, note: example.note)
        let text = recorded.response.bodyText.split(separator: "current: 330").joined(separator: "current: 7")
        let wanted = try JSONValue(parsing: Array(text.utf8))
        try await Self.withPods { cluster in
            await cluster.store.compact()
            let answer = try await cluster.send("GET", "/api/v1/namespaces/shop/pods" + example.query)
            #expect(answer.status == recorded.status)
            #expect(answer.body == wanted)
            #expect(answer.response.header("Retry-After") == recorded.response.header("Retry-After"))
        }
    }

    private static func names(_ list: JSONValue) -> [String] {
        (list["items"]?.arrayValue ?? []).compactMap { $0[path: ["metadata", "name"]]?.stringValue }
    }

    private static func withPods(_ test: (KubernetesTestCluster) async throws -> Void) async throws {
        try await KubernetesTestCluster.with { cluster in
            let labels: [(String, JSONValue)] = [
                ("d", [:]), ("c", ["app": "db"]), ("b", ["app": "web", "tier": "front"]), ("a", ["app": "web"]),
            ]
            for (name, labels) in labels {
                try await cluster.store.create(
                    .pods, namespace: "shop", KubernetesTestCluster.pod(name, labels: labels))
            }
            try await cluster.store.patchStatus(.pods, namespace: "shop", name: "d", ["phase": "Running"])
            try await test(cluster)
        }
    }
}
