internal import Autoscaling
internal import KubernetesTypes

/// One request for a lease, in bounded time, and what its answer means to an election.
enum LeaseRequest {
    /// What a refusal means depends on what was asked.
    enum Kind: Sendable {
        /// A lease that cannot be made is missing its namespace.
        case creation
        /// One that cannot be carried out found another lease than it was made for.
        case patch
        case other
    }

    /// - Returns: The answer, and in words what is wrong when it is a failure.
    static func answer(
        to kind: Kind, within limit: Duration, _ name: String, _ clock: any MonotonicClock,
        _ request: @escaping @Sendable () async throws -> Lease
    ) async -> (LeaseElection.Answer, failure: String?) {
        do {
            return (.lease(try await bounded(limit, name, clock, request)), nil)
        } catch let error as KubernetesError {
            switch error.kind {
            case .conflict, .alreadyExists: return (.conflict, nil)
            case .invalid where kind == .patch: return (.conflict, nil)
            case .notFound where kind != .creation: return (.missing, nil)
            default: return (.failed, error.description)
            }
        } catch is CancellationError {
            return (.failed, nil)
        } catch {
            return (.failed, "\(error)")
        }
    }

    /// The limit is the clock's, not the transport's, so that a simulation can set its own pace.
    private static func bounded(
        _ limit: Duration, _ name: String, _ clock: any MonotonicClock,
        _ request: @escaping @Sendable () async throws -> Lease
    ) async throws -> Lease {
        try await withThrowingTaskGroup(of: Lease.self) { group in
            group.addTask { try await request() }
            group.addTask {
                try await clock.sleep(for: limit)
                throw ElectionTimeout(name: name, limit: limit)
            }
            defer { group.cancelAll() }
            guard let lease = try await group.next() else { throw CancellationError() }
            return lease
        }
    }
}

/// A request for the lease that took too long.
private struct ElectionTimeout: Error, CustomStringConvertible {
    var name: String
    var limit: Duration

    var description: String { "no answer about lease '\(name)' within \(limit)" }
}
