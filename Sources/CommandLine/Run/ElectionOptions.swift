internal import KubernetesClient

/// Leader election, as kube-controller-manager's flags name it.
enum ElectionOptions {
    static let isOn = Option<Bool>.flag(
        "leader-elect", "Of several controllers let one work at a time, and another take over when it ends")
    static let leaseDuration = Option<Duration>.duration(
        "leader-elect-lease-duration", default: ElectionTimings.standard.leaseDuration,
        "How long a leader that is not heard of is waited for")
    static let renewDeadline = Option<Duration>.duration(
        "leader-elect-renew-deadline", default: ElectionTimings.standard.renewDeadline,
        "After how long without a renewal the leader stops writing; less than the lease duration")
    static let retryPeriod = Option<Duration>.duration(
        "leader-elect-retry-period", default: ElectionTimings.standard.retryPeriod,
        "From one renewal, or one try to become leader, to the next")
    static let namespace = Option<String?>.text(
        "leader-elect-resource-namespace", "NAME", "The namespace of the Lease",
        defaultText: "the pod's own, or that of the context")
    static let name = Option<String?>.text(
        "leader-elect-resource-name", "NAME", "The name of the Lease", defaultText: "swiftlet")

    static let shards = Option<Int>.integer(
        "shards", default: 1, in: 1...ShardPlacement.maximumCount,
        "Share the work: namespaces in so many parts, each with a Lease of its own, given out evenly among the "
            + "controllers; with --leader-elect")

    static let all: [OptionSpec] = [
        isOn.spec, leaseDuration.spec, renewDeadline.spec, retryPeriod.spec, namespace.spec, name.spec, shards.spec,
    ]
}

/// The election that the options ask for.
struct Election: Sendable {
    let timings: ElectionTimings
    let namespace: String
    let name: String
    /// 1 where one leads.
    let shards: Int
    let identity = LeaderElector.newIdentity()

    /// What is owned through it; nothing yet.
    var ownership: Ownership {
        shards > 1 ? Ownership(shards: shards, timings: timings) : Ownership(Leadership(timings: timings))
    }

    /// - Returns: `nil` without `--leader-elect`.
    /// - Throws: ``UsageError`` for times that make no election.
    init?(_ arguments: Arguments, _ access: ClusterAccess) throws {
        shards = try arguments[ElectionOptions.shards]
        guard try arguments[ElectionOptions.isOn] else {
            guard shards == 1 else { throw UsageError("--shards goes with --leader-elect", command: "run") }
            return nil
        }
        do {
            timings = try ElectionTimings(
                leaseDuration: try arguments[ElectionOptions.leaseDuration],
                renewDeadline: try arguments[ElectionOptions.renewDeadline],
                retryPeriod: try arguments[ElectionOptions.retryPeriod])
        } catch let error as ElectionTimingsError {
            throw UsageError("--leader-elect-…: \(error)", command: "run")
        }
        namespace = try arguments[ElectionOptions.namespace] ?? access.namespace
        name = try arguments[ElectionOptions.name] ?? "swiftlet"
    }

    /// Stands for it until the task is cancelled.
    ///
    /// - Parameters:
    ///   - ownership: As ``ownership`` gave it.
    ///   - onChange: Called with the Lease that something is new in.
    func run(
        _ ownership: Ownership, client: KubernetesClient,
        onChange: @escaping @Sendable (LeadershipChange, String) -> Void
    ) async {
        let elector = LeaderElector(
            client: client, namespace: namespace, name: name, identity: identity, timings: timings)
        if ownership.isShared {
            await ShardElector(elector).run(ownership) { onChange($0, "\(namespace)/\($1)") }
        } else {
            await elector.run(ownership.leadership) { onChange($0, "\(namespace)/\(name)") }
        }
    }
}
