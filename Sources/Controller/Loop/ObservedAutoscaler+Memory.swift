package import Autoscaling
internal import KubernetesTypes

extension ObservedAutoscaler {
    /// What keeps the size whatever the metrics say, the most lasting first.
    ///
    /// - Parameter foreignWrites: Those that are remembered; nobody who looks once knows of any.
    package func holds(
        _ configuration: ControllerConfiguration, _ foreignWrites: ForeignWrites = ForeignWrites()
    ) -> [Hold] {
        var holds: [Hold] = []
        if autoscaler.mode == .paused { holds.append(.paused) }
        if let freeze = configuration.fleet?.freeze?.hold(at: observation.time) { holds.append(freeze) }
        if let hold = foreignWrites.hold(at: observation.time) { holds.append(hold) }
        if let rollout = target.rollout, let hold = rollout.hold(autoscaler.extensions.duringRollout) {
            holds.append(hold)
        }
        return holds
    }

    /// The history that a controller would decide with which meets the autoscaler now: what its object has kept.
    ///
    /// - Parameter syncPeriod: The controller's, for an autoscaler without a period of its own.
    package func storedHistory(syncPeriod: Duration) -> History {
        var memory = AutoscalerMemory(autoscaler)
        guard case .found(let scale) = observation.target else { return memory.history }
        let period = autoscaler.spec.syncPeriod ?? syncPeriod
        memory.meet(scale, uid: write?.uid, behavior: autoscaler.spec.behavior)
        memory.continueStored(
            scale, until: observation.time.advanced(byNanoseconds: -period.nanoseconds),
            writer: target.replicasWriter, behavior: autoscaler.spec.behavior)
        return memory.history
    }
}
