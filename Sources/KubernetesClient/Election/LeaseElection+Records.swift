internal import Autoscaling
internal import KubernetesTypes

/// What is written into the lease.
extension LeaseElection {
    /// The lease anew or taken over: the hold begins now.
    func acquisition(of observed: Observation?, _ wallClock: Timestamp) -> Lease {
        let now = MicroTime(wallClock)
        let transitions = observed.map { $0.transitions &+ 1 } ?? 0
        return lease(
            replacing: observed?.lease.metadata,
            Lease.Spec(
                holderIdentity: identity, leaseDurationSeconds: timings.leaseDurationSeconds, acquireTime: now,
                renewTime: now, leaseTransitions: max(transitions, 0)))
    }

    /// Our own lease, held on. The time of renewal always goes on, also where the wall clock does not: the record must
    /// change, or others would see it unchanged and take it for expired.
    func renewal(of observed: Observation, _ wallClock: Timestamp) -> Lease {
        var spec = observed.lease.spec ?? Lease.Spec()
        spec.holderIdentity = identity
        spec.leaseDurationSeconds = timings.leaseDurationSeconds
        let last = spec.renewTime?.timestamp.advanced(byNanoseconds: 1_000) ?? .distantPast
        spec.renewTime = MicroTime(max(wallClock, last))
        return lease(replacing: observed.lease.metadata, spec)
    }

    /// Our own lease, given back: nobody's, and expired a second later for those who ask for no more than its duration.
    ///
    /// - Source: client-go `leaderelection.go`, `release`.
    func release(of observed: Observation, _ wallClock: Timestamp) -> Lease {
        var lease = renewal(of: observed, wallClock)
        lease.spec?.holderIdentity = ""
        lease.spec?.leaseDurationSeconds = 1
        return lease
    }

    /// What others have put on the object stays there.
    private func lease(replacing metadata: ObjectMeta?, _ spec: Lease.Spec) -> Lease {
        Lease(
            apiVersion: Resource.leases.apiVersion, kind: Resource.leases.kind,
            metadata: ObjectMeta(
                name: name, namespace: namespace, resourceVersion: metadata?.resourceVersion,
                labels: metadata?.labels, annotations: metadata?.annotations,
                ownerReferences: metadata?.ownerReferences, finalizers: metadata?.finalizers),
            spec: spec)
    }
}

extension LeaseElection.Observation {
    var transitions: Int32 { lease.spec?.leaseTransitions ?? 0 }
}
