import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct ListTests {
    private static let pods = ResourcePath.collection(.pods, namespace: "shop")

    private func names(_ list: ObjectList<JSONValue>) -> [String] {
        list.items.compactMap { $0["metadata"]?["name"]?.stringValue }
    }

    @Test func pagesAreJoinedToTheEnd() async throws {
        let transport = try ReplayTransport("10-pods-list.http.txt", "page 1", "page 2")
        let client = KubernetesClient(replaying: transport)
        let list = try await client.list(
            JSONValue.self, Self.pods, options: ListOptions(labelSelector: "app=web", pageSize: 3))
        #expect(names(list).count == 6)
        #expect(Set(names(list)).count == 6)
        #expect(list.resourceVersion == "330" && list.isConsistent)
        #expect(transport.isUsedUp)
    }

    @Test(arguments: [
        (note: "set selector", options: ListOptions(labelSelector: "app in (web,db),!nolabel", pageSize: 1)),
        (note: "field selector", options: ListOptions(fieldSelector: "status.phase=Running", pageSize: 1)),
    ])
    func selectorsArriveAsTheyWereWritten(_ recorded: (note: String, options: ListOptions)) async throws {
        // The recording stops after one page; the second request finds no exchange left.
        let transport = try ReplayTransport("10-pods-list.http.txt", recorded.note)
        let client = KubernetesClient(replaying: transport)
        await #expect(throws: ReplayTransport.Unexpected.self) {
            try await client.list(JSONValue.self, Self.pods, options: recorded.options)
        }
        #expect(transport.isUsedUp)
    }

    @Test func anEmptyListHasNoItems() async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("10-pods-list.http.txt", "empty"))
        let list = try await client.list(JSONValue.self, Self.pods, options: ListOptions(labelSelector: "app=none"))
        #expect(list == ObjectList(items: [], resourceVersion: "330", isConsistent: true))
    }

    @Test func aListFromTheCacheIsOnePage() async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("10-pods-list.http.txt", "from cache"))
        let options = ListOptions(labelSelector: "app=db", resourceVersion: "0", pageSize: 1)
        let list = try await client.list(JSONValue.self, Self.pods, options: options)
        #expect(names(list) == ["db-0"])
    }

    /// A server of pages `a`, `b`, `c`, one object each, that forgets its first revision once, between two pages.
    private func forgetfulServer(
        asked: Locked<[String]>, forgetting: Int, fresh: Bool
    ) -> KubernetesClient {
        let expired = fresh ? #"{"continue":"c"}"# : "{}"
        return KubernetesClient { request in
            // The server refuses both together.
            if request.url.contains("continue="), request.url.contains("resourceVersion=") {
                return HTTPResponse(status: 400)
            }
            let token = request.url.split(separator: "continue=").dropFirst().first.map(String.init) ?? "a"
            let earlier = asked.withLock { tokens in
                tokens.append(token)
                return tokens.count { $0 == "b" }
            }
            if token == "b", earlier <= forgetting {
                let body = #"{"kind":"Status","metadata":\#(expired),"reason":"Expired","code":410}"#
                return HTTPResponse(status: 410, body: Array(body.utf8))
            }
            let next = ["a": "b", "b": "c"][token] ?? ""
            let body = """
                {"metadata":{"resourceVersion":"1\(token)","continue":"\(next)"},"items":[{"metadata":{"name":"\(token)"}}]}
                """
            return HTTPResponse(status: 200, body: Array(body.utf8))
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var forgetting: Int
        var fresh: Bool
        var expiry: ListOptions.Expiry
        var asked: [String]
        var names: [String]?
        var isConsistent = true
    }

    @Test(arguments: [
        Case(
            testDescription: "restart though a token is offered", forgetting: 1, fresh: true, expiry: .restart,
            asked: ["a", "b", "a", "b", "c"], names: ["a", "b", "c"]),
        Case(
            testDescription: "go on with the offered token", forgetting: 1, fresh: true, expiry: .goOn,
            asked: ["a", "b", "c"], names: ["a", "c"], isConsistent: false),
        Case(
            testDescription: "restart where none is offered", forgetting: 1, fresh: false, expiry: .goOn,
            asked: ["a", "b", "a", "b", "c"], names: ["a", "b", "c"]),
        Case(
            testDescription: "give up after three restarts", forgetting: 9, fresh: false, expiry: .restart,
            asked: ["a", "b", "a", "b", "a", "b", "a", "b"], names: nil),
    ])
    func anExpiredContinueTokenIsHandledAsAsked(_ expired: Case) async throws {
        let asked = Locked<[String]>([])
        let client = forgetfulServer(asked: asked, forgetting: expired.forgetting, fresh: expired.fresh)
        let options = ListOptions(resourceVersion: "5", expiry: expired.expiry)
        if let expected = expired.names {
            let list = try await client.list(JSONValue.self, Self.pods, options: options)
            #expect(names(list) == expected)
            #expect(list.isConsistent == expired.isConsistent)
            #expect(list.resourceVersion == "1c")
        } else {
            let error = try await #require(throws: KubernetesError.self) {
                try await client.list(JSONValue.self, Self.pods, options: options)
            }
            #expect(error.kind == .expired(freshContinue: nil))
        }
        #expect(asked.withLock { $0 } == expired.asked)
    }

    @Test func theRecordedFreshTokenIsUsed() async throws {
        let expired = try WireExchange.load("28-expired.http.txt", note: "continue token expired")
        let line = RequestLine(verb: "list", target: Self.pods, path: Self.pods.path)
        let error = KubernetesError(HTTPResponse(expired.response), to: line, hiding: nil)
        let next = try WireExchange.load("28-expired.http.txt", note: "going on with the token")
        guard case .expired(let fresh?) = error.kind else {
            Issue.record("\(error.kind)")
            return
        }
        #expect(next.target.hasSuffix("&continue=" + fresh))
    }

    @Test func aListWithoutEndIsGivenUp() async throws {
        let client = KubernetesClient { _ in
            HTTPResponse(status: 200, body: Array(#"{"metadata":{"continue":"x"},"items":null}"#.utf8))
        }
        let error = try await #require(throws: KubernetesError.self) {
            try await client.list(JSONValue.self, Self.pods)
        }
        #expect(error.description == #"cannot list pods in namespace "shop": the list has no end after 2000 pages"#)
    }
}
