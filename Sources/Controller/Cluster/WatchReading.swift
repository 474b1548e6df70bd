package import KubernetesClient

/// How a watched collection stands.
package struct WatchReading: Sendable {
    /// E.g. `deployments.apps`; the same for each watched namespace.
    package var resource: String
    /// What the watches have done so far, summed up over the namespaces.
    package var restarts: [RestartCause: Int] = [:]
    /// How long the server has given no sign of life, of the watch that is silent for the longest; `nil` before the first
    /// one.
    package var silence: Duration?
    /// Whether all have been listed.
    package var isSynced = true
    /// Why what is held may be behind or incomplete; `nil` when all is well.
    package var problem: String?
    /// Objects held; `nil` where they are not counted.
    package var objects: Int?

    /// - Parameter statuses: One for each watched namespace.
    init(_ resource: String, _ statuses: [ReflectorStatus], objects: Int?, now: Duration) {
        self.resource = resource
        self.objects = objects
        for status in statuses {
            restarts.merge(status.counts.restarts, uniquingKeysWith: +)
            if let contact = status.lastContact { silence = max(silence ?? .zero, now - contact) }
            if !status.hasSynced { isSynced = false }
            problem = problem ?? status.problem
        }
    }
}
