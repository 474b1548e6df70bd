import Autoscaling
import KubernetesTypes
import Recordings
import Testing

/// One metric to one replica count, against what the original did.
@Suite struct ReplicaCalculatorConformanceTests {
    struct Case: Decodable {
        struct Limits: Decodable {
            var down: Double
            var up: Double
        }

        struct Sample: Decodable {
            var pod: String
            var value: Int64
            var at: Double?
            var window: Double
        }

        struct Expectation: Decodable {
            var replicas: Int32?
            var utilization: Int32?
            var usage: Int64?
            var error: String?
        }

        var id: String
        var note: String?
        var function: String
        var resource: String?
        var container: String?
        var currentReplicas: Int32?
        var statusReplicas: Int32?
        var target: Int64
        var tolerance: Limits
        var cpuInitializationPeriod: Double
        var initialReadinessDelay: Double
        var pods: [RecordedPod]?
        var metrics: [Sample]?
        var value: Int64?
        var series: [Int64]?
        var metricsError: String?
        var expect: Expectation
        var platformDependent: Bool?
    }

    @Test func everyRecordedCaseGivesTheRecordedCount() throws {
        let cases: [Case] = try ConformanceFolder.load("replica_calculator.json")
        #expect(cases.count > 100)
        for test in cases {
            let note: Comment = "\(test.id) \(test.note ?? "")"
            let decision = test.decide()
            guard let evaluation = decision.metrics.first else {
                Issue.record("\(note): no metric was evaluated")
                continue
            }
            switch evaluation.outcome {
            case .failed:
                #expect(test.metricErrorText(decision) == test.expect.error, note)
            case .proposal(let proposal):
                #expect(test.expect.error == nil, note)
                if test.platformDependent == true {
                    // The original's number is that of one processor; ours must not be on its unsafe side.
                    if let replicas = test.expect.replicas { #expect(proposal.replicas >= replicas, note) }
                    continue
                }
                #expect(proposal.replicas == test.expect.replicas, note)
                #expect(proposal.utilization == test.expect.utilization, note)
                #expect(proposal.usage == test.expect.usage, note)
            }
        }
    }
}

extension ReplicaCalculatorConformanceTests.Case {
    /// Runs the whole decision, so that the same code is tested that runs.
    func decide() -> Decision {
        var history = History()
        return evaluate(spec, observation, history: &history, flags: flags)
    }

    var flags: ControllerFlags {
        ControllerFlags(
            tolerance: 0,
            cpuInitializationPeriod: .nanoseconds(Int64(cpuInitializationPeriod * 1e9)),
            initialReadinessDelay: .nanoseconds(Int64(initialReadinessDelay * 1e9)), allowsScaleToZero: true)
    }

    var spec: AutoscalerSpec {
        var behavior = ScalingBehavior()
        behavior.scaleUp.tolerance = tolerance.up
        behavior.scaleDown.tolerance = tolerance.down
        return AutoscalerSpec(
            scaleTargetRef: CrossVersionObjectReference(apiVersion: "apps/v1", kind: "Deployment", name: "web"),
            minReplicas: currentReplicas == 0 ? 1 : 0, maxReplicas: .max, metrics: [metric], behavior: behavior)
    }

    private var metric: MetricSpec {
        let identifier = MetricIdentifier(name: "qps")
        let resourceSource: MetricSource =
            container.map { .containerResource(name: resource ?? "", container: $0) }
            ?? .resource(name: resource ?? "")
        let object = CrossVersionObjectReference(kind: "Service", name: "frontend")
        switch function {
        case "resourceUtilization":
            return MetricSpec(source: resourceSource, target: .utilization(Int32(truncatingIfNeeded: target)))
        case "resourceAverageValue":
            return MetricSpec(source: resourceSource, target: .averageValue(milli: target))
        case "podsAverageValue": return MetricSpec(source: .pods(identifier), target: .averageValue(milli: target))
        case "objectValue":
            return MetricSpec(source: .object(identifier, describedObject: object), target: .value(milli: target))
        case "objectAverageValue":
            return MetricSpec(
                source: .object(identifier, describedObject: object), target: .averageValue(milli: target))
        case "externalValue": return MetricSpec(source: .external(identifier), target: .value(milli: target))
        case "externalAverageValue":
            return MetricSpec(source: .external(identifier), target: .averageValue(milli: target))
        default: return MetricSpec(source: .unknown(type: function), target: .value(milli: target))
        }
    }

    private var observation: Observation {
        let now = Timestamp.recordedNow
        return Observation(
            time: now,
            target: .found(
                ObservedScale(
                    specReplicas: currentReplicas ?? statusReplicas ?? 0, statusReplicas: statusReplicas ?? 0)),
            pods: (pods ?? []).podSet(now: now), readings: [reading(now: now)], isScaledToZero: true)
    }

    private func reading(now: Timestamp) -> MetricReading {
        if let metricsError { return .failed(.source(metricsError)) }
        if let value { return .value(milli: value, at: now) }
        if function.hasPrefix("external") { return .series(series ?? [], at: now) }
        let pods = pods ?? []
        let known = Dictionary(uniqueKeysWithValues: pods.enumerated().map { ($1.name, $0) })
        var readings = PodReadings(samples: Array(repeating: .missing, count: pods.count))
        for sample in metrics ?? [] {
            guard let index = known[sample.pod] else {
                readings.unmatched.append(sample.value)
                continue
            }
            readings.samples[index] = PodSample(
                value: sample.value, time: now.shifted(sample.at), windowNanoseconds: Int64(sample.window * 1e9))
        }
        readings.requests = pods.requests(of: resource ?? "", container: container)
        return .pods(readings)
    }

    /// The error as the original's calculator words it: without what the controller puts around it.
    func metricErrorText(_ decision: Decision) -> String? {
        guard case .failed(let failure) = decision.metrics.first?.outcome else { return nil }
        return failure.calculatorText(of: spec.metrics[0], namespace: "test")
    }
}
