internal import KubernetesClient

/// Something took too long; of a write it is not known whether it was carried out.
struct DeadlinePassed: Error, CustomStringConvertible {
    var limit: Duration
    var description: String { "no answer within \(limit); whether it was written is not known" }
}

/// Runs something that must have ended by a time, on a clock that a simulation can set.
///
/// - Throws: ``DeadlinePassed``, or what the body throws.
func withDeadline<Result: Sendable>(
    _ limit: Duration, _ clock: any MonotonicClock, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(for: limit)
            throw DeadlinePassed(limit: limit)
        }
        defer { group.cancelAll() }
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}

extension Ownership {
    /// Runs a write that must have ended by a time, if it would surely end before anybody else could lead.
    ///
    /// - Returns: `nil` when the write must not be begun, and was not.
    /// - Throws: ``DeadlinePassed``, or what the body throws.
    func write<Result: Sendable>(
        in namespace: String, within limit: Duration, _ clock: any MonotonicClock,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await write(in: namespace, within: limit) { try await withDeadline(limit, clock, body) }
    }
}
