internal import Autoscaling
internal import Controller
internal import FoundationEssentials
internal import HTTPService
internal import HTTPTransport
internal import KubernetesClient
internal import KubernetesTypes
internal import Locking
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
        var endpoints: HTTPServer?
        let result: Result<Void, any Error>
        do {
            let parts = try controller(kubernetes, prometheus, transport, rush, story)
            let server = try HTTPServer(routes: parts.endpoints.routes)
            endpoints = server
            try await story.begin(
                kubernetesURL: kubernetes.url, prometheusURL: prometheus.url, statusURL: server.url, options)
            try await play(rush, parts, story)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await endpoints?.stop()
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

    /// The controller, and what it looks into and is looked at through.
    private struct Parts {
        var loop: ControlLoop
        var caches: ClusterCaches
        var source: WatchedAutoscalers
        var endpoints: ControllerEndpoints
    }

    /// The controller as `run` builds it, but for its clock.
    private func controller(
        _ kubernetes: KubernetesAPI, _ prometheus: HTTPServer, _ transport: HTTPClient, _ rush: ByteBites,
        _ story: DemoStory
    ) throws -> Parts {
        let configuration = ControllerConfiguration()
        let (book, watching) = (StatusBook(), Locked<ClusterCaches?>(nil))
        let watches: @Sendable () -> [WatchReading] = { watching.withLock { $0 }?.watches ?? [] }
        let metrics = try ControllerMetrics(version: Version.current, book: book, watches: watches)
        metrics.announce(syncPeriod: configuration.syncPeriod)
        let client = KubernetesClient(
            access: ClusterAccess(server: kubernetes.url), transport: metrics.measured(transport, server: "kubernetes"))
        let api = PrometheusAPI(
            try PrometheusConfiguration(baseURL: prometheus.url),
            over: metrics.measured(transport, server: "prometheus"))
        let caches = ClusterCaches(client: client, concurrency: configuration.concurrency)
        watching.withLock { $0 = caches }
        let about = StatusService.About(
            configuration, version: Version.current,
            refreshPeriod: max(configuration.syncPeriod / options.speed, .seconds(1)))
        let endpoints = ControllerEndpoints(
            metrics: metrics,
            status: StatusService(
                about, book: book, ownership: .uncontested(), clock: rush.clock, watches: watches),
            syncPeriod: configuration.syncPeriod)
        let source = WatchedAutoscalers(.horizontalPodAutoscaler, caches: caches)
        let loop = ControlLoop(
            source: source,
            reconciler: Reconciler(
                view: caches, client: client, metrics: SnapshotCollector(api), configuration: configuration),
            objects: ObjectWriter(
                client: client, events: EventRecorder(client: client), configuration: configuration),
            clock: rush.clock, syncPeriod: configuration.syncPeriod,
            onTick: { report in
                book.record(report)
                metrics.record(report)
                endpoints.tickCompleted()
                await story.tell(report)
            })
        return Parts(loop: loop, caches: caches, source: source, endpoints: endpoints)
    }

    /// Runs cluster and controller until the rush is over; with `--keep`, until the task is cancelled.
    private func play(_ rush: ByteBites, _ parts: Parts, _ story: DemoStory) async throws {
        let (loop, caches, source) = (parts.loop, parts.caches, parts.source)
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
