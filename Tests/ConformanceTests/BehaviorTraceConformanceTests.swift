import Autoscaling
import KubernetesTypes
import Manifests
import Recordings
import Testing

/// Sequences of recommendations to sequences of sizes, against what the original did.
@Suite struct BehaviorTraceConformanceTests {
    struct Trace: Decodable {
        struct Update: Decodable {
            var minReplicas: Int32?
            var maxReplicas: Int32?
            var behavior: HorizontalPodAutoscaler.Behavior?
            var behaviorRemoved: Bool?
        }

        struct Expectation: Decodable {
            var desired: Int32
            var forced: String?
            var ableToScaleReason: String?
            var scalingLimitedStatus: String?
            var scalingLimitedReason: String?
        }

        struct Step: Decodable {
            var at: Double
            var update: Update?
            var currentReplicas: Int32
            var recommendation: Int32
            var expect: Expectation
        }

        var id: String
        var note: String?
        var minReplicas: Int32
        var maxReplicas: Int32
        var behavior: HorizontalPodAutoscaler.Behavior?
        var downscaleStabilizationSeconds: Int64
        var platformDependent: Bool?
        var steps: [Step]
    }

    @Test func everyRecordedTraceGivesTheRecordedSizes() throws {
        let traces: [Trace] = try ConformanceFolder.load("behavior_traces.json")
        #expect(traces.count > 20)
        var steps = 0
        for trace in traces {
            steps += trace.replay()
        }
        #expect(steps > 1_000)
    }
}

extension BehaviorTraceConformanceTests.Trace {
    /// Runs the trace through the whole decision and reports every difference; returns the steps taken.
    func replay() -> Int {
        var spec = initialSpec
        var history = History()
        let flags = ControllerFlags(
            // No ratio is within a negative tolerance, so that every recommendation comes through as it is.
            tolerance: -1, downscaleStabilization: .seconds(downscaleStabilizationSeconds), allowsScaleToZero: true)
        for (index, step) in steps.enumerated() {
            if let update = step.update { spec.apply(update) }
            let observation = step.observation(minReplicas: spec.minReplicas)
            let decision = evaluate(spec, observation, history: &history, flags: flags)
            if decision.rescales {
                history.recordScale(
                    from: step.currentReplicas, to: decision.desiredReplicas, at: observation.time,
                    behavior: spec.behavior)
            }
            compare(decision, with: step, note: "\(id) step \(index) \(note ?? "")")
        }
        return steps.count
    }

    private var initialSpec: AutoscalerSpec {
        AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
            minReplicas: minReplicas, maxReplicas: maxReplicas,
            metrics: [
                MetricSpec(source: .external(MetricIdentifier(name: "queue")), target: .value(milli: 1))
            ],
            behavior: ScalingBehavior.defaulted(behavior))
    }

    private func compare(_ decision: Decision, with step: Step, note: Comment) {
        if platformDependent == true && decision.desiredReplicas != step.expect.desired {
            // Where the original's integers wrap around, ours stay at the end of the range.
            #expect(decision.desiredReplicas > step.expect.desired, note)
            return
        }
        #expect(decision.desiredReplicas == step.expect.desired, note)
        switch step.expect.forced {
        case "aboveMax": #expect(decision.basis == .aboveMaximum, note)
        case "belowMin": #expect(decision.basis == .belowMinimum, note)
        case "disabledAtZero": #expect(decision.basis == .disabledAtZero, note)
        default:
            #expect(decision.stabilization?.condition.reason == step.expect.ableToScaleReason, note)
            #expect(decision.limitation?.condition.reason == step.expect.scalingLimitedReason, note)
            let status = decision.limitation.map { $0.isLimited ? "True" : "False" }
            #expect(status == step.expect.scalingLimitedStatus, note)
        }
    }
}

extension BehaviorTraceConformanceTests.Trace.Step {
    /// A metric whose value makes exactly the recorded recommendation: one series per ready pod, of one pod.
    func observation(minReplicas: Int32) -> Observation {
        let now = Timestamp.recordedNow.shifted(at)
        var pods = PodSet()
        pods.append(PodState(phase: .running, readiness: .true), named: "p0")
        return Observation(
            time: now,
            target: .found(ObservedScale(specReplicas: currentReplicas, statusReplicas: currentReplicas)),
            pods: pods, readings: [.series([Int64(recommendation)], at: now)],
            isScaledToZero: minReplicas == 0)
    }
}

extension AutoscalerSpec {
    fileprivate mutating func apply(_ update: BehaviorTraceConformanceTests.Trace.Update) {
        if let minReplicas = update.minReplicas { self.minReplicas = minReplicas }
        if let maxReplicas = update.maxReplicas { self.maxReplicas = maxReplicas }
        if let behavior = update.behavior { self.behavior = ScalingBehavior.defaulted(behavior) }
        if update.behaviorRemoved == true { self.behavior = nil }
    }
}

extension ScalingBehavior {
    /// The behavior as the API server would default it. Its tolerances have no part in a trace.
    fileprivate static func defaulted(_ wire: HorizontalPodAutoscaler.Behavior?) -> ScalingBehavior? {
        var spec = HorizontalPodAutoscaler.Spec()
        spec.behavior = wire
        var behavior = AutoscalerSpec(spec).behavior
        behavior?.scaleUp.tolerance = nil
        behavior?.scaleDown.tolerance = nil
        return behavior
    }
}
