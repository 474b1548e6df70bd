import FoundationEssentials
import Glibc
import HTTPService
import KubernetesTypes
import Locking
import LoopbackClient
import MiniCluster
import Testing

/// Controllers that are processes of their own, told apart by their tokens, in front of one API server that writes down
/// what each of them does.
struct FailoverWorld: Sendable {
    /// A request for the lease, or a write of the size, also one that is dropped.
    struct Entry: Sendable, CustomStringConvertible {
        var sender: String
        var method: String
        var isScale: Bool
        /// Of a write of the size: whether the lease was the sender's when it arrived.
        var holdsLease: Bool

        var isWrite: Bool { isScale && method == "PATCH" }
        var isLeaseWrite: Bool { !isScale && ["PUT", "POST"].contains(method) }
        var isLeaseRead: Bool { !isScale && method == "GET" }
        var description: String { "\(sender) \(method) \(isScale ? "scale" : "lease")\(holdsLease ? "" : "!")" }
    }

    private struct State {
        var cutOff: Set<String> = []
        /// The identities that the senders have given themselves.
        var identities: [String: String] = [:]
        var all: [Entry] = []
    }

    let world: PlanWorld
    private let state: Locked<State>
    private let entries: AsyncStream<Entry>

    /// Every entry so far.
    var all: [Entry] { state.withLock(\.all) }

    static func run(_ body: (FailoverWorld) async throws -> Void) async throws {
        let state = Locked(State())
        let (entries, continuation) = AsyncStream.makeStream(of: Entry.self)
        let users = ["a", "b"].map { ("token-of-" + $0, Access.User(name: $0)) }
        try await PlanWorld.run(
            millicores: 20_000, access: Access(users: Dictionary(uniqueKeysWithValues: users)),
            fault: { store, request in
                guard let entry = await Self.entry(of: request, store, state) else {
                    return state.withLock { $0.cutOff.contains(Self.sender(of: request)) } ? .dropConnection : nil
                }
                continuation.yield(entry)
                return state.withLock { state in
                    state.all.append(entry)
                    return state.cutOff.contains(entry.sender) ? .dropConnection : nil
                }
            }
        ) { world in
            try await body(FailoverWorld(world: world, state: state, entries: entries))
        }
    }

    private static func sender(of request: ServiceRequest) -> String {
        String(request.headers["Authorization"]?.split(separator: "-").last ?? "?")
    }

    private static func entry(
        of request: ServiceRequest, _ store: ClusterStore, _ state: Locked<State>
    ) async -> Entry? {
        let isScale = request.segments.last == "scale" && request.method != "GET"
        guard isScale || request.segments.contains("leases") else { return nil }
        let sender = sender(of: request)
        let lease = try? await store.get(.leases, namespace: "default", name: "swiftlet")
        let holder = lease?[path: ["spec", "holderIdentity"]]?.stringValue
        let written = (try? JSONValue(parsing: request.body))?[path: ["spec", "holderIdentity"]]?.stringValue
        return state.withLock { state in
            if !isScale, let written, !written.isEmpty { state.identities[sender] = written }
            return Entry(
                sender: sender, method: request.method, isScale: isScale,
                holdsLease: !isScale || holder == state.identities[sender])
        }
    }

    /// Drops the requests of these, and of nobody else.
    func cutOff(_ senders: Set<String>) {
        state.withLock { $0.cutOff = senders }
    }

    /// Waits until something has happened so many times from now on.
    ///
    /// - Returns: All that happened meanwhile.
    func until(_ count: Int = 1, _ isWanted: (Entry) -> Bool) async throws -> [Entry] {
        var passed: [Entry] = []
        var left = count
        for await entry in entries {
            passed.append(entry)
            if isWanted(entry) { left -= 1 }
            if left == 0 { return passed }
        }
        try Task.checkCancellation()
        return passed
    }
}

/// One `swiftlet run` with leader election.
struct RunningController: Sendable {
    let name: String
    private let pidFile: String
    private let words: [String]

    init(_ name: String, in world: PlanWorld) throws {
        self.name = name
        pidFile = world.folder + "/\(name).pid"
        let manifest = try world.write(
            "growing.yaml",
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: order-service-hpa}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: order-service-deployment}
              maxReplicas: 500
              metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
              # A write each second: far more is wanted than may be added.
              behavior: {scaleUp: {policies: [{type: Pods, value: 1, periodSeconds: 1}]}}
            """)
        let config = try world.write(
            name + ".kubeconfig",
            """
            current-context: c
            clusters: [{name: k, cluster: {server: "\(world.kubernetesURL)"}}]
            contexts: [{name: c, context: {cluster: k, user: u}}]
            users: [{name: u, user: {token: token-of-\(name)}}]
            """)
        words = [
            "run", "--source=file", "-f", manifest, "--kubeconfig", config, "--prometheus-url", world.prometheusURL,
            "--sync-period", "200ms", "--metrics-bind-address", "off", "--leader-elect",
            "--leader-elect-lease-duration", "4s", "--leader-elect-renew-deadline", "3s",
            "--leader-elect-retry-period", "500ms",
        ]
    }

    /// Runs it to its end, and returns how it ended.
    func run() async throws -> ChildProcess {
        let bash = try #require(ChildProcess.find("bash"))
        return try await ChildProcess.run(
            bash, ["-c", #"echo $$ > "$0" && exec "$@""#, pidFile, BuiltProgram.path] + words)
    }

    /// Sends a signal. Only for one that has been heard of.
    func send(_ signal: Int32) throws {
        let text = try String(contentsOfFile: pidFile, encoding: .utf8)
        let identifier = try #require(pid_t(text.split(separator: "\n")[0]))
        kill(identifier, signal)
    }

    /// Ends it whatever it does; also one that is stopped.
    func end() {
        try? send(SIGKILL)
    }
}
