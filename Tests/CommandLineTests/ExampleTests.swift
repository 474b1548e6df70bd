import FoundationEssentials
import LoopbackClient
import Manifests
import Recordings
import Testing

/// The examples do what they say.
@Suite(.timeLimit(.minutes(2))) struct ExampleTests {
    private static let folder = RepositoryPath.root + "/examples/bytebites/replay"

    struct Evening: Sendable, CustomTestStringConvertible {
        var trace: String
        var expect: String
        var policy: String
        /// The expectations that fail.
        var failures: [String]
        var testDescription: String { "\(policy) on \(trace)" }
    }

    @Test(arguments: [
        Evening(trace: "weekday", expect: "expect-weekday", policy: "eager", failures: ["flaps at most 2"]),
        Evening(trace: "weekday", expect: "expect-weekday", policy: "ten-pods", failures: []),
        Evening(
            trace: "dinner-rush", expect: "expect", policy: "ten-pods",
            failures: ["longestDeficitMinutes at most 15", "enough pods at the peak"]),
        Evening(trace: "dinner-rush", expect: "expect", policy: "fourteen-pods", failures: []),
        Evening(
            trace: "flash-sale", expect: "expect-flash-sale", policy: "fourteen-pods",
            failures: ["unservedShare at most 0.1", "longestOverLimitMinutes at most 0.5"]),
        Evening(trace: "flash-sale", expect: "expect-flash-sale", policy: "headroom", failures: []),
        Evening(
            trace: "slow-night", expect: "expect-slow-night", policy: "headroom",
            failures: ["podHours at most 17", "no more than two pods after midnight"]),
        Evening(trace: "slow-night", expect: "expect-slow-night", policy: "fourteen-pods", failures: []),
    ])
    func aPolicyFailsAnEveningAndAnotherOneHoldsIt(_ evening: Evening) async throws {
        let words = [
            "replay", "-f", "\(Self.folder)/\(evening.policy).yaml", "--trace", "\(Self.folder)/\(evening.trace).csv",
            "--workload", "\(Self.folder)/workload.yaml", "--expect", "\(Self.folder)/\(evening.expect).yaml",
        ]
        let call = try await Call.inProcess(words)
        #expect(call.code == (evening.failures.isEmpty ? 0 : 1))
        #expect(call.output.components(separatedBy: "  FAILED  ").count == evening.failures.count + 1)
        for failure in evening.failures { #expect(call.output.contains("  FAILED  \(failure): ")) }
        // The same files give the same bytes.
        #expect(try await Call.inProcess(words).output == call.output)
    }

    @Test(arguments: ["weekday", "flash-sale", "slow-night"])
    func theTracesAreThoseThatTheScriptWrites(_ name: String) async throws {
        let shell = try #require(ChildProcess.find("sh"))
        let made = try await ChildProcess.run(shell, [Self.folder + "/make-traces", name])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output == (try String(contentsOfFile: "\(Self.folder)/\(name).csv", encoding: .utf8)))
    }

    @Test func everyFileOfTheExampleIsValid() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".csv") }
        let call = try await Call.inProcess(["validate"] + names.map { "\(Self.folder)/\($0)" })
        #expect(call.code == 0)
        #expect(call.output.hasSuffix("\n4 autoscalers, 4 valid; 9 files of a replay, 9 valid\n"))
        #expect(
            call.output.contains("/flash-sale.csv: trace: 481 samples, one each 30s, until 2026-03-12 21:00:00 UTC\n"))
        #expect(call.output.contains("/expect.yaml: expectations: 5 expectations\n"))
        #expect(call.output.contains("/workload.yaml: workload: a pod serves 98 units a second\n"))
    }

    struct Pipeline: Sendable, CustomTestStringConvertible {
        var file: String
        /// Where the lists of commands stand.
        var lists: [[String]]
        /// Of an item of such a list, where the command stands; empty for the item itself.
        var command: String
        var testDescription: String { file }
    }

    /// Runs the commands of a pipeline as its server would, in a copy of the repository's examples.
    @Test(arguments: [
        Pipeline(file: "github-actions.yaml", lists: [["jobs", "replay", "steps"]], command: "run"),
        Pipeline(
            file: "gitlab-ci.yaml", lists: [["scaling policy", "script"], ["scaling policy", "after_script"]],
            command: ""),
    ])
    func theCommandsOfThePipelinesRun(_ pipeline: Pipeline) async throws {
        let work = FileManager.default.temporaryDirectory.path + "/pipeline-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: work) }
        let path = RepositoryPath.root + "/examples/ci/" + pipeline.file
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let root = try #require(try YAMLParser.documents(of: bytes, file: path).first)
        var commands: [String] = []
        for list in pipeline.lists {
            var node: YAMLNode? = root
            for key in list { node = node?[key] }
            for item in try #require(node?.items) {
                let text = pipeline.command.isEmpty ? item.text : item[pipeline.command]?.text
                if let text { commands.append(text) }
            }
        }
        #expect(commands.count == 3)
        let bash = try #require(ChildProcess.find("bash"))
        let program = URL(filePath: BuiltProgram.path).deletingLastPathComponent().path
        let script =
            "set -euo pipefail\ncd '\(work)'\nln -s '\(RepositoryPath.root)/examples' examples\n"
            + commands.joined(separator: "\n")
        let run = try await ChildProcess.run(
            bash, ["-c", script],
            environment: ["PATH": "\(program):/usr/bin:/bin", "GITHUB_STEP_SUMMARY": work + "/compare.md"])
        #expect(run.status == 0, "\(run.errors)")
        let report = try String(contentsOfFile: work + "/replay.xml", encoding: .utf8)
        #expect(report.contains("tests=\"5\" failures=\"0\""))
        let summary = try String(contentsOfFile: work + "/compare.md", encoding: .utf8)
        #expect(summary.contains("fourteen-pods.yaml"))
    }
}
