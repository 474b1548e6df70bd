import HTTPTransport
import Locking
import Recordings
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct DiscoveryTests {
    @Test func anUnknownGroupIsNotServed() async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("02-discovery.http.txt", "/apis/no.such.group/v1"))
        let error = try await #require(throws: KubernetesError.self) {
            try await client.scalableResource(apiVersion: "no.such.group/v1", kind: "Thing")
        }
        #expect(error.kind == .notServed)
        #expect(
            error.description == """
                cannot get /apis/no.such.group/v1: the API server does not serve /apis/no.such.group/v1; check the \
                apiVersion, and that its CustomResourceDefinition is installed
                """)
    }

    struct Reference: Sendable, CustomTestStringConvertible {
        var apiVersion: String
        var kind: String
        var error: ScaleTargetError?
        var testDescription: String { "\(apiVersion) \(kind)" }
    }

    @Test(arguments: [
        Reference(apiVersion: "apps/v1", kind: "Deployment"),
        Reference(
            apiVersion: "apps/v1", kind: "DaemonSet", error: .notScalable(apiVersion: "apps/v1", kind: "DaemonSet")),
        Reference(
            apiVersion: "apps/v1", kind: "deployment", error: .unknownKind(apiVersion: "apps/v1", kind: "deployment")),
        Reference(apiVersion: "apps/v1", kind: "Scale", error: .unknownKind(apiVersion: "apps/v1", kind: "Scale")),
        Reference(apiVersion: "", kind: "Deployment", error: .malformedReference(apiVersion: "", kind: "Deployment")),
        Reference(apiVersion: "a/b/c", kind: "X", error: .malformedReference(apiVersion: "a/b/c", kind: "X")),
        Reference(apiVersion: "apps/", kind: "X", error: .malformedReference(apiVersion: "apps/", kind: "X")),
        Reference(apiVersion: "../v1", kind: "X", error: .malformedReference(apiVersion: "../v1", kind: "X")),
        Reference(apiVersion: "apps/v1", kind: "", error: .malformedReference(apiVersion: "apps/v1", kind: "")),
    ])
    func onlyKindsWithAScaleSubresourceAreTargets(_ reference: Reference) async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("02-discovery.http.txt", "/apis/apps/v1"))
        if let expected = reference.error {
            await #expect(throws: expected) {
                try await client.scalableResource(apiVersion: reference.apiVersion, kind: reference.kind)
            }
        } else {
            let found = try await client.scalableResource(apiVersion: reference.apiVersion, kind: reference.kind)
            #expect(found == .deployments)
        }
    }

    @Test func whatWasFoundIsRemembered() async throws {
        let asked = Locked<[String]>([])
        let client = KubernetesClient { request in
            asked.withLock { $0.append(request.url) }
            let body = """
                {"resources":[{"name":"farms","kind":"Farm","namespaced":false},
                {"name":"farms/scale","kind":"Scale","namespaced":false,"group":"autoscaling","version":"v1"}]}
                """
            return HTTPResponse(status: 200, body: Array(body.utf8))
        }
        let expected = Resource(
            group: "example.test", version: "v1", plural: "farms", kind: "Farm", isNamespaced: false)
        for _ in 0..<3 {
            #expect(try await client.scalableResource(apiVersion: "example.test/v1", kind: "Farm") == expected)
        }
        #expect(asked.withLock { $0 } == ["https://cluster.test:6443/apis/example.test/v1"])
        let target = ScaleTarget(resource: expected, namespace: "shop", name: "north")
        #expect(target.scalePath.path == "/apis/example.test/v1/farms/north/scale")
    }
}
