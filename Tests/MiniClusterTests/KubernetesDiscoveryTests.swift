import KubernetesTypes
import LoopbackClient
import MiniCluster
import Recordings
import Testing

@Suite(.timeLimit(.minutes(1))) struct KubernetesDiscoveryTests {
    private static let aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

    /// What is served is described as the real server describes it, but for the hash of its storage.
    @Test(arguments: ["/apis/apps/v1", "/apis/autoscaling/v2", "/api/v1"])
    func everyResourceOfAGroupIsDescribedAsRecorded(_ path: String) async throws {
        let all = try WireExchange.load("02-discovery.http.txt")
        let recorded = try JSONValue(parsing: try #require(all.first { $0.target == path }).response.body)
        try await KubernetesTestCluster.with { cluster in
            let own = try await cluster.send("GET", path).body
            for field in ["kind", "apiVersion", "groupVersion"] { #expect(own[field] == recorded[field]) }
            let resources = own["resources"]?.arrayValue ?? []
            #expect(!resources.isEmpty)
            for resource in resources {
                var wanted = recorded["resources"]?.arrayValue?.first { $0["name"] == resource["name"] }
                wanted?["storageVersionHash"] = nil
                #expect(resource == wanted)
            }
        }
    }

    @Test(arguments: ["/api", "/apis"])
    func theAggregatedFormSaysTheSame(_ path: String) async throws {
        let all = try WireExchange.load("03-discovery-aggregated.http.txt")
        let recorded = try JSONValue(parsing: try #require(all.first { $0.target == path }).response.body)
        try await KubernetesTestCluster.with { cluster in
            let answer = try await cluster.send("GET", path, headers: [("Accept", Self.aggregated)])
            #expect(answer.response.header("Content-Type")?.contains("as=APIGroupDiscoveryList") ?? false)
            for (name, resource) in Self.resources(answer.body) {
                var resource = resource
                var wanted = Self.resources(recorded)[name]
                // Only what is served of the subresources is compared.
                let names = resource["subresources"]?.arrayValue?.map { $0["subresource"] }
                let subresources = wanted?["subresources"]?.arrayValue?.filter { element in
                    names?.contains { $0 == element["subresource"] } ?? false
                }
                #expect(resource["subresources"]?.arrayValue ?? [] == subresources ?? [], "\(name)")
                resource["subresources"] = nil
                wanted?["subresources"] = nil
                #expect(resource == wanted, "\(name)")
            }
            let tag = try #require(answer.response.header("Etag"))
            let again = try await cluster.send(
                "GET", path, headers: [("Accept", Self.aggregated), ("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.response.body.isEmpty)
        }
    }

    private static func resources(_ list: JSONValue) -> [String: JSONValue] {
        var found: [String: JSONValue] = [:]
        for group in list["items"]?.arrayValue ?? [] {
            for version in group["versions"]?.arrayValue ?? [] {
                for resource in version["resources"]?.arrayValue ?? [] {
                    let name = group[path: ["metadata", "name"]]?.stringValue ?? ""
                    found["\(name)/\(version["version"] ?? "")/\(resource["resource"] ?? "")"] = resource
                }
            }
        }
        return found
    }

    @Test func aDeploymentIsATableOfTheRecordedColumns() async throws {
        let recorded = try WireExchange.load("04-get-deployment.http.txt", note: "table")
        let wanted = try JSONValue(parsing: recorded.response.body)
        try await KubernetesTestCluster.with { cluster in
            try await cluster.store.create(.deployments, namespace: "shop", KubernetesTestCluster.deployment("web"))
            try await cluster.store.patchStatus(
                .deployments, namespace: "shop", name: "web",
                ["readyReplicas": 3, "updatedReplicas": 3, "availableReplicas": 3])
            let accept = try #require(recorded.request.header("Accept"))
            let own = try await cluster.send("GET", recorded.target, headers: [("Accept", accept)]).body
            for field in ["name", "type", "format", "priority"] {
                #expect(
                    own["columnDefinitions"]?.arrayValue?.map { $0[field] }
                        == wanted["columnDefinitions"]?.arrayValue?.map { $0[field] })
            }
            var cells = wanted["rows"]?[0]?["cells"]?.arrayValue ?? []
            try #require(cells.count == 8)
            cells[4] = "0s"
            #expect(own["rows"]?[0]?["cells"]?.arrayValue == cells)
            #expect(own["rows"]?[0]?[path: ["object", "kind"]] == "PartialObjectMetadata")
        }
    }

    @Test func unknownGroupsAreNotFoundInPlainText() async throws {
        let recorded = try WireExchange.load("02-discovery.http.txt", note: "/apis/no.such.group/v1")
        try await KubernetesTestCluster.with { cluster in
            let answer = try await cluster.send("GET", recorded.target).response
            #expect(answer.status == recorded.status)
            #expect(answer.text == recorded.response.bodyText)
            #expect(answer.header("Content-Type") == recorded.response.header("Content-Type"))
        }
    }
}
