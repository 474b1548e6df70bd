internal import Autoscaling

/// How long a lease lasts, and how hard its holder tries to keep it.
///
/// - Source: client-go `leaderelection`, `LeaderElectionConfig` and its checks.
package struct ElectionTimings: Sendable, Hashable {
    /// How long a candidate must have seen a lease unchanged before it takes it from its holder.
    package let leaseDuration: Duration
    /// How long a leader goes on without having renewed, counted from the start of its last successful request.
    package let renewDeadline: Duration
    /// From one renewal to the next; candidates look a little more often, so that they are never later than this.
    package let retryPeriod: Duration

    /// What the defaults of kube-controller-manager are: 15 s, 10 s, 2 s.
    package static let standard = ElectionTimings()

    private init() {
        leaseDuration = .seconds(15)
        renewDeadline = .seconds(10)
        retryPeriod = .seconds(2)
    }

    /// - Throws: ``ElectionTimingsError`` where one length does not leave room for the next.
    package init(leaseDuration: Duration, renewDeadline: Duration, retryPeriod: Duration) throws(ElectionTimingsError) {
        guard retryPeriod > .zero else { throw .notPositive }
        guard renewDeadline > retryPeriod * Self.jitterFactor else { throw .noRoomToRetry }
        guard leaseDuration > renewDeadline else { throw .noRoomToStop }
        // The record counts whole seconds in 32 bits; a day is longer than anybody waits for a leader.
        guard leaseDuration <= .seconds(86_400) else { throw .tooLong }
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }

    /// client-go's `JitterFactor`: by how much a retry may be late.
    private static let jitterFactor = 1.2

    /// What stays between the end of our last write and the moment another may take the lease: 750 ms of 15 s. The
    /// clocks of two machines may go apart by a twentieth.
    var safetyMargin: Duration { leaseDuration / 20 }

    /// The longest write that may be begun at any moment before ``renewDeadline``: 4.25 s by default. A longer one is
    /// allowed only while the last renewal is young enough.
    package var longestWrite: Duration { max(leaseDuration - safetyMargin - renewDeadline, .zero) }

    /// How long one request for the lease may take, so that a second one has its chance before the deadline.
    ///
    /// - Source: client-go `resourcelock.NewFromKubeconfig`.
    var requestLimit: Duration { renewDeadline / 2 }

    /// What the record says: whole seconds, never less than what we count with ourselves.
    var leaseDurationSeconds: Int32 {
        let (seconds, attoseconds) = leaseDuration.components
        return Int32(clamping: seconds + (attoseconds > 0 ? 1 : 0))
    }
}

/// Why three lengths of time make no election.
package enum ElectionTimingsError: Error, Sendable, Hashable, CustomStringConvertible {
    case notPositive
    case noRoomToRetry
    case noRoomToStop
    case tooLong

    package var description: String {
        switch self {
        case .notPositive: "the retry period must be longer than 0s"
        case .noRoomToRetry: "the renew deadline must be longer than 1.2 times the retry period"
        case .noRoomToStop: "the lease duration must be longer than the renew deadline"
        case .tooLong: "the lease duration must be 24h at most"
        }
    }
}
