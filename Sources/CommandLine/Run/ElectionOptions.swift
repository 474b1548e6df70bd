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

    static let all: [OptionSpec] = [
        isOn.spec, leaseDuration.spec, renewDeadline.spec, retryPeriod.spec, namespace.spec, name.spec,
    ]
}

/// The election that the options ask for.
struct Election: Sendable {
    let timings: ElectionTimings
    let namespace: String
    let name: String
    let identity = LeaderElector.newIdentity()

    /// - Returns: `nil` without `--leader-elect`.
    /// - Throws: ``UsageError`` for times that make no election.
    init?(_ arguments: Arguments, _ access: ClusterAccess) throws {
        guard try arguments[ElectionOptions.isOn] else { return nil }
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
}
