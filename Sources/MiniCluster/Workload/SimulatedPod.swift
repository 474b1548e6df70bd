package import Autoscaling

/// One pod of a simulated Deployment.
package struct SimulatedPod: Sendable {
    /// How far it has come.
    package enum Stage: Sendable, Hashable {
        /// Created, its container does not run yet.
        case pending
        /// Its container runs, its readiness probe fails still.
        case starting
        case ready
    }

    package let name: String
    package let createdAt: Timestamp
    /// When its container starts, or started.
    package let runningAt: Timestamp
    /// When its probe succeeds, or first succeeded.
    package let readyAt: Timestamp
    package internal(set) var stage: Stage = .pending
    /// Cores in use now.
    package internal(set) var cores = 0.0
    /// Core-seconds used since its container started.
    package internal(set) var cpuSeconds = 0.0
    /// Bytes.
    package internal(set) var memory = 0.0
    /// Seconds a request takes now; 0 while it gets none.
    package internal(set) var latency = 0.0
    /// Units of demand times minutes served: requests, when the unit is requests per minute.
    package internal(set) var served = 0.0

    /// Its address: stable, made of its number.
    let address: String

    /// The stage that the pod has at a time.
    func stage(at time: Timestamp) -> Stage {
        if time >= readyAt { return .ready }
        return time >= runningAt ? .starting : .pending
    }
}

/// What happened to the pods of a Deployment in a step.
package enum PodEvent: Sendable {
    case created(SimulatedPod)
    /// It has reached the next stage.
    case progressed(SimulatedPod)
    case deleted(name: String)
}
