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
        Evening(
            name: "hold", failures: ["unserved at most 0", "the pods of the first break stay for the others"]),
        Evening(name: "tolerance", failures: ["reversals at most 2", "at its target in the evening"]),
        Evening(name: "mode", failures: ["what was set by hand"]),
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

    struct Guard: Sendable, CustomTestStringConvertible {
        var trace: String
        var expect: String
        /// Files of `--config` without which, or with which, each autoscaler fails; `nil` for none.
        var fails: String?
        var holds: String
        var failure: String
        /// The one that is looked at; all six when `nil`.
        var autoscaler: String?
        var testDescription: String { "\(holds) on \(trace)\(autoscaler.map { ": \($0)" } ?? "")" }
    }

    /// Six autoscalers in one closed loop, with what is allowed over all of them.
    @Test(arguments: [
        Guard(trace: "outage", expect: "outage", holds: "crowd", failure: "unserved at most 0"),
        Guard(trace: "outage", expect: "outage", holds: "freeze", failure: "unserved at most 0"),
        Guard(trace: "push", expect: "push", holds: "budget", failure: "no more than its share"),
        Guard(
            trace: "push", expect: "kitchen", fails: "budget", holds: "namespaces", failure: "enough printers at once",
            autoscaler: "kitchen/printers"),
    ])
    func aGuardHoldsAFleet(_ test: Guard) async throws {
        let folder = "\(Self.folder)/fleet"
        let files = ["services", "workload", "expect-\(test.expect)", test.holds].map { "\(folder)/\($0).yaml" }
        let valid = try await Call.inProcess(["validate"] + files)
        #expect(valid.code == 0, "\(valid.output)")
        var words = [
            "replay", "-f", files[0], "--trace", "\(folder)/\(test.trace).csv", "--workload", files[1], "--expect",
            files[2],
        ]
        if let autoscaler = test.autoscaler { words += ["--autoscaler", autoscaler] }
        let count = test.autoscaler == nil ? 6 : 1
        let without = try await Call.inProcess(
            words + (test.fails.map { ["--config", "\(folder)/\($0).yaml"] } ?? []))
        #expect(without.code == 1)
        #expect(
            without.output.components(separatedBy: "  FAILED  \(test.failure): ").count == count + 1,
            "\(without.output)")
        let with = try await Call.inProcess(words + ["--config", files[3]])
        #expect(with.code == 0, "\(with.output)")
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, ["\(folder)/make-traces", test.trace])
        #expect(try await ChildProcess.run(shell, ["-c", "cat '\(folder)/\(test.trace).csv'"]).output == made.output)
    }

    /// What a controller would not write is shown, and said not to be written.
    @Test func aReplayInShadowModeSaysThatNothingWouldBeWritten() async throws {
        let folder = "\(Self.folder)/mode"
        let text = try String(contentsOfFile: "\(folder)/with.yaml", encoding: .utf8)
        let file = FileManager.default.temporaryDirectory.path + "/shadow-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try text.replacing("mode: Paused", with: "mode: Shadow").write(toFile: file, atomically: true, encoding: .utf8)
        let call = try await Call.inProcess([
            "replay", "-f", file, "--trace", "\(folder)/trace.csv", "--workload", "\(folder)/workload.yaml",
        ])
        #expect(call.code == 0)
        #expect(
            call.output.contains("8 → ") && call.output.contains("would write none of these sizes"), "\(call.output)")
    }
}
