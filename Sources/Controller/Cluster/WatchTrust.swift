internal import KubernetesClient

/// Whether what a watch has told can still be believed.
enum WatchTrust {
    /// A watch that is broken for longer shows a past that nothing should be decided on. Short of that it is resumed, and
    /// what was missed comes after.
    static let brokenLimit = Duration.seconds(60)
    /// The server sends a bookmark about each minute; three of them missing is no chance.
    static let silenceLimit = Duration.seconds(200)

    /// Why the objects of a watch are not to be believed; `nil` when they are.
    ///
    /// - Parameter what: E.g. `pods`.
    static func problem(_ status: ReflectorStatus, of what: String, now: Duration) -> String? {
        guard status.hasSynced else {
            return "the \(what) have not been listed yet" + (status.problem.map { ": \($0)" } ?? "")
        }
        let silence = now - (status.lastContact ?? .zero)
        if let problem = status.problem, silence > brokenLimit {
            return "the watch of \(what) is broken: \(problem)"
        }
        return silence > silenceLimit ? "the watch of \(what) has been silent for too long" : nil
    }
}
