import Autoscaling
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import Controller

/// What the controller writes about itself, against what was recorded from a real API server.
@Suite(.timeLimit(.minutes(1))) struct ReportingWireTests {
    /// Answers with recorded answers in order, and keeps what was asked.
    private final class Recorder: HTTPSending {
        private let answers: Locked<[WireExchange]>
        let requests = Locked<[HTTPRequest]>([])

        init(_ file: String, _ notes: [String]) throws {
            let all = try WireExchange.load(file)
            answers = Locked(
                try notes.map { note in try #require(all.first { $0.note == note }, "\(file) has no '\(note)'") })
        }

        struct Unexpected: Error {}

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            requests.withLock { $0.append(request) }
            guard let next = answers.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw Unexpected() }
            let target = next.target.split(separator: "?").first.map(String.init) ?? ""
            // Names of Events are the client's to choose.
            let asked = request.url.split(separator: "?").first.map(String.init) ?? ""
            #expect(request.method.rawValue == next.method)
            #expect(
                asked == "https://cluster.test" + target
                    || (target.contains("/events/") && asked.contains("/namespaces/shop/events/web.")))
            return HTTPResponse(
                status: Int(next.response.startLine.split(separator: " ")[1]) ?? 0, body: next.response.body)
        }

        func open(_ request: HTTPRequest) async throws -> HTTPResponseStream { throw Unexpected() }
    }

    private func client(_ recorder: Recorder) -> KubernetesClient {
        KubernetesClient(access: ClusterAccess(server: "https://cluster.test"), transport: recorder)
    }

    private static let web = ObjectReference(
        apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web",
        uid: "ab53f0ba-f5a7-4584-9659-4aab27b1a434")

    @Test func anEventIsMadeAndCountedAsRecorded() async throws {
        let recorder = try Recorder("18-events.http.txt", ["core create", "core patch of count"])
        let events = EventRecorder(client: client(recorder))
        let start = try #require(RFC3339.parse("2026-01-01T00:00:00Z"))
        let event = DecisionReport.Event(isWarning: false, reason: "SuccessfulRescale", message: "New size: 7")
        for second in [0, 60] {
            try await events.record(event, about: Self.web, at: start.advanced(bySeconds: Int64(second)))
        }
        let bodies = try recorder.requests.withLock { $0 }.map { try JSONValue(parsing: $0.body ?? []) }
        let recorded = try WireExchange.load("18-events.http.txt")
        let created = try JSONValue(parsing: try #require(recorded.first { $0.note == "core create" }).request.body)
        for field in ["involvedObject", "reason", "message", "type", "firstTimestamp", "lastTimestamp", "count"] {
            #expect(bodies[0][field] == created[field], "\(field)")
        }
        let counted = try JSONValue(
            parsing: try #require(recorded.first { $0.note == "core patch of count" }).request.body)
        for field in ["count", "lastTimestamp"] { #expect(bodies[1][field] == counted[field], "\(field)") }
    }

    @Test func aStatusIsPatchedAsRecorded() async throws {
        let recorder = try Recorder("15-hpa.http.txt", ["status patch"])
        let before = try #require(try WireExchange.load("15-hpa.http.txt").first { $0.note == "create" })
        let wire = try JSONValue(parsing: before.response.body).decoded(as: HorizontalPodAutoscaler.self)
        var autoscaler = try #require(Autoscaler(wire))
        autoscaler.object = AutoscalerObject(
            kind: .horizontalPodAutoscaler, uid: wire.metadata?.uid ?? "",
            resourceVersion: wire.metadata?.resourceVersion ?? "", generation: nil, status: .init())
        let now = try #require(RFC3339.parse("2026-11-24T02:06:47.5Z"))
        var history = History()
        let observation = Observation(
            time: now, target: .found(ObservedScale(specReplicas: 7, statusReplicas: 7)),
            readings: autoscaler.spec.metrics.map { _ in .failed(.source("nothing is measured here")) })
        let decision = evaluate(autoscaler.spec, observation, history: &history)
        let report = AutoscalerReport(
            autoscaler: autoscaler, observation: observation, decision: decision, outcome: .kept,
            historyBefore: History(), history: history,
            report: DecisionReport(
                decision, spec: autoscaler.spec, namespace: "shop",
                previous: .init(currentReplicas: 0, desiredReplicas: 0), write: .none, flags: ControllerFlags()),
            target: .unavailable(.notReadable("")))
        var quiet = report
        quiet.report.events = []
        var store = HistoryStore()
        let writer = ObjectWriter(
            client: client(recorder), events: EventRecorder(client: client(recorder)),
            configuration: ControllerConfiguration())
        #expect(await writer.write([quiet], &store, at: now).isEmpty)
        let request = try #require(recorder.requests.withLock { $0.first })
        #expect(request.headers["Content-Type"] == "application/merge-patch+json")
        let body = try JSONValue(parsing: request.body ?? [])
        #expect(body[path: ["metadata", "uid"]]?.stringValue == wire.metadata?.uid)
        #expect(body[path: ["status", "currentReplicas"]]?.intValue == 7)
        let conditions = body[path: ["status", "conditions"]]?.arrayValue ?? []
        #expect(conditions.allSatisfy { $0["lastTransitionTime"]?.stringValue == "2026-11-24T02:06:47Z" })
        #expect(conditions.contains { $0["reason"]?.stringValue == "FailedGetResourceMetric" })
        // The answer is taken for what is stored now: the same again writes nothing.
        #expect(await writer.write([quiet], &store, at: now.advanced(bySeconds: 15)).isEmpty)
        #expect(recorder.requests.withLock { $0.count } == 1)
    }
}
