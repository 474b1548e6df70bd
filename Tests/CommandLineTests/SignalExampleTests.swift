import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// The examples of signals beside cpu: what fails by cpu holds by the right signal.
@Suite(.timeLimit(.minutes(2))) struct SignalExampleTests {
    private static let folder = RepositoryPath.root + "/examples/signals"

    struct Evening: Sendable, CustomTestStringConvertible {
        var signal: String
        var policy: String
        /// The expectations that fail.
        var failures: [String]
        var testDescription: String { "\(signal)/\(policy)" }
    }

    @Test(arguments: [
        Evening(
            signal: "queue", policy: "cpu",
            failures: ["longestOverLimitMinutes at most 5", "enough workers in the rush"]),
        Evening(signal: "queue", policy: "queue-depth", failures: []),
        Evening(
            signal: "latency", policy: "cpu", failures: ["unservedShare at most 0", "p95Utilization at most 180"]),
        Evening(signal: "latency", policy: "p95", failures: []),
        Evening(
            signal: "requests", policy: "cpu", failures: ["unservedShare at most 0.1", "enough pods at the peak"]),
        Evening(signal: "requests", policy: "requests-per-second", failures: []),
        Evening(signal: "memory", policy: "cpu", failures: ["room for the baskets at the peak"]),
        Evening(signal: "memory", policy: "memory", failures: []),
    ])
    func theRightSignalHoldsWhatCPUFails(_ evening: Evening) async throws {
        let folder = "\(Self.folder)/\(evening.signal)"
        let files = ["\(folder)/\(evening.policy).yaml", "\(folder)/workload.yaml", "\(folder)/expect.yaml"]
        #expect(try await Call.inProcess(["validate"] + files).code == 0)
        let call = try await Call.inProcess([
            "replay", "-f", files[0], "--trace", "\(folder)/trace.csv", "--workload", files[1], "--expect", files[2],
        ])
        #expect(call.code == (evening.failures.isEmpty ? 0 : 1))
        #expect(call.output.components(separatedBy: "  FAILED  ").count == evening.failures.count + 1, "\(call.output)")
        for failure in evening.failures { #expect(call.output.contains("  FAILED  \(failure): ")) }
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, ["\(Self.folder)/make-traces", evening.signal])
        #expect(try await ChildProcess.run(shell, ["-c", "cat '\(folder)/trace.csv'"]).output == made.output)
    }
}
