import Autoscaling
import FoundationEssentials
import Recordings
import Testing

@testable import Replay

private let traces = RepositoryPath.root + "/../shared/traces"

/// Real traces, where they are at hand beside the repository; they are not part of it.
@Suite(.timeLimit(.minutes(5)), .enabled(if: FileManager.default.fileExists(atPath: traces)))
struct RecordedTraceTests {
    private let spec = AutoscalerSpec(
        scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "shop"), minReplicas: 2,
        maxReplicas: 40, metrics: [MetricSpec(source: .resource(name: "cpu"), target: .utilization(60))],
        behavior: ScalingBehavior())

    @Test func aRequestTraceReplaysInAClosedLoop() throws {
        var options = DemandTrace.Options()
        options.meaning = .total
        let trace = DemandTrace(file: traces + "/elb_request_count_8c0756.csv", options: options)
        let model = WorkloadModel(coresPerUnit: 2, requestCores: 0.5, limitCores: 1)
        let outcome = try ReplayRun(name: "default", spec: spec, mode: .closed(model)).run(trace)
        #expect(outcome.scores.ticks > 70_000)
        #expect(try #require(outcome.scores[.timeUnderProvisioned]) < 50)
        #expect(outcome.notes.contains { $0.hasPrefix("The trace has one sample in 5m") })
    }

    /// The same with consequences: what the pods used is taken for the demand, and marked where they were at their limit.
    @Test(arguments: ["cpu_utilization_asg_misconfiguration.csv", "ec2_cpu_utilization_24ae8d.csv"])
    func aUtilisationTraceReplaysInAClosedLoop(_ file: String) throws {
        var options = DemandTrace.Options()
        options.meaning = .utilization(replicas: 4)
        let trace = DemandTrace(file: traces + "/" + file, options: options)
        let model = WorkloadModel(coresPerUnit: 1, requestCores: 1, limitCores: 1)
        let outcome = try ReplayRun(name: "default", spec: spec, mode: .closed(model)).run(trace)
        #expect(outcome.scores.ticks > 70_000)
        #expect(try #require(outcome.scores[.unservedShare]) < 1)
        #expect(
            (outcome.scores[.censoredShare] ?? 0 > 0) == outcome.notes.contains { $0.contains("marked as censored") })
        #expect(outcome.notes.contains { $0.hasPrefix("The trace is recorded usage") })
    }

    @Test(arguments: ["cpu_utilization_asg_misconfiguration.csv", "ec2_cpu_utilization_24ae8d.csv"])
    func aUtilisationTraceReplaysInAnOpenLoop(_ file: String) throws {
        var options = DemandTrace.Options()
        options.meaning = .utilization(replicas: 4)
        let trace = DemandTrace(file: traces + "/" + file, options: options)
        let outcome = try ReplayRun(name: "default", spec: spec, mode: .open(requestCores: 1)).run(trace)
        #expect(outcome.scores.ticks > 70_000)
        #expect(outcome.scores[.heldByMetrics] == 0)
    }
}
