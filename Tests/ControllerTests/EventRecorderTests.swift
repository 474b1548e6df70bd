import Autoscaling
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import MiniCluster
import Testing

@testable import Controller

/// Events as they lie in the cluster: one for each change, counted when it is said again.
@Suite(.timeLimit(.minutes(1))) struct EventRecorderTests {
    private static let start = Timestamp(nanoseconds: 1_773_424_800_000_000_000)
    private static let web = ObjectReference(
        apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace: "default", name: "web", uid: "u-1")

    struct Said: Sendable {
        var isWarning = false
        var reason = "SuccessfulRescale"
        var message: String
        var second: Int64
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var said: [Said]
        /// Reason, message and count of each, in the order of their names' making.
        var stored: [String]
    }

    private func stored(after said: [Said], deleting: Bool = false) async throws -> [String] {
        let store = ClusterStore(now: { Self.start })
        let api = try KubernetesAPI(store: store)
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let client = KubernetesClient(access: ClusterAccess(server: api.url), transport: transport)
        let recorder = EventRecorder(client: client, instance: "pod-0")
        for one in said {
            try await recorder.record(
                DecisionReport.Event(isWarning: one.isWarning, reason: one.reason, message: one.message),
                about: Self.web, at: Self.start.advanced(bySeconds: one.second))
            if deleting {
                for event in await store.all(.events) {
                    try await store.delete(
                        .events, namespace: "default", name: event[path: ["metadata", "name"]]?.stringValue ?? "")
                }
            }
        }
        let events = try await client.list(Event.self, .collection(.events, namespace: nil)).items
        await transport.shutDown()
        await api.stop()
        #expect(events.allSatisfy { $0.involvedObject?.uid == "u-1" && $0.reportingInstance == "pod-0" })
        return events.map { "\($0.type ?? "") \($0.reason ?? "") \($0.message ?? "") ×\($0.count ?? 0)" }.sorted()
    }

    static let cases = [
        Case(
            testDescription: "a failure that lasts is counted and written every five minutes",
            said: (0..<60).map {
                Said(isWarning: true, reason: "FailedGetScale", message: "timeout after \($0) ms", second: $0 * 15)
            },
            stored: ["Warning FailedGetScale timeout after 40 ms ×41"]),
        Case(
            testDescription: "each change is written",
            said: [
                Said(message: "New size: 3", second: 0), Said(message: "New size: 2", second: 60),
                Said(message: "New size: 3", second: 120),
            ],
            stored: ["Normal SuccessfulRescale New size: 2 ×1", "Normal SuccessfulRescale New size: 3 ×2"]),
        Case(
            testDescription: "an hour later it is said anew",
            said: [Said(message: "New size: 3", second: 0), Said(message: "New size: 3", second: 3_600)],
            stored: ["Normal SuccessfulRescale New size: 3 ×1", "Normal SuccessfulRescale New size: 3 ×1"]),
        Case(
            testDescription: "a message beyond the bound is cut",
            said: [Said(message: String(repeating: "ä", count: 1_000), second: 0)],
            stored: ["Normal SuccessfulRescale \(String(repeating: "ä", count: 510))… ×1"]),
    ]

    @Test(arguments: cases) func oneForEachChange(_ one: Case) async throws {
        #expect(try await stored(after: one.said) == one.stored)
    }

    @Test func oneThatIsGoneIsMadeAnew() async throws {
        let said = [Said(message: "New size: 3", second: 0), Said(message: "New size: 3", second: 60)]
        // The second one counts up, finds nothing, and is made; then it is deleted as well.
        #expect(try await stored(after: said, deleting: true).isEmpty)
        #expect(try await stored(after: said + [Said(message: "New size: 4", second: 90)]).count == 2)
    }
}
