import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Recordings
import Testing

/// Who set `spec.replicas`, read from what a real API server stores.
@Suite struct ManagedFieldsTests {
    private func decode<Object: Decodable>(_ type: Object.Type, _ json: String) throws -> Object {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }

    @Test func theWritersOfARecordedDeployment() throws {
        let recorded = try WireExchange.load("08-scale-deployment-apply.http.txt", note: "the Deployment")
        let deployment = try JSONDecoder().decode(Managed<Deployment>.self, from: Data(recorded.response.body))
        #expect(deployment.object.metadata?.name == "web" && deployment.object.spec?.replicas != nil)
        let entries = deployment.managedFields
        #expect(entries.map(\.manager) == ["autoscaler", "unknown", "kube-controller-manager"])
        #expect(entries.map(\.setsReplicas) == [true, false, false])
        #expect(entries.map(\.subresource) == ["scale", nil, "status"])
        #expect(entries.map(\.operation) == ["Apply", "Update", "Update"])
        #expect(
            entries.map { $0.time?.timestamp } == [
                nil, RFC3339.parse("2026-11-24T02:06:10Z"), RFC3339.parse("2026-11-24T02:06:11Z"),
            ])
    }

    @Test func theWriterMovesThroughARecordedWatch() throws {
        let recorded = try WireExchange.load("14-watch-deployment.http.txt", note: "watch")
        let writers = try recorded.response.bodyText.split(separator: "\n").compactMap { line -> [String]? in
            let event = try decode(WatchEvent<Managed<Deployment>>.self, String(line))
            guard case .modified(let deployment) = event.change else { return nil }
            return deployment.managedFields.filter(\.setsReplicas).map { $0.subresource ?? "object" }
        }
        #expect(writers == Array(repeating: ["scale"], count: 8))
    }

    @Test(arguments: [
        "null", "[]", "{}", "7", #"[{"manager":7,"time":"yesterday","fieldsV1":[]}]"#, #"[{"fieldsV1":{"f:spec":1}}]"#,
        "[1]",
    ])
    func whateverLiesThereTheObjectIsRead(_ fields: String) throws {
        let json = #"{"metadata":{"name":"web","managedFields":\#(fields)}}"#
        let object = try decode(Managed<PartialObjectMetadata>.self, json)
        #expect(object.object.metadata?.name == "web")
        #expect(object.managedFields.allSatisfy { !$0.setsReplicas && $0.manager.isEmpty && $0.time == nil })
    }

    @Test func anObjectWithoutMetadataHasNoManagedFields() throws {
        #expect(try decode(Managed<PartialObjectMetadata>.self, "{}").managedFields.isEmpty)
    }

    // MARK: Objects that cannot be read

    @Test func oneBrokenObjectDoesNotHideTheOthers() throws {
        let json = """
            [{"metadata":{"name":"a"}},{"metadata":{"namespace":"n","name":"b"},"spec":{"containers":7}},{"metadata":7},8]
            """
        let items = try decode([ReadObject<Pod>].self, json)
        let told = items.map { item in
            switch item {
            case .object(let pod): pod.metadata?.name ?? "-"
            case .unreadable(let identity, _): "broken " + (identity.name ?? "-")
            }
        }
        #expect(told == ["a", "broken b", "broken -", "broken -"])
    }

    @Test(arguments: [("MODIFIED", false), ("DELETED", true)])
    func aBrokenObjectOfAWatchKeepsItsPlace(_ type: String, _ isDeleted: Bool) throws {
        let metadata = #"{"namespace":"n","name":"b","resourceVersion":"9"}"#
        let event = try decode(
            WatchEvent<Pod>.self, #"{"type":"\#(type)","object":{"metadata":\#(metadata),"spec":7}}"#)
        guard case .unreadable(isDeleted, _) = event.change else {
            Issue.record("\(event.change)")
            return
        }
        #expect(event.identity == ObjectIdentity(namespace: "n", name: "b", resourceVersion: "9"))
        #expect(throws: DecodingError.self) {
            try decode(WatchEvent<Pod>.self, #"{"type":"\#(type)","object":{"metadata":{"name":"b"},"spec":7}}"#)
        }
    }
}
