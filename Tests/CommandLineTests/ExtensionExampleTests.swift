import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// The examples of extensions: what fails without one holds with it.
@Suite(.timeLimit(.minutes(2))) struct ExtensionExampleTests {
    private static let folder = RepositoryPath.root + "/examples/extensions"

    struct Evening: Sendable, CustomTestStringConvertible {
        var name: String
        /// The expectations that fail without it.
        var failures: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Evening(
            name: "schedules", failures: ["unservedShare at most 0.01", "enough when the kitchen opens"]),
        Evening(name: "sync-period", failures: ["longestDeficitMinutes at most 0.15", "unservedShare at most 1.5"]),
        Evening(
            name: "fallback", failures: ["room for the rush while nothing is known", "unservedShare at most 0.1"]),
        Evening(
            name: "scale-to-zero",
            failures: ["podHours at most 4", "nothing runs before the first run", "nothing runs between the runs"]),
        Evening(
            name: "formula",
            failures: ["longestOverLimitMinutes at most 5", "workers for both queues in the rush"]),
    ])
    func whatFailsWithoutHoldsWith(_ evening: Evening) async throws {
        let folder = "\(Self.folder)/\(evening.name)"
        for (policy, failures) in [("without", evening.failures), ("with", [])] {
            let files = ["\(folder)/\(policy).yaml", "\(folder)/workload.yaml", "\(folder)/expect.yaml"]
            let valid = try await Call.inProcess(["validate"] + files)
            #expect(valid.code == 0, "\(valid.output)")
            let words = [
                "replay", "-f", files[0], "--trace", "\(folder)/trace.csv", "--workload", files[1], "--expect",
                files[2],
            ]
            let call = try await Call.inProcess(words)
            #expect(call.code == (failures.isEmpty ? 0 : 1), "\(call.output)")
            #expect(call.output.components(separatedBy: "  FAILED  ").count == failures.count + 1, "\(call.output)")
            for failure in failures { #expect(call.output.contains("  FAILED  \(failure): "), "\(call.output)") }
            #expect(try await Call.inProcess(words).output == call.output)
        }
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, ["\(folder)/make-trace"])
        #expect(try await ChildProcess.run(shell, ["-c", "cat '\(folder)/trace.csv'"]).output == made.output)
    }

    /// What holds over all autoscalers stands in a file of `--config`, and not in the policy.
    @Test func aTargetThatTurnsRoundAllEveningIsHeldByAGuard() async throws {
        let folder = "\(Self.folder)/guards"
        let files = ["policy", "fleet", "workload", "expect"].map { "\(folder)/\($0).yaml" }
        #expect(try await Call.inProcess(["validate"] + files).code == 0)
        let words = [
            "replay", "-f", files[0], "--trace", "\(folder)/trace.csv", "--workload", files[2], "--expect", files[3],
        ]
        let without = try await Call.inProcess(words)
        #expect(without.code == 1)
        #expect(without.output.contains("  FAILED  reversals at most 12: "), "\(without.output)")
        let with = try await Call.inProcess(words + ["--config", files[1]])
        #expect(with.code == 0, "\(with.output)")
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, ["\(folder)/make-trace"])
        #expect(try await ChildProcess.run(shell, ["-c", "cat '\(folder)/trace.csv'"]).output == made.output)
    }
}
