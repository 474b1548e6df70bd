import Autoscaling
import DecisionProperties

/// Workers on a queue, 30 messages each, and perhaps their cpu: what is decided tick by tick, with the size written.
struct QueueService {
    var spec: AutoscalerSpec
    var history = History()
    var flags = ControllerFlags()
    var size: Int32
    var isScaledToZero = false
    var now = OrderService.dinner
    var forecast: ForecastReading?
    private(set) var status = DecisionReport.Status(currentReplicas: 0, desiredReplicas: 0)
    private(set) var events: [DecisionReport.Event] = []

    static let queue = MetricSpec(
        source: .prometheus(.init(name: "queue", query: "sum(queue)")), target: .averageValue(milli: 30_000))
    static let cpu = MetricSpec(source: .resource(name: "cpu"), target: .utilization(70))

    init(size: Int32, minReplicas: Int32 = 1, _ extensions: ScalingExtensions, metrics: [MetricSpec] = [Self.queue]) {
        spec = AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "workers"),
            minReplicas: minReplicas, maxReplicas: 10, metrics: metrics, behavior: ScalingBehavior(),
            extensions: extensions)
        spec.behavior?.scaleDown.stabilizationWindowSeconds = 0
        self.size = size
    }

    /// What one metric says; `nil` is a metric that fails.
    func observation(_ values: [Int64?]) -> Observation {
        var pods = PodSet()
        for index in 0..<size {
            pods.append(
                PodState(
                    phase: .running, readiness: .true, readyTransition: now.advanced(bySeconds: -3_500),
                    startTime: now.advanced(bySeconds: -3_600)),
                named: "worker-\(index)")
        }
        let readings = zip(spec.metrics, values).map { metric, value -> MetricReading in
            guard let value else { return .failed(.source("Prometheus does not answer")) }
            guard case .resource = metric.source else { return .value(milli: value * 1000, at: now) }
            let sample = PodSample(value: value, time: now, windowNanoseconds: 60_000_000_000)
            return .pods(
                PodReadings(
                    samples: Array(repeating: sample, count: Int(size)),
                    requests: PodRequests(milliValues: Array(repeating: 100, count: Int(size)))))
        }
        var observation = Observation(
            time: now, target: .found(ObservedScale(specReplicas: size, statusReplicas: size)), pods: pods,
            readings: readings, isScaledToZero: isScaledToZero)
        observation.forecast = forecast
        return observation
    }

    /// Decides, writes, and lets 15 seconds pass.
    @discardableResult
    mutating func tick(_ values: Int64?...) -> Decision {
        let decision = evaluate(spec, observation(values), history: &history, flags: flags)
        let report = DecisionReport(
            decision, spec: spec, namespace: "shop", previous: status, write: decision.rescales ? .succeeded : .none,
            flags: flags)
        status = report.status
        events = report.events
        if decision.rescales {
            history.recordScale(
                from: size, to: decision.desiredReplicas, at: now, behavior: spec.behavior)
            size = decision.desiredReplicas
        }
        if condition(.scaledToZero) != nil { isScaledToZero = status.conditions.isTrue(.scaledToZero) }
        now = now.advanced(bySeconds: 15)
        return decision
    }

    func condition(_ kind: Condition.Kind) -> StatusCondition? { status.conditions.first { $0.type == kind.rawValue } }

    func line(_ decision: Decision) -> String {
        Explanation(decision, spec: spec, namespace: "shop", flags: flags).line
    }
}
