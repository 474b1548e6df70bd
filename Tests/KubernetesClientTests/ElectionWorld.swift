import Autoscaling
import KubernetesTypes
import Locking

@testable import KubernetesClient

/// A clock that a test moves; nobody sleeps by it.
final class HandClock: MonotonicClock {
    private let time = Locked(Duration.zero)

    func set(_ now: Duration) { time.withLock { $0 = now } }
    func now() -> Duration { time.withLock { $0 } }
    func sleep(for duration: Duration) async throws { throw CancellationError() }
}

/// One lease as an API server keeps it.
struct LeaseServer {
    var stored: Lease?
    private var version = 0
    /// Every record that was stored, in order.
    private(set) var history: [Lease.Spec] = []

    mutating func carryOut(_ action: LeaseElection.Action) -> LeaseElection.Answer {
        switch action {
        case .read: return stored.map { .lease($0) } ?? .missing
        case .create(let lease):
            guard stored == nil else { return .conflict }
            return store(lease)
        case .update(let lease):
            guard let stored else { return .missing }
            guard lease.metadata?.resourceVersion == stored.metadata?.resourceVersion else { return .conflict }
            return store(lease)
        case .wait, .finished: return .failed
        }
    }

    /// A JSON patch, as far as members of a group send one.
    mutating func patch(_ operations: JSONValue) -> LeaseElection.Answer {
        guard var lease = stored else { return .missing }
        for operation in operations.arrayValue ?? [] {
            let (path, value) = (operation["path"]?.stringValue ?? "", operation["value"]?.stringValue ?? "")
            switch operation["op"]?.stringValue {
            case "test":
                guard path == "/spec/holderIdentity", lease.spec?.holderIdentity == value else { return .conflict }
            case "add" where path == "/spec/renewTime":
                guard let time = RFC3339.parse(value) else { return .failed }
                lease.spec?.renewTime = MicroTime(time)
            case "add" where path.hasPrefix("/metadata/annotations/"):
                guard lease.metadata?.annotations != nil else { return .conflict }
                let name = path.dropFirst("/metadata/annotations/".count).replacing("~1", with: "/")
                lease.metadata?.annotations?[String(name)] = value
            default: return .failed
            }
        }
        return store(lease)
    }

    private mutating func store(_ lease: Lease) -> LeaseElection.Answer {
        var lease = lease
        version += 1
        lease.metadata?.resourceVersion = String(version)
        stored = lease
        history.append(lease.spec ?? Lease.Spec())
        return .lease(lease)
    }
}

extension LeaseElection {
    init(_ identity: String, timings: ElectionTimings = .standard, seed: UInt64 = 1) {
        self.init(namespace: "shop", name: "leader", identity: identity, timings: timings, seed: seed)
    }

    /// Runs the election against a server that answers at once, until it has nothing to do for now.
    ///
    /// - Returns: Until when it waits; `nil` when it is finished.
    @discardableResult
    mutating func settle(_ server: inout LeaseServer, at now: Duration) -> Duration? {
        while true {
            let action = next(at: now, wallClock: Timestamp(nanoseconds: now.nanoseconds))
            switch action {
            case .wait(let until): return until
            case .finished: return nil
            default: received(server.carryOut(action), to: action, startedAt: now, at: now)
            }
        }
    }
}
