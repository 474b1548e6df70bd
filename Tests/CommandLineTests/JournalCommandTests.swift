import Autoscaling
import FoundationEssentials
import LoopbackClient
import Testing

/// `run --journal` as a process of its own, and `replay` on what it leaves.
@Suite(.timeLimit(.minutes(2))) struct JournalCommandTests {
    @Test func whatRunWroteReplaysToTheByte() async throws {
        try await PlanWorld.run(millicores: 95) { world in
            let journal = world.folder + "/journal.jsonl"
            try await run(world, journal, seconds: 2)
            let same = try await Call.inProcess(["replay", "--trace", journal])
            #expect(same.code == 0, "\(same.errors)")
            #expect(same.output.contains("recorded decisions are the same to the byte."))
            let checked = try await Call.inProcess(["validate", journal])
            #expect(checked.code == 0)
            #expect(checked.output.contains("decisions and 0 demands of 1 autoscalers"))
            // The same file and policy give the same bytes; a policy that allows less says what it would have changed.
            #expect(try await Call.inProcess(["replay", "--trace", journal]).output == same.output)
            let smaller = try world.write("smaller.yaml", PlanWorld.hpa(max: 2))
            let other = try await Call.inProcess(["replay", "-f", smaller, "--trace", journal])
            #expect(other.code == 0, "\(other.errors)")
            #expect(other.output.contains("WHAT WOULD HAVE BEEN DIFFERENT"))
            #expect(other.output.contains("recorded: 2 → 3: cpu 95 % / 70 % = 1.357"))
            // Other flags are another policy as well.
            let flags = try await Call.inProcess(["replay", "--trace", journal, "--tolerance", "0.9", "-o", "json"])
            #expect(flags.output.contains("\"samePolicy\" : false"))
            let report = world.folder + "/report.html"
            #expect(try await Call.inProcess(["replay", "--trace", journal, "--report", report]).code == 0)
            #expect(try String(contentsOfFile: report, encoding: .utf8).lowercased().hasPrefix("<!doctype html>"))
        }
    }

    /// Nobody answers for Prometheus, and after a second four pods are wanted.
    @Test func aFallbackInForceReplaysToTheByte() async throws {
        try await PlanWorld.run { world in
            var world = world
            world.prometheusURL = "http://127.0.0.1:1"
            let custom = PlanWorld.hpa().components(separatedBy: "---")[0]
                .replacing("autoscaling/v2", with: "swiftlet.dev/v1alpha1")
                .replacing("HorizontalPodAutoscaler", with: "HorizontalAutoscaler")
            let steps = "[{afterSeconds: 0, action: Hold}, {afterSeconds: 1, action: AtLeast, replicas: 4}]"
            _ = try world.write("hpa.yaml", custom + "  podSelection: Selector\n  fallback: {steps: \(steps)}\n")
            let journal = world.folder + "/journal.jsonl"
            try await run(world, journal, seconds: 3)
            let recorded = try String(contentsOfFile: journal, encoding: .utf8)
            #expect(recorded.contains("\"fallback\""))
            let same = try await Call.inProcess(["replay", "--trace", journal])
            #expect(same.code == 0, "\(same.errors)")
            #expect(same.output.contains("recorded decisions are the same to the byte."), "\(same.output)")
            #expect(same.output.contains("2 → 4: "), "\(same.output)")
        }
    }

    @Test func aChangedByteIsFound() async throws {
        try await PlanWorld.run(millicores: 95) { world in
            let journal = world.folder + "/journal.jsonl"
            try await run(world, journal, seconds: 2)
            var text = try String(contentsOfFile: journal, encoding: .utf8)
            let place = try #require(text.firstRange(of: "\"multiplier\":2"))
            text.replaceSubrange(place, with: "\"multiplier\":3")
            let line = text[..<place.lowerBound].count { $0 == "\n" } + 1
            let changed = try world.write("changed.jsonl", text)
            let call = try await Call.inProcess(["replay", "--trace", changed])
            #expect(call.code == 1)
            #expect(call.errors.contains(" recorded decisions are made otherwise, the first in line \(line)\n"))
        }
    }

    /// The limit on the size of files stands for a full disk: the controller says so and goes on.
    @Test func aFullDiskIsToldAndScalingGoesOn() async throws {
        try await PlanWorld.run(millicores: 20) { world in
            let journal = world.folder + "/journal.jsonl"
            let errors = try await run(world, journal, seconds: 3, limits: "ulimit -f 16; trap '' XFSZ; ")
            #expect(errors.contains("journal.jsonl cannot be written: File too large"))
            #expect(errors.components(separatedBy: "cannot be written").count == 2, "told more than once: \(errors)")
            let call = try await Call.inProcess(["replay", "--trace", journal])
            #expect(call.code == 0, "\(call.errors)")
            #expect(call.output.contains("recorded decisions are the same to the byte."))
        }
    }

    @discardableResult
    private func run(
        _ world: PlanWorld, _ journal: String, seconds: Int, limits: String = ""
    ) async throws -> String {
        let bash = try #require(ChildProcess.find("bash"))
        let script = limits + "exec timeout -s TERM \(seconds) \"$@\""
        let words = [
            "run", "-f", world.folder + "/hpa.yaml", "--journal", journal, "--sync-period", "50ms", "--shadow",
            "--metrics-bind-address", "off",
        ]
        let process = try await ChildProcess.run(
            bash, ["-c", script, "bash", BuiltProgram.path] + words + world.servers)
        #expect(process.status == 124, "\(process.errors)")
        return process.errors
    }
}
