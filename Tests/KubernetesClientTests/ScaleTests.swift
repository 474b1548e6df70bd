import Autoscaling
import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import Locking
import Recordings
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(1))) struct ScaleTests {
    private static let still = ScaleTarget(resource: .deployments, namespace: "shop2", name: "still")

    // MARK: Recorded

    @Test(arguments: [
        (
            note: "get StatefulSet", apiVersion: "apps/v1", kind: "StatefulSet", name: "db", replicas: 2,
            selector: "app=db"
        ),
        (
            note: "get ReplicaSet", apiVersion: "apps/v1", kind: "ReplicaSet", name: "solo", replicas: 1,
            selector: "app=solo"
        ),
    ])
    func builtInKindsNeedNoDiscovery(
        _ recorded: (note: String, apiVersion: String, kind: String, name: String, replicas: Int32, selector: String)
    ) async throws {
        let transport = try ReplayTransport("09-scale-other-kinds.http.txt", recorded.note)
        let client = KubernetesClient(replaying: transport)
        let reference = CrossVersionObjectReference(
            apiVersion: recorded.apiVersion, kind: recorded.kind, name: recorded.name)
        let scale = try await client.getScale(try await client.scaleTarget(reference, namespace: "shop"))
        #expect(scale.wantedReplicas == recorded.replicas)
        #expect(scale.status?.selector == recorded.selector)
        #expect(transport.isUsedUp)
    }

    @Test func aScaleWithoutReplicasWantsNone() async throws {
        var exchange = try WireExchange.load("06-scale-deployment-merge-patch.http.txt", note: "replicas null")
        exchange.request.startLine = "GET /apis/apps/v1/namespaces/shop/deployments/web/scale HTTP/1.1"
        exchange.request.headers.removeAll { $0.name == "Content-Type" }
        exchange.request.body = []
        let client = KubernetesClient(replaying: ReplayTransport([exchange]))
        let target = ScaleTarget(resource: .deployments, namespace: "shop", name: "web")
        #expect(try await client.getScale(target).wantedReplicas == 0)
    }

    @Test func aDecisionIsOnePatchThatCarriesItsResourceVersion() async throws {
        let transport = try ReplayTransport(
            "30-scale-resource-version.http.txt", "get", "patch, matching resourceVersion")
        let client = KubernetesClient(replaying: transport)
        let seen = try await client.getScale(Self.still)
        let outcome = try await client.scale(Self.still, to: 4, decidedOn: seen)
        guard case .scaled(let scale) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(scale.metadata?.resourceVersion == "209")
        #expect(scale.wantedReplicas == 4)
        #expect(transport.isUsedUp)
    }

    @Test func theRecordedConflictIsLookedAtAgain() async throws {
        // After the conflict the recorded server has 4 replicas, which is what this decision wants.
        let recorded = try WireExchange.load("30-scale-resource-version.http.txt")
        var again = try #require(recorded.first { $0.note == "get" })
        again.response.body = try #require(recorded.first { $0.note == "no-op, matching resourceVersion" }).response
            .body
        let conflict = try #require(recorded.first { $0.note == "the same again" })
        let client = KubernetesClient(replaying: ReplayTransport([conflict, again]))
        let seen = Scale(metadata: ObjectMeta(resourceVersion: "208"), spec: .init(replicas: 2))
        #expect(try await client.scale(Self.still, to: 4, decidedOn: seen) == .unchanged)
    }

    // MARK: Against a model of the server

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var to: Int32 = 5
        var script: [ScaleServer.Meddling]
        var outcome: String
        var patches: Int
        var replicas: Int32
    }

    @Test(arguments: [
        Case(testDescription: "nobody else writes", script: [], outcome: "scaled 5", patches: 1, replicas: 5),
        Case(
            testDescription: "no change", to: 3, script: [.replicas(9)], outcome: "unchanged", patches: 0, replicas: 3),
        Case(
            testDescription: "a status write in between", script: [.status], outcome: "scaled 5", patches: 2,
            replicas: 5),
        Case(
            testDescription: "status writes four times", script: [.status, .status, .status, .status],
            outcome: "scaled 5", patches: 5, replicas: 5),
        Case(
            testDescription: "status writes five times", script: [.status, .status, .status, .status, .status],
            outcome: "conflict", patches: 5, replicas: 3),
        Case(
            testDescription: "other replicas", script: [.replicas(8)], outcome: "superseded 8", patches: 1, replicas: 8),
        Case(
            testDescription: "scaled to zero by hand", script: [.status, .replicas(0)], outcome: "superseded 0",
            patches: 2, replicas: 0),
        Case(
            testDescription: "the same replicas", script: [.replicas(5)], outcome: "unchanged", patches: 1, replicas: 5),
        Case(
            testDescription: "recreated with the same number", script: [.recreation], outcome: "superseded 3",
            patches: 1, replicas: 3),
        Case(testDescription: "deleted", script: [.deletion], outcome: "notFound", patches: 1, replicas: 3),
    ])
    func conflictsAreDecidedByTheWantedReplicas(_ race: Case) async throws {
        let server = ScaleServer(race.script)
        let client = server.client
        let seen = try await client.getScale(Self.still)
        let outcome: String
        do {
            switch try await client.scale(Self.still, to: race.to, decidedOn: seen) {
            case .scaled(let scale): outcome = "scaled \(scale.wantedReplicas)"
            case .unchanged: outcome = "unchanged"
            case .superseded(let replicas): outcome = "superseded \(replicas)"
            }
        } catch let error as KubernetesError {
            outcome = "\(error.kind)"
        }
        #expect(outcome == race.outcome)
        #expect(server.state.withLock { $0.patches } == race.patches)
        #expect(server.state.withLock { $0.replicas } == race.replicas)
    }

    @Test func aScaleWithoutResourceVersionIsNotWritten() async throws {
        let server = ScaleServer([])
        await #expect(throws: KubernetesError.self) {
            try await server.client.scale(Self.still, to: 5, decidedOn: Scale(spec: .init(replicas: 3)))
        }
        #expect(server.state.withLock { $0.patches } == 0)
    }

    @Test func anEmptySelectorListsNothing() async {
        let client = KubernetesClient { _ in HTTPResponse(status: 200, body: Array("{}".utf8)) }
        await #expect(throws: KubernetesError.self) { try await client.listPods(namespace: "shop", selector: "") }
    }

    @Test func podsAreListedForASelector() async throws {
        let transport = try ReplayTransport("10-pods-list.http.txt", "empty")
        let client = KubernetesClient(replaying: transport)
        #expect(try await client.listPods(namespace: "shop", selector: "app=none").items.isEmpty)
    }

    @Test func aDeploymentIsRead() async throws {
        let client = KubernetesClient(replaying: try ReplayTransport("04-get-deployment.http.txt", "get"))
        let deployment = try await client.getDeployment(namespace: "shop", name: "web")
        #expect(deployment.spec?.replicas == 3)
    }
}
