import FoundationEssentials
import LoopbackClient
import Recordings
import Testing

/// The example of a prediction: what fails without it holds with it, and a day like no other turns it off.
@Suite(.timeLimit(.minutes(2))) struct PredictionExampleTests {
    private static let folder = RepositoryPath.root + "/examples/extensions/prediction"

    struct Month: Sendable, CustomTestStringConvertible {
        var trace: String
        var policy: String
        /// The expectations that fail.
        var failures: [String]
        var testDescription: String { "\(policy) on \(trace)" }
    }

    @Test(arguments: [
        Month(
            trace: "fridays", policy: "without",
            failures: ["pods for the rush when it begins", "nobody waits for a pod"]),
        Month(trace: "fridays", policy: "with", failures: []),
        Month(trace: "holiday", policy: "trusting", failures: ["no pods for a rush that does not come"]),
        Month(trace: "holiday", policy: "with", failures: []),
    ])
    func aPredictionHoldsWhatFailsWithoutIt(_ month: Month) async throws {
        let files = ["\(month.policy).yaml", "workload.yaml", "expect-\(month.trace).yaml"].map {
            "\(Self.folder)/\($0)"
        }
        #expect(try await Call.inProcess(["validate"] + files).code == 0)
        let call = try await Call.inProcess([
            "replay", "-f", files[0], "--trace", "\(Self.folder)/\(month.trace).csv", "--workload", files[1],
            "--expect",
            files[2], "--sync-period", "1m",
        ])
        #expect(call.code == (month.failures.isEmpty ? 0 : 1))
        #expect(call.output.components(separatedBy: "  FAILED  ").count == month.failures.count + 1, "\(call.output)")
        for failure in month.failures { #expect(call.output.contains("  FAILED  \(failure): ")) }
        // What the prediction did is said, beside what came of it without.
        #expect(call.output.contains("The prediction raised ") == (month.policy != "without"))
        #expect(call.output.contains("Without the prediction: ") == (month.policy != "without"))
    }

    @Test(arguments: ["fridays", "holiday"]) func theTracesAreThoseThatTheScriptWrites(_ name: String) async throws {
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, [Self.folder + "/make-traces", name])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output == (try String(contentsOfFile: "\(Self.folder)/\(name).csv", encoding: .utf8)))
    }
}
