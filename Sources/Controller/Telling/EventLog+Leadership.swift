package import Autoscaling
package import KubernetesClient

extension EventLog {
    /// Tells what is new in who leads.
    package func record(_ change: LeadershipChange, lease: String, at time: Timestamp) {
        let lease = Field("lease", lease)
        switch change {
        case .started(let term): event(.info, .leading, at: time, [lease, .init("term", term)])
        case .lost(let holder):
            event(.warning, .lostLease, at: time, [lease] + (holder.map { [.init("holder", $0)] } ?? []))
        case .following(let holder): event(.info, .following, at: time, [lease, .init("holder", holder)])
        case .failing(let text): event(.error, .failing, at: time, [lease, .init("error", text)])
        case .released: event(.info, .released, at: time, [lease])
        }
    }
}
