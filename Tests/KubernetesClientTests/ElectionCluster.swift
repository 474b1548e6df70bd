import Autoscaling
import HTTPService
import HTTPTransport
import KubernetesTypes
import Locking
import MiniCluster

@testable import KubernetesClient

/// The machine's clock at ten times its speed: an election with the usual timings in a tenth of the time.
struct FastClock: MonotonicClock {
    private static let speed = 10
    private let clock = SystemMonotonicClock()

    func now() -> Duration { clock.now() * Self.speed }
    func sleep(for duration: Duration) async throws { try await clock.sleep(for: duration / Self.speed) }
}

/// An API server on loopback that several electors use, each by a client of its own name.
struct ElectionCluster: Sendable {
    let store: ClusterStore
    let transport: HTTPClient
    private let server: String
    /// `a GET`, `b PUT`, …: every request in the order of its arrival.
    let requests: Locked<[String]>
    /// Whose requests are dropped.
    let cutOff: Locked<Set<String>>

    static func run(
        mayDo: @escaping Access.Permission = { _ in true }, _ body: (ElectionCluster) async throws -> Void
    ) async throws {
        let store = ClusterStore(now: { LeaderElector.systemTime() })
        try await store.create(.namespaces, ["metadata": ["name": "shop"]])
        let requests = Locked<[String]>([])
        let cutOff = Locked<Set<String>>([])
        let access = Access(users: [:], anonymous: Access.User(name: "swiftlet", mayDo: mayDo))
        let api = try KubernetesAPI(
            store: store, access: access,
            fault: { request in
                let name = request.headers["User-Agent"] ?? "-"
                if cutOff.withLock({ $0.contains(name) }) { return .dropConnection }
                requests.withLock { $0.append(name + " " + request.method) }
                return nil
            })
        let transport = try HTTPClient(configuration: HTTPClient.Configuration(proxy: .none))
        let cluster = ElectionCluster(
            store: store, transport: transport, server: api.url, requests: requests, cutOff: cutOff)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(cluster))
        } catch {
            result = .failure(error)
        }
        await transport.shutDown()
        await api.stop()
        try result.get()
    }

    func client(_ name: String, budget: RequestBudget? = nil) -> KubernetesClient {
        KubernetesClient(
            access: ClusterAccess(server: server), transport: transport,
            options: .init(userAgent: name, budget: budget))
    }

    func lease(_ name: String = "leader") async throws -> JSONValue {
        try await store.get(.leases, namespace: "shop", name: name)
    }

    func holder(of name: String = "leader") async throws -> String? {
        try await lease(name)[path: ["spec", "holderIdentity"]]?.stringValue
    }
}

/// One process of an election: what it is told arrives in a stream.
struct Contender: Sendable {
    let name: String
    let leadership: Leadership
    let changes: AsyncStream<LeadershipChange>
    private let elector: LeaderElector
    private let continuation: AsyncStream<LeadershipChange>.Continuation

    init(
        _ name: String, of lease: String = "leader", in cluster: ElectionCluster, budget: RequestBudget? = nil
    ) {
        self.name = name
        leadership = Leadership(clock: FastClock())
        (changes, continuation) = AsyncStream.makeStream()
        elector = LeaderElector(
            client: cluster.client(name, budget: budget), namespace: "shop", name: lease, identity: name,
            clock: FastClock(), seed: 7)
    }

    func run() async {
        await elector.run(leadership) { continuation.yield($0) }
        continuation.finish()
    }

    /// Waits for a change, passing over others.
    func changes(where isWanted: (LeadershipChange) -> Bool) async -> LeadershipChange? {
        for await change in changes where isWanted(change) { return change }
        return nil
    }

    func leads() async {
        _ = await changes { if case .started = $0 { true } else { false } }
    }
}
