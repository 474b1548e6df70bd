import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import Testing

@testable import Controller

/// A watch of pods that has stalled without a word: what it does not tell must not shrink anything.
@Suite(.timeLimit(.minutes(1))) struct StalePodsTests {
    private struct SteppedClock: MonotonicClock {
        /// Beside the machine's time.
        let offset = Locked(Duration.zero)

        func now() -> Duration { SystemMonotonicClock().now() + offset.withLock { $0 } }
        func sleep(for duration: Duration) async throws { try await SystemMonotonicClock().sleep(for: duration) }
    }

    /// Connections on which nothing comes any more, and which stay.
    private struct StallingTransport: HTTPSending {
        let transport: any HTTPSending
        /// Those opened before count up to it are stalled.
        let opened = Locked(0)
        let stalled = Locked(0)

        func send(_ request: HTTPRequest) async throws -> HTTPResponse { try await transport.send(request) }

        func open(_ request: HTTPRequest) async throws -> HTTPResponseStream {
            let number = opened.withLock { count in
                count += 1
                return count
            }
            var answer = try await transport.open(request)
            let (body, stalled) = (answer.body, stalled)
            let (passed, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            let carrying = Task {
                do {
                    for try await chunk in body where stalled.withLock({ $0 < number }) { continuation.yield(chunk) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in carrying.cancel() }
            answer.body = passed
            return answer
        }

        func stall() {
            let count = opened.withLock { $0 }
            stalled.withLock { $0 = count }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var silence = Duration.seconds(20)
        var change = Change.none
        var listFails = false
        var namespaced = false
        /// Pods wanted, of 2.
        var wanted = 1
        /// Lists with the target's selector.
        var lists: Int
        /// What the condition says; `nil` where the size is changed.
        var held: String?
    }

    enum Change: Sendable {
        case none, another, unready
    }

    private static let beginning = "1 replicas wanted; the watch of pods has told nothing for over a sync period, and "

    @Test(arguments: [
        Case(testDescription: "heard of lately", silence: .seconds(5), change: .another, lists: 0),
        Case(testDescription: "as they were", lists: 1),
        Case(
            testDescription: "another pod", change: .another, lists: 1,
            held: beginning + "2 were known, and the API server has 3"),
        Case(
            testDescription: "another pod, with rights to one namespace", change: .another, namespaced: true, lists: 1,
            held: beginning + "2 were known, and the API server has 3"),
        Case(
            testDescription: "one that is no longer ready", change: .unready, lists: 1,
            held: beginning + "the API server has others than were known, or in another state"),
        Case(testDescription: "growth asks nobody", change: .another, wanted: 4, lists: 0),
        Case(testDescription: "no list", listFails: true, lists: 1, held: beginning + "their list failed: "),
    ])
    func podsThatNothingWasHeardOfAreLookedAtAgain(_ test: Case) async throws {
        try await World.run { world in
            try await world.addDeployment("kitchen")
            let lists = Locked(0)
            world.faults.kubernetes.withLock {
                $0 = { request in
                    guard request.path.hasSuffix("/pods"), request.queryValue("labelSelector") != nil else {
                        return nil
                    }
                    lists.withLock { $0 += 1 }
                    return test.listFails ? .status(StatusError(500, "InternalError", "no leader")) : nil
                }
            }
            let body = #"{"status":"success","data":{"resultType":"scalar","result":[1,"\#(test.wanted)"]}}"#
            world.faults.prometheus.withLock { $0 = { _ in .answer(.json(Array(body.utf8))) } }
            let http = try HTTPClient(configuration: .init(proxy: HTTPProxy.none))
            let transport = StallingTransport(transport: http)
            let client = KubernetesClient(access: world.server, transport: transport)
            let clock = SteppedClock()
            let caches = ClusterCaches(
                client: client, namespaces: test.namespaced ? [world.cluster.namespace] : [], clock: clock, seed: 1)
            let watching = Task { await caches.run() }
            try await judge(test, world, client, caches, clock, transport)
            #expect(lists.withLock { $0 } == test.lists)
            watching.cancel()
            await watching.value
            await http.shutDown()
        }
    }

    private func judge(
        _ test: Case, _ world: World, _ client: KubernetesClient, _ caches: ClusterCaches, _ clock: SteppedClock,
        _ transport: StallingTransport
    ) async throws {
        try await caches.waitUntilSynced()
        var autoscaler = NamedMetricTests.kitchen(
            world, [NamedMetricTests.query("sum(queue_depth)", .averageValue(milli: 1_000))])
        autoscaler.spec.behavior = ScalingBehavior()
        autoscaler.spec.behavior?.scaleDown.stabilizationWindowSeconds = 0
        // The targets' watch begins.
        while try await caches.observe([autoscaler]).first?.write == nil {
            try await Task.sleep(for: .milliseconds(2))
        }
        // The watches are open before they stall.
        while transport.opened.withLock({ $0 }) < 3 { try await Task.sleep(for: .milliseconds(2)) }
        transport.stall()
        try await change(test.change, world)
        clock.offset.withLock { $0 = test.silence }
        let configuration = ControllerConfiguration()
        var store = HistoryStore()
        let reconciler = Reconciler(
            view: caches, client: client, metrics: world.metrics, configuration: configuration)
        let report = try #require(
            try await reconciler.reconcile([autoscaler], store: &store, at: world.cluster.clock.now())
                .autoscalers.first)
        let condition = report.decision.restraint?.condition
        if let held = test.held {
            #expect(condition?.reason == "StalePods")
            #expect(condition?.message.hasPrefix(held) == true, "\(String(describing: condition?.message))")
            #expect(report.outcome == .kept)
            #expect(report.decision.desiredReplicas == 2)
        } else {
            #expect(condition == nil)
            #expect(report.outcome == .scaled(from: 2, to: Int32(test.wanted)))
        }
        // As a journal has it, it decides again so.
        var history = report.historyBefore
        let again = evaluate(autoscaler.spec, report.observation, history: &history, flags: configuration.flags)
        #expect(again == report.decision)
        guard test.held != nil, !test.listFails else { return }
        // Listed anew, it is known.
        let count = test.change == .another ? 3 : 2
        while true {
            let seen = try await caches.observe([autoscaler])
            if case .success(let pods)? = seen.first?.pods, pods.pods.count == count,
                pods.pods.states.count(where: { $0.readiness == .true }) == (test.change == .another ? 3 : 1)
            {
                break
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        #expect(caches.watches.first { $0.resource == "pods" }?.restarts[.silent] == 1)
    }

    private func change(_ change: Change, _ world: World) async throws {
        switch change {
        case .none: break
        case .another:
            var pod = try await world.cluster.store.get(
                .pods, namespace: world.cluster.namespace, name: "kitchen-0")
            pod["metadata"] = ["name": "kitchen-9", "labels": ["app": "kitchen"]]
            try await world.cluster.store.create(
                .pods, namespace: world.cluster.namespace, pod, keepsStatus: true)
        case .unready:
            _ = try await world.cluster.store.update(
                .pods, namespace: world.cluster.namespace, name: "kitchen-0", status: true
            ) { pod in
                var pod = pod
                pod[path: ["status", "conditions"]] = [
                    ["type": "Ready", "status": "False", "lastTransitionTime": "2026-03-13T16:10:00Z"]
                ]
                return pod
            }
        }
    }
}
