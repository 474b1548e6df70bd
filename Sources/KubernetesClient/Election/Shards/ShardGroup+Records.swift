internal import Autoscaling
internal import KubernetesTypes

/// What is written into the Lease of a group.
extension ShardGroup {
    /// Before the number of a member in the name of its annotation.
    static let annotationPrefix = "shards.swiftlet.dev/"

    /// More members than this are not looked at: a group has a few, and the record comes from outside.
    static let maximumMembers = 256

    /// The lease anew or taken over; who was a member of it before is no longer.
    func acquisition(of observed: LeaseElection.Observation?, _ wallClock: Timestamp) -> Lease {
        let now = MicroTime(wallClock)
        var annotations = (observed?.lease.metadata?.annotations ?? [:]).filter {
            !$0.key.hasPrefix(Self.annotationPrefix)
        }
        annotations[annotation] = sign(wallClock)
        return lease(
            replacing: observed?.lease.metadata, annotations,
            Lease.Spec(
                holderIdentity: holder, leaseDurationSeconds: timings.leaseDurationSeconds, acquireTime: now,
                renewTime: now, leaseTransitions: max(observed.map { $0.transitions &+ 1 } ?? 0, 0)))
    }

    /// The group's own lease with our sign of life, written as a whole: for a record that lacks what a patch needs, or has
    /// signs of members long gone.
    func renewal(of observed: LeaseElection.Observation, without gone: Set<String>, _ wallClock: Timestamp) -> Lease {
        var spec = observed.lease.spec ?? Lease.Spec()
        spec.leaseDurationSeconds = timings.leaseDurationSeconds
        spec.renewTime = MicroTime(wallClock)
        var annotations = observed.lease.metadata?.annotations ?? [:]
        for member in gone { annotations[Self.annotationPrefix + member] = nil }
        annotations[annotation] = sign(wallClock)
        return lease(replacing: observed.lease.metadata, annotations, spec)
    }

    /// Our sign of life alone, if the lease is still the group's: members do not get into each other's way.
    ///
    /// - Source: RFC 6902; a failing `test` makes the server refuse the whole.
    func renewal(at wallClock: Timestamp) -> JSONValue {
        [
            ["op": "test", "path": "/spec/holderIdentity", "value": .string(holder)],
            ["op": "add", "path": "/spec/renewTime", "value": .string(Self.text(wallClock))],
            [
                "op": "add", "path": .string("/metadata/annotations/" + annotation.replacing("/", with: "~1")),
                "value": .string(sign(wallClock)),
            ],
        ]
    }

    /// The lease without us; nobody's, when nobody is left.
    func departure(from observed: LeaseElection.Observation, isLast: Bool, _ wallClock: Timestamp) -> Lease {
        var spec = observed.lease.spec ?? Lease.Spec()
        spec.renewTime = MicroTime(wallClock)
        if isLast {
            spec.holderIdentity = ""
            spec.leaseDurationSeconds = 1
        }
        var annotations = observed.lease.metadata?.annotations ?? [:]
        annotations[annotation] = nil
        return lease(replacing: observed.lease.metadata, annotations, spec)
    }

    /// The signs of life in a record: by member, what is written there.
    static func signs(of lease: Lease) -> [String: String] {
        let signs = (lease.metadata?.annotations ?? [:]).filter { $0.key.hasPrefix(annotationPrefix) }
            .sorted { $0.key < $1.key }.prefix(maximumMembers)
        return Dictionary(signs.map { (String($0.key.dropFirst(annotationPrefix.count)), $0.value) }) { first, _ in
            first
        }
    }

    /// When a sign was written, by the clock of who wrote it.
    static func time(of sign: String) -> Timestamp? {
        sign.split(separator: " ").first.flatMap { RFC3339.parse(String($0)) }
    }

    private var annotation: String { Self.annotationPrefix + member }

    /// It changes each time, whatever the clock does.
    private func sign(_ wallClock: Timestamp) -> String { "\(Self.text(wallClock)) \(signCount) \(identity)" }

    private static func text(_ time: Timestamp) -> String { RFC3339.format(time, fractionDigits: 6) }

    private func lease(replacing metadata: ObjectMeta?, _ annotations: [String: String], _ spec: Lease.Spec) -> Lease {
        Lease(
            apiVersion: Resource.leases.apiVersion, kind: Resource.leases.kind,
            metadata: ObjectMeta(
                name: name, namespace: namespace, resourceVersion: metadata?.resourceVersion, labels: metadata?.labels,
                annotations: annotations, ownerReferences: metadata?.ownerReferences, finalizers: metadata?.finalizers),
            spec: spec)
    }
}
