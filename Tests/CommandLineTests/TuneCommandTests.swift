import CommandLine
import FoundationEssentials
import Recordings
import Testing

@Suite(.timeLimit(.minutes(2))) struct TuneCommandTests {
    private static let help = " (see 'swiftlet help tune')"
    private static let usage = "swiftlet tune -f hpa.yaml --trace rush.csv --workload workload.yaml" + help
    private static let past = "-f @hpa.yaml --trace @trace.csv --workload @workload.yaml"

    @Test(arguments: [
        ("--trace @trace.csv", "-f is missing: " + usage), ("-f @hpa.yaml", "--trace is missing: " + usage),
        ("-f @hpa.yaml --trace @trace.csv", "--workload is missing: " + usage),
        (past + " --vary target=50", "--vary: 'target' is nothing that can be varied"),
        (past + " --vary minReplicas=0", "--vary: minReplicas is a whole number from 1 to 100000, not 0" + help),
        (past + " --hold-out 95", "--hold-out: '95' is not a number from 0 to 90, write percent like 30" + help),
        (past + " --hold-out-trace @trace.csv", "a trace is written twice; it would count twice"),
        (past + " -j 0", "--jobs: '0' is not a whole number from 1 to 1024" + help),
        (past + " --need-at none", "--need-at: 'none' is not a number from 1 to 10000"),
    ])
    func wrongCallsAreRefused(_ words: String, _ message: String) async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(world.words("tune " + words))
            #expect(call.code == 2)
            #expect(call.output.isEmpty)
            #expect(call.errors.hasPrefix("swiftlet: " + message), "\(call.errors)")
        }
    }

    /// A size that is held stays so in every replay, and what is written holds it too.
    @Test func whatAPolicySaysBeyondAnHPAIsReplayedAndKept() async throws {
        try await ReplayWorld.run { world in
            let held = ReplayWorld.hpa(max: 10).replacing("autoscaling/v2", with: "swiftlet.dev/v1alpha1")
                .replacing("HorizontalPodAutoscaler", with: "HorizontalAutoscaler")
            try world.write("held.yaml", held + "  hold: {direction: Up, reason: a sale}\n")
            try world.write("more.yaml", "expect:\n- {by: \"03:04\", readyReplicas: {atLeast: 4}}\n")
            let past = "--trace @trace.csv --workload @workload.yaml --expect @more.yaml"
            #expect(try await Call.inProcess(world.words("replay -f @hpa.yaml " + past)).code == 0)
            #expect(try await Call.inProcess(world.words("replay -f @held.yaml " + past)).code == 1)
            let tuned = try await Call.inProcess(
                world.words("tune -f @held.yaml \(past) --vary averageUtilization=20,50 -o yaml"))
            #expect(tuned.code == 1)
            #expect(tuned.output.contains("kind: HorizontalAutoscaler\n"))
            #expect(tuned.output.contains("  hold:\n    direction: Up\n    reason: a sale\n"))
        }
    }

    /// What goes to zero does so in every candidate, and says so in what is written; a search proposes no zero of its own.
    @Test func aPolicyThatGoesToZeroKeepsSayingHow() async throws {
        try await ReplayWorld.run { world in
            let queue = """
                  - type: Prometheus
                    prometheus: {name: waiting, query: up, target: {type: AverageValue, averageValue: 3}}
                  scaleToZero: {cooldownSeconds: 60}

                """
            let custom = ReplayWorld.hpa(max: 10).replacing("autoscaling/v2", with: "swiftlet.dev/v1alpha1")
                .replacing("HorizontalPodAutoscaler", with: "HorizontalAutoscaler")
            let atZero = custom.replacing("  maxReplicas", with: "  minReplicas: 0\n  maxReplicas")
            try world.write("zero.yaml", atZero + queue)
            try world.write(
                "queue.yaml",
                "coresPerUnit: 100m\npod: {request: 1, limit: 1}\nmetrics: {series: {waiting: {measures: Demand}}}\n")
            let past = "--trace @trace.csv --workload @queue.yaml"
            let own = try await Call.inProcess(
                world.words("tune -f @zero.yaml \(past) --vary averageUtilization=20,50 -o yaml"))
            #expect(own.code == 0, "\(own.errors)")
            #expect(own.output.contains("  minReplicas: 0\n"), "\(own.output)")
            #expect(own.output.contains("  scaleToZero:\n    cooldownSeconds: 60\n"), "\(own.output)")
            let varied = try await Call.inProcess(world.words("tune -f @zero.yaml \(past) --vary minReplicas -o json"))
            #expect(!varied.output.contains("\"minReplicas\" : 0"), "\(varied.output)\(varied.errors)")
        }
    }

    @Test func theChoiceIsToldAndWritten() async throws {
        try await ReplayWorld.run { world in
            // A demand for 4 pods, and bounds of 3: only more pods serve it.
            try world.write("need.yaml", "expect:\n- {by: \"03:04\", readyReplicas: {atLeast: 4}}\n")
            try world.write("vary.yaml", "maxReplicas: [3, 4, 5]\naverageUtilization: 50\n")
            let words =
                "tune -f @small.yaml --trace @trace.csv --workload @workload.yaml --expect @need.yaml --ranges @vary.yaml"
            let table = try await Call.inProcess(
                world.words(words + " --hold-out-trace @flat.csv --write @best.yaml --report @out.html"))
            #expect(table.code == 0)
            #expect(table.errors.isEmpty)
            #expect(
                table.output.hasPrefix("Tried all 3 combinations of maxReplicas (3, 4, 5), averageUtilization (50).\n"))
            #expect(table.output.contains("The cheapest that holds to the expectations costs "))
            #expect(table.output.contains("\n  ! On what was held out it fails:"))
            let best = String(decoding: try Data(contentsOf: URL(filePath: world.folder + "/best.yaml")), as: UTF8.self)
            #expect(best.contains("\n  maxReplicas: 4\n"))
            let report = String(
                decoding: try Data(contentsOf: URL(filePath: world.folder + "/out.html")), as: UTF8.self)
            #expect(report.contains("<h1>2 policies on 2 traces</h1>"))
            // The manifest is one that the other commands take, and it does what was promised.
            let again = try await Call.inProcess(
                world.words("replay -f @best.yaml --trace @trace.csv --workload @workload.yaml --expect @need.yaml"))
            #expect(again.code == 0)
            let yaml = try await Call.inProcess(world.words(words + " -o yaml"))
            #expect(yaml.code == 0 && yaml.output == best)
            #expect(yaml.errors.hasPrefix("warning: Nothing was held out"))
            let one = try await Call.inProcess(world.words(words + " -o json -j 1"))
            let two = try await Call.inProcess(world.words(words + " -o json -j 2"))
            #expect(one.output == two.output && one.output.contains("\"isFound\" : true"))
        }
    }

    @Test func itSaysWhenNothingIsGoodEnough() async throws {
        try await ReplayWorld.run { world in
            let call = try await Call.inProcess(
                world.words("tune \(Self.past) --expect @bad.yaml --vary maxReplicas=5,6"))
            #expect(call.code == 1)
            #expect(call.output.contains("None holds to the expectations. The nearest fails 2 and "))
            #expect(call.errors == "swiftlet: no policy that was tried holds to all expectations\n")
        }
    }

    @Test func aPullRequestIsToldWhatChanges() async throws {
        try await ReplayWorld.run { world in
            let words = "--trace @trace.csv --workload @workload.yaml --expect @good.yaml -o markdown"
            let better = try await Call.inProcess(world.words("compare --baseline @small.yaml -f @hpa.yaml " + words))
            #expect(better.code == 0)
            #expect(better.output.contains("✅ The new policy holds to all 2 expectations"))
            #expect(better.output.contains("**Holds now**\n\n- four in time: "))
            // The baseline holds, and what is new does not.
            let worse = try await Call.inProcess(world.words("compare --baseline @hpa.yaml -f @small.yaml " + words))
            #expect(worse.code == 1)
            #expect(worse.output.contains("**Fails now**\n\n- four in time: "))
            let none = try await Call.inProcess(world.words("compare --baseline @both.yaml -f @hpa.yaml " + words))
            #expect(none.code == 2)
            #expect(none.errors.contains("/both.yaml must be a file with one autoscaler"))
        }
    }

    @Test func equalCallsWriteEqualReports() async throws {
        try await ReplayWorld.run { world in
            var texts: [String] = []
            for _ in 0..<2 {
                let call = try await Call.inProcess(
                    world.words(
                        "compare -f @hpa.yaml -f @small.yaml --trace @trace.csv --trace @flat.csv "
                            + "--workload @workload.yaml --expect @good.yaml --report @out.html"))
                #expect(call.code == 1 && call.errors.contains("no policy holds to all expectations"))
                texts.append(
                    String(decoding: try Data(contentsOf: URL(filePath: world.folder + "/out.html")), as: UTF8.self))
            }
            #expect(texts[0] == texts[1] && texts[0].hasPrefix("<!doctype html>"))
            let nowhere = try await Call.inProcess(
                world.words("replay \(Self.past) --report @no/such/folder/out.html"))
            #expect(nowhere.code == 1)
            #expect(nowhere.errors.contains("out.html: cannot be written"))
        }
    }
}
