internal import Autoscaling
internal import Controller
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTransport
internal import KubernetesClient
internal import KubernetesTypes
internal import MiniCluster
internal import PrometheusClient

extension SimulationClock: ControllerClock {}

/// One call of `demo`: an embedded cluster, the controller beside it, and somebody who tells what happens.
struct DemoRun: Sendable {
    struct Options: Sendable {
        var speed: Double
        var seed: UInt64
        var keeps: Bool
    }

    let options: Options
    let console: Console

    func run() async throws -> ExitCode {
        let clock = SimulationClock(start: ByteBites.start, speed: options.speed)
        let rush = try await ByteBites(clock: clock, seed: options.seed)
        try await rush.store.create(.horizontalPodAutoscalers, namespace: rush.namespace, ByteBites.autoscaler)
        let kubernetes = try KubernetesAPI(store: rush.store)
        let prometheus = try HTTPServer(routes: rush.prometheus.routes)
        let transport = try HTTPClient()
        let story = DemoStory(console: console, rush: rush)
        let result: Result<Void, any Error>
        do {
            try await story.begin(kubernetesURL: kubernetes.url, prometheusURL: prometheus.url, options)
            let parts = try controller(kubernetes, prometheus, transport, rush, story)
            try await play(rush, parts.loop, parts.caches, parts.source, story)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await transport.shutDown()
        await prometheus.stop()
        await kubernetes.stop()
        switch result {
        case .success: return .done
        case .failure(is CancellationError):
            console.complain("interrupted; the demo's servers are stopped")
            throw CancellationError()
        case .failure(let error): throw error
        }
    }

    /// The controller as `run` builds it, but for its clock, and the caches that it looks into.
    private func controller(
        _ kubernetes: KubernetesAPI, _ prometheus: HTTPServer, _ transport: HTTPClient, _ rush: ByteBites,
        _ story: DemoStory
    ) throws -> (loop: ControlLoop, caches: ClusterCaches, source: WatchedAutoscalers) {
        let client = KubernetesClient(access: ClusterAccess(server: kubernetes.url), transport: transport)
        let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
        let configuration = ControllerConfiguration()
        let caches = ClusterCaches(client: client, concurrency: configuration.concurrency)
        let source = WatchedAutoscalers(.horizontalPodAutoscaler, caches: caches)
        let loop = ControlLoop(
            source: source,
            reconciler: Reconciler(
                view: caches, client: client, metrics: SnapshotCollector(api), configuration: configuration),
            objects: ObjectWriter(
                client: client, events: EventRecorder(client: client), configuration: configuration),
            clock: rush.clock, syncPeriod: configuration.syncPeriod,
            onTick: { await story.tell($0) })
        return (loop, caches, source)
    }

    /// Runs cluster and controller until the rush is over; with `--keep`, until the task is cancelled.
    private func play(
        _ rush: ByteBites, _ loop: ControlLoop, _ caches: ClusterCaches, _ source: WatchedAutoscalers,
        _ story: DemoStory
    ) async throws {
        let end = rush.clock.start.advanced(byNanoseconds: ByteBites.duration.nanoseconds)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await rush.simulation.run()
                return false
            }
            group.addTask {
                await caches.run()
                return false
            }
            group.addTask {
                try await source.waitUntilSynced()
                try await caches.waitUntilSynced()
                // Before that the rate's window is not full, and shows less than there is.
                try await rush.clock.sleep(until: rush.clock.start.advanced(bySeconds: 165))
                try await loop.run()
                return false
            }
            group.addTask {
                try await rush.clock.sleep(until: end)
                return true
            }
            while let isOver = try await group.next() {
                guard isOver else { continue }
                try await story.end()
                if options.keeps {
                    try console.print("The cluster goes on; Ctrl-C stops it.")
                    continue
                }
                group.cancelAll()
                return
            }
            try Task.checkCancellation()
        }
    }
}
