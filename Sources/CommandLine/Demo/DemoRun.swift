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
        let kubernetes = try KubernetesAPI(store: rush.store)
        let prometheus = try HTTPServer(routes: rush.prometheus.routes)
        let transport = try HTTPClient()
        let story = DemoStory(console: console, rush: rush)
        let result: Result<Void, any Error>
        do {
            try await story.begin(kubernetesURL: kubernetes.url, prometheusURL: prometheus.url, options)
            let loop = try controller(kubernetes, prometheus, transport, rush, story)
            try await play(rush, loop, story)
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

    /// The controller as `run` builds it, but for its clock.
    private func controller(
        _ kubernetes: KubernetesAPI, _ prometheus: HTTPServer, _ transport: HTTPClient, _ rush: ByteBites,
        _ story: DemoStory
    ) throws -> ControlLoop {
        var object = try ByteBites.autoscaler.decoded(as: HorizontalPodAutoscaler.self)
        object.metadata?.namespace = rush.namespace
        guard let autoscaler = Autoscaler(object) else {
            throw CommandFailure(.no, "the demo's autoscaler is not complete")
        }
        let client = KubernetesClient(access: ClusterAccess(server: kubernetes.url), transport: transport)
        let api = PrometheusAPI(try PrometheusConfiguration(baseURL: prometheus.url), over: transport)
        let configuration = ControllerConfiguration()
        return ControlLoop(
            source: FixedAutoscalers([autoscaler]),
            reconciler: Reconciler(
                view: ClusterObserver(client: client, concurrency: configuration.concurrency), client: client,
                metrics: SnapshotCollector(api), configuration: configuration),
            clock: rush.clock, syncPeriod: configuration.syncPeriod,
            onTick: { await story.tell($0) })
    }

    /// Runs cluster and controller until the rush is over; with `--keep`, until the task is cancelled.
    private func play(_ rush: ByteBites, _ loop: ControlLoop, _ story: DemoStory) async throws {
        let end = rush.clock.start.advanced(byNanoseconds: ByteBites.duration.nanoseconds)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await rush.simulation.run()
                return false
            }
            group.addTask {
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
