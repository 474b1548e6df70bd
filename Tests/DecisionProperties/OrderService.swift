public import Autoscaling

/// The order service of the example: 2 to 10 replicas, 100m of cpu requested, 70 % wanted.
public struct OrderService {
    public init() {}

    public var spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(
            apiVersion: "apps/v1", kind: "Deployment", name: "order-service-deployment"),
        minReplicas: 2, maxReplicas: 10,
        metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(70))])
    public var history = History()
    public var flags = ControllerFlags()
    /// 2026-03-13 18:00:00 UTC, a Friday.
    public static let dinner = Timestamp(nanoseconds: 1_773_424_800_000_000_000)

    /// Ready pods with these millicores each of the 100m requested; `nil` is a pod without a sample.
    public func observation(at now: Timestamp = dinner, millicores: [Int64?], specReplicas: Int32? = nil) -> Observation
    {
        var pods = PodSet()
        var readings = PodReadings(samples: [])
        for (index, value) in millicores.enumerated() {
            pods.append(
                PodState(
                    phase: .running, readiness: .true, readyTransition: now.advanced(bySeconds: -3_500),
                    startTime: now.advanced(bySeconds: -3_600)),
                named: "order-service-\(index)")
            readings.samples.append(
                value.map {
                    PodSample(value: $0, time: now.advanced(bySeconds: -10), windowNanoseconds: 60_000_000_000)
                }
                    ?? .missing)
            readings.requests.milliValues.append(100)
        }
        let replicas = specReplicas ?? Int32(millicores.count)
        return Observation(
            time: now, target: .found(ObservedScale(specReplicas: replicas, statusReplicas: Int32(millicores.count))),
            pods: pods, readings: [.pods(readings)])
    }

    /// Decides, and counts a change as written.
    public mutating func decide(_ observation: Observation) -> Decision {
        let decision = evaluate(spec, observation, history: &history, flags: flags)
        if decision.rescales {
            history.recordScale(
                from: decision.currentReplicas, to: decision.desiredReplicas, at: observation.time,
                behavior: spec.behavior)
        }
        return decision
    }

    public func explain(_ decision: Decision) -> Explanation {
        Explanation(decision, spec: spec, namespace: "bytebites", flags: flags)
    }
}
