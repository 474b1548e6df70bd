import CommandLine
import FoundationEssentials
import LoopbackClient
import MiniCluster
import Recordings
import Testing

/// The examples of the help, called as they stand there in a folder that has the files they name.
@Suite(.timeLimit(.minutes(3))) struct ExampleCallTests {
    /// Examples that are not called here, and why.
    private static let notCalled = [
        "swiftlet demo": "takes a minute; DemoTests runs the demo faster",
        "swiftlet demo --speed 600": "DemoTests runs the demo",
        "swiftlet demo --keep": "never ends; DashboardDataTests runs it",
        "swiftlet record -f hpa.yaml --from 24h -o day.jsonl --prometheus-url http://prometheus:9090":
            "a day that kube-state-metrics saw; RecordTests has one",
        "swiftlet record -f hpa.yaml --from 24h -o day.jsonl --resume": "goes on with the one before",
        "swiftlet record -f hpa.yaml --from 168h -o week.jsonl --demand 'sum(rate(http_requests_total[1m]))'":
            "a week that kube-state-metrics saw",
    ]

    @Test func everyCommandHasExamplesThatCallIt() {
        for command in Command.all {
            #expect(!command.spec.examples.isEmpty, "\(command.spec.name)")
            for example in command.spec.examples {
                #expect(example.call.contains("swiftlet \(command.spec.name)"), "\(example.call)")
                #expect(!example.meaning.hasSuffix("."), "\(example.meaning)")
            }
        }
    }

    @Test func theExamplesWorkAsTheyStandThere() async throws {
        let bash = try #require(ChildProcess.find("bash"))
        let hasKubectl = ChildProcess.find("kubectl") != nil
        let calls = Command.all.flatMap { $0.spec.examples.map(\.call) }
        for call in Self.notCalled.keys { #expect(calls.contains(call), "no example any more: \(call)") }
        try await PlanWorld.run { world in
            try await prepare(world)
            var called = 0
            for call in calls where Self.notCalled[call] == nil {
                if call.contains("kubectl"), !hasKubectl { continue }
                let run = try await ChildProcess.run(
                    bash, ["-c", Self.preamble + Self.here(call, world)], environment: environment(world))
                #expect(run.status == 0, "\(call): \(run.output)\(run.errors)")
                called += 1
            }
            #expect(called > 25)
        }
    }

    /// A folder of its own, a home in it, and `fpath` as zsh has it.
    private static let preamble =
        "set -euo pipefail; cd \"$WORK\"; fpath=(/nowhere \"$WORK/zsh\");\n" + """
            until_started() {
                : > run.log
                "$@" 2>> run.log &
                for _ in {1..300}; do
                    if grep -q event=started run.log; then break; fi
                    sleep 0.1
                done
                sleep 2
                kill $!
                wait $!
            }

            """

    /// A controller works until it is told to end, and ends in order. Names of a cluster stand for those of this one.
    private static func here(_ call: String, _ world: PlanWorld) -> String {
        var call = call.replacing("-n bytebites", with: "-n default")
        for url in ["http://prometheus:9090", "http://localhost:9090"] {
            call = call.replacing(url, with: world.prometheusURL)
        }
        guard call.hasPrefix("swiftlet run ") else { return call }
        return "until_started \(call) --metrics-bind-address off"
    }

    private func environment(_ world: PlanWorld) -> [String: String] {
        let program = URL(filePath: BuiltProgram.path).deletingLastPathComponent().path
        let kubectl = ChildProcess.find("kubectl").map { URL(filePath: $0).deletingLastPathComponent().path } ?? program
        return [
            "PATH": "\(program):\(kubectl):/usr/bin:/bin", "HOME": world.folder, "WORK": world.folder,
            "KUBECONFIG": world.folder + "/kubeconfig", "PROMETHEUS_URL": world.prometheusURL,
        ]
    }

    private func prepare(_ world: PlanWorld) async throws {
        let replays = RepositoryPath.root + "/examples/bytebites/replay/"
        for (name, file) in [
            ("rush.csv", "dinner-rush.csv"), ("mon.csv", "weekday.csv"), ("fri.csv", "dinner-rush.csv"),
            ("workload.yaml", "workload.yaml"), ("old.yaml", "ten-pods.yaml"), ("new.yaml", "headroom.yaml"),
        ] {
            // The head of a trace is trace enough: what is tried here is the call.
            let lines = try String(contentsOfFile: replays + file, encoding: .utf8).split(separator: "\n").prefix(40)
            _ = try world.write(name, lines.joined(separator: "\n") + "\n")
        }
        _ = try world.write("expect.yaml", Self.expectations)
        _ = try world.write("old-v1.yaml", Self.versionOne)
        _ = try world.write("cpu.csv", "time,cpu\n2026-03-13T17:30:00Z,60\n2026-03-13T17:31:00Z,95\n")
        for folder in ["zsh", "policies", ".config/fish/completions"] {
            try FileManager.default.createDirectory(
                atPath: world.folder + "/" + folder, withIntermediateDirectories: true)
        }
        try await world.store.create(.horizontalPodAutoscalers, namespace: "default", ByteBites.autoscaler)
        let bash = try #require(ChildProcess.find("bash"))
        let script = """
            cp old.yaml new.yaml policies/
            until_started swiftlet run -f hpa.yaml --metrics-bind-address off --journal journal.jsonl
            until_started swiftlet run --source=hpa --shadow --shadow-log=shadow.jsonl.1 \\
                --metrics-bind-address off
            """
        let made = try await ChildProcess.run(
            bash, ["-c", Self.preamble + script], environment: environment(world))
        try #require(made.status == 0, "\(made.errors)")
    }

    private static let expectations = """
        expect:
        - {score: podHours, atMost: 1000}

        """

    private static let versionOne = """
        apiVersion: autoscaling/v1
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          maxReplicas: 5
          targetCPUUtilizationPercentage: 70

        """
}
