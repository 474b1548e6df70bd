internal import Autoscaling
internal import HTTPTransport

/// The credentials that a plugin gives, kept until they expire or are refused.
///
/// The plugin runs once however many requests wait for it. Two sources are equal when they are the same one: the
/// requests and the connections of one cluster share one, and so show the same credential.
package actor ExecCredentialSource {
    /// So long before its expiry a credential is no longer used: a request takes time, and clocks differ.
    static let leeway = Duration.seconds(10)
    /// After a refusal the plugin is not run again for so long: whoever lost all rights would run it for each request.
    static let refusalInterval = Duration.seconds(10)
    /// After a failure it is not run again for so long, for the same reason.
    static let failureInterval = Duration.seconds(2)

    private let plugin: ExecPlugin
    private let clock: any MonotonicClock
    private let wallClock: @Sendable () -> Timestamp

    private var current: ExecCredential?
    private var running: Task<ExecCredential, any Error>?
    private var lastRun: Duration?
    private var lastFailure: (error: any Error, at: Duration)?

    init(
        _ plugin: ExecPlugin, clock: any MonotonicClock = SystemMonotonicClock(),
        wallClock: @escaping @Sendable () -> Timestamp = LeaderElector.systemTime
    ) {
        self.plugin = plugin
        self.clock = clock
        self.wallClock = wallClock
    }

    /// The credential to show now.
    ///
    /// - Throws: ``CredentialError``, or `CancellationError`.
    func credential() async throws -> ExecCredential {
        if let current, !isDue(current) { return current }
        return try await renewed()
    }

    /// Tells that the server refused a token, or the lack of one.
    ///
    /// - Parameter isRefused: Tells whether a token is the one that was refused.
    /// - Returns: Whether there is now another credential to try.
    func isReplaced(_ isRefused: @Sendable (Secret?) -> Bool) async -> Bool {
        let before = current
        if let before, isRefused(before.token) {
            if let lastRun, clock.now() - lastRun < Self.refusalInterval { return false }
            current = nil
        }
        // Without a present one it has been refused before, and is being renewed.
        guard let after = try? await credential() else { return false }
        return !isRefused(after.token) || after.identity != before?.identity
    }

    private func isDue(_ credential: ExecCredential) -> Bool {
        guard let expires = credential.expires else { return false }
        return wallClock().advanced(byNanoseconds: Self.leeway.nanoseconds) >= expires
    }

    private func renewed() async throws -> ExecCredential {
        if running == nil {
            if let lastFailure, clock.now() - lastFailure.at < Self.failureInterval { throw lastFailure.error }
            // Awaited below by everybody who needs it; bounded by the plugin's own limit, so that the cancellation of
            // one of them need not end it for the others.
            running = Task { try await plugin.run(at: wallClock()) }
        }
        guard let task = running else { throw CancellationError() }
        let result = await task.result
        if running == task {
            running = nil
            lastRun = clock.now()
            switch result {
            case .success(let credential):
                current = credential
                lastFailure = nil
            case .failure(let error): lastFailure = (error, clock.now())
            }
        }
        try Task.checkCancellation()
        return try result.get()
    }
}

extension ExecCredentialSource: Hashable, CustomStringConvertible {
    package static func == (left: ExecCredentialSource, right: ExecCredentialSource) -> Bool { left === right }

    package nonisolated func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    package nonisolated var description: String { plugin.description }
}
