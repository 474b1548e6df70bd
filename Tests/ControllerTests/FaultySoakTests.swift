import Autoscaling
import FoundationEssentials
import HTTPService
import HTTPTransport
import KubernetesClient
import KubernetesTypes
import Locking
import MiniCluster
import PrometheusClient
import Testing

@testable import Controller

/// A whole controller over real sockets, at 60 times the clock, while requests go wrong at random: after an hour it has as
/// many descriptors and threads, and as much memory, as after a quarter of it.
@Suite(.timeLimit(.minutes(90))) struct FaultySoakTests {
    /// The whole hour is a make target's.
    private static let minutes = Double(ProcessInfo.processInfo.environment["SWIFTLET_SOAK_MINUTES"] ?? "") ?? 0.2
    private static let seed = UInt64(ProcessInfo.processInfo.environment["SWIFTLET_SEED"] ?? "") ?? 1
    private static let speed = 60
    /// Looks in all; a quarter of them is compared with another.
    private static let looks = 80

    /// What a process holds.
    private struct Holding {
        /// In bytes.
        var memory: Int
        var descriptors: Int
        var threads: Int

        /// As it is now, by `/proc`.
        init() {
            let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
            memory = (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096
            descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
            threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
        }
    }

    @Test func faultsLeaveNothingBehind() async throws {
        let storm = Storm(seed: Self.seed, percent: 10)
        let clock = SimulationClock(start: ByteBites.start, speed: Double(Self.speed))
        let cluster = try await ByteBites(clock: clock, seed: Self.seed, namespace: "bytebites")
        try await cluster.store.create(
            .horizontalPodAutoscalers, namespace: cluster.namespace, ByteBites.autoscaler)
        let api = try KubernetesAPI(store: cluster.store) { storm.fault($0) }
        let routes = cluster.prometheus.routes
        let prometheus = try HTTPServer { request in
            if let answer = storm.answer() { return answer }
            return await routes.respond(to: request)
        }
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: HTTPProxy.none))
        let (holdings, ticks) = try await run(cluster, api, prometheus, transport)
        await transport.shutDown()
        await prometheus.stop()
        await api.stop()

        let early = holdings[holdings.count / 4..<holdings.count / 2]
        let late = holdings[(holdings.count * 3 / 4)...]
        func highest(_ part: ArraySlice<Holding>, _ value: KeyPath<Holding, Int>) -> Int {
            part.map { $0[keyPath: value] }.max() ?? 0
        }
        for (name, value) in [
            ("memory in KiB", \Holding.memory), ("descriptors", \.descriptors), ("threads", \.threads),
        ] {
            let unit = value == \.memory ? 1 << 10 : 1
            print("soak: \(name): \(highest(early, value) / unit), then \(highest(late, value) / unit)")
        }
        print("soak: memory in MiB at each look: \(holdings.map { "\($0.memory >> 20)" }.joined(separator: " "))")
        print("soak: \(ticks) ticks, faults \(storm.counts.sorted { $0.key < $1.key })")
        #expect(ticks > 0 && storm.total > 0)
        #expect(highest(late, \.memory) - highest(early, \.memory) < 16 << 20)
        // Connections come and go with the faults; as many as may be open at once.
        #expect(highest(late, \.descriptors) - highest(early, \.descriptors) <= 16)
        #expect(highest(late, \.threads) - highest(early, \.threads) <= 2)
    }

    /// An API server forgets Events after an hour (`--event-ttl`); the embedded one keeps them.
    private func expireEvents(_ cluster: ByteBites) async {
        let oldest = RFC3339.format(
            cluster.clock.now().advanced(bySeconds: -3_600), fractionDigits: 0)
        for event in await cluster.store.all(.events, namespace: nil) {
            guard let name = event[path: ["metadata", "name"]]?.stringValue,
                let time = event["lastTimestamp"]?.stringValue, time < oldest
            else { continue }
            _ = try? await cluster.store.delete(.events, namespace: cluster.namespace, name: name)
        }
    }

    /// - Returns: What was held at each look, and the ticks.
    private func run(
        _ cluster: ByteBites, _ api: KubernetesAPI, _ prometheus: HTTPServer, _ transport: HTTPClient
    ) async throws -> ([Holding], ticks: Int) {
        let monotonic = FastClock(speed: Self.speed)
        let limits = HTTPLimits(total: World.requestLimit)
        let client = KubernetesClient(
            access: ClusterAccess(server: api.url), transport: transport,
            options: KubernetesClient.Options(limits: limits))
        let caches = ClusterCaches(client: client, clock: monotonic, seed: Self.seed)
        let source = WatchedAutoscalers(.horizontalPodAutoscaler, caches: caches)
        let leadership = Leadership(clock: monotonic)
        let configuration = ControllerConfiguration()
        let collector = SnapshotCollector(
            PrometheusAPI(
                try PrometheusConfiguration(baseURL: prometheus.url, queryTimeout: World.requestLimit),
                over: LimitedTransport(transport: transport, limits: limits)),
            patience: .milliseconds(100), roundLimit: .milliseconds(200))
        let ticks = ReportCount()
        let loop = ControlLoop(
            source: source,
            reconciler: Reconciler(
                view: caches, client: client, metrics: collector, ownership: Ownership(leadership),
                configuration: configuration, clock: monotonic),
            objects: ObjectWriter(
                client: client, events: EventRecorder(client: client), ownership: Ownership(leadership),
                configuration: configuration, clock: monotonic),
            ownership: Ownership(leadership), clock: cluster.clock, syncPeriod: configuration.syncPeriod,
            onTick: { _ in ticks.add() })
        let elector = LeaderElector(
            client: client, namespace: cluster.namespace, name: "swiftlet", identity: "soak", clock: monotonic,
            wallClock: { cluster.clock.now() }, seed: Self.seed)
        var holdings: [Holding] = []
        let pause = Duration.seconds(Self.minutes * 60 / Double(Self.looks))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await caches.run() }
            group.addTask { await elector.run(leadership) }
            group.addTask { try await loop.run() }
            group.addTask { try await cluster.simulation.run() }
            for look in 1...Self.looks {
                try await Task.sleep(for: pause)
                holdings.append(Holding())
                await expireEvents(cluster)
                // What is watched has to be asked for again, and sometimes is forgotten.
                if look % 4 == 0 { await cluster.store.endWatches() }
                if look % 16 == 0 { await cluster.store.compact() }
            }
            group.cancelAll()
            while let ended = await group.nextResult() {
                if case .failure(let error) = ended, !(error is CancellationError) { throw error }
            }
        }
        return (holdings, ticks.value)
    }
}

/// Counts reports.
private final class ReportCount: Sendable {
    private let count = Locked(0)

    var value: Int { count.withLock { $0 } }

    func add() {
        count.withLock { $0 += 1 }
    }
}
