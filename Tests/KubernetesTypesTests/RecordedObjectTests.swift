import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Recordings
import Testing

/// Objects as a real API server sent them.
@Suite struct RecordedObjectTests {
    private func decode<Object: Decodable>(_ type: Object.Type, _ file: String, note: String) throws -> Object {
        let exchange = try WireExchange.load(file, note: note)
        return try JSONDecoder().decode(Object.self, from: Data(exchange.response.body))
    }

    private func watch<Object: Decodable>(_ type: Object.Type, _ file: String) throws -> [WatchEvent<Object>] {
        let exchange = try WireExchange.load(file, note: "watch")
        return try exchange.response.bodyText.split(separator: "\n").map {
            try JSONDecoder().decode(WatchEvent<Object>.self, from: Data($0.utf8))
        }
    }

    @Test func autoscalersOfAWatch() throws {
        let events = try watch(HorizontalPodAutoscaler.self, "15-hpa.http.txt")
        guard case .added(let autoscaler) = events.first?.change else {
            Issue.record("no autoscaler was added")
            return
        }
        #expect(autoscaler.metadata?.name == "web")
        #expect(autoscaler.spec?.maxReplicas == 10)
        #expect(autoscaler.spec?.metrics?.map(\.type) == ["Resource", "External"])
        #expect(autoscaler.spec?.metrics?.last?.external?.target?.averageValue == Quantity(units: 30))
        #expect(autoscaler.spec?.behavior?.scaleDown?.policies?.first?.value == 50)
        let withStatus = events.compactMap { event -> HorizontalPodAutoscaler.Status? in
            if case .modified(let changed) = event.change { return changed.status } else { return nil }
        }
        #expect(withStatus.contains { $0.conditions?.isEmpty == false })
        let deletions = events.count { if case .deleted = $0.change { true } else { false } }
        #expect(deletions == 1)
    }

    @Test func podsOfAWatchWithBookmarks() throws {
        let events = try watch(Pod.self, "12-watch-pods.http.txt")
        var bookmarks = 0
        for event in events {
            switch event.change {
            case .added(let pod), .modified(let pod), .deleted(let pod):
                #expect(pod.requestMilli(resource: "cpu") == .success(100))
                #expect(pod.metadata?.creationTimestamp != nil)
            case .bookmark(let metadata):
                bookmarks += 1
                #expect(metadata.resourceVersion != nil)
            case .error, .unreadable, .unknown: Issue.record("unexpected \(event.change)")
            }
        }
        #expect(events.count == 9)
        #expect(bookmarks == 2)
    }

    @Test func statusWithDetails() throws {
        let status = try decode(Status.self, "20-errors-client.http.txt", note: "object")
        #expect(status.code == 404)
        #expect(status.reason == "NotFound")
        let event = Data(#"{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410}}"#.utf8)
        guard case .error(let expired) = try JSONDecoder().decode(WatchEvent<Pod>.self, from: event).change else {
            Issue.record("an ERROR is not a status")
            return
        }
        #expect(expired.code == 410)
    }

    @Test func listsScalesLeasesAndEvents() throws {
        let scale = try decode(Scale.self, "05-scale-deployment-get-put.http.txt", note: "")
        #expect(scale.kind == "Scale")
        #expect(try scale.status?.selector.map { try LabelRequirements(parsing: $0) } != nil)
        let deployment = try decode(Deployment.self, "04-get-deployment.http.txt", note: "")
        #expect(deployment.spec?.template?.spec?.containers?.isEmpty == false)
        let lease = try decode(Lease.self, "17-lease.http.txt", note: "create")
        #expect(lease.spec?.leaseDurationSeconds == 15)
        let event = try decode(Event.self, "18-events.http.txt", note: "core create")
        #expect(event.involvedObject?.name == "web")
        #expect(event.lastTimestamp == RFC3339.parse("2026-01-01T00:00:00Z").map(Time.init))
        #expect(event.eventTime == nil)
        let pods = try decode(List<Pod>.self, "10-pods-list.http.txt", note: "")
        #expect(pods.metadata?.resourceVersion != nil)
        #expect(pods.items?.isEmpty == false)
    }
}
