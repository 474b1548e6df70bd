import Autoscaling
import FoundationEssentials
import Journal
import MiniCluster
import RealPrometheus
import Testing

/// A trace of the past out of a real Prometheus.
@Suite(.timeLimit(.minutes(3)), .enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
struct RecordTests {
    private static let hour = ["--from", "2026-03-13T17:30:00Z", "--to", "2026-03-13T18:30:00Z"]

    private func observations(_ bytes: [UInt8]) throws -> [Observation] {
        let decoder = TraceDecoder()
        return try bytes.split(separator: 0x0A).compactMap { line in
            if case .line(let line) = try decoder.entry(line), case .observation(let seen) = line.body {
                seen
            } else {
                nil
            }
        }
    }

    @Test func whatAControllerWouldHaveSeenIsWritten() async throws {
        try await RecordWorld.run { world in
            let call = try await Call.inProcess(world.words + Self.hour + ["--demand", "sum(demand)"])
            #expect(call.code == 0, "\(call.errors)")
            #expect(call.errors.hasSuffix("swiftlet: 241 steps recorded\n"))
            let seen = try observations(Array(call.output.utf8))
            #expect(seen.count == 241)
            let moments = seen.map { Int($0.time.nanoseconds(since: RecordWorld.start) / 1_000_000_000) }
            #expect(moments == Array(stride(from: 0, through: 3_600, by: 15)))
            let sizes = seen.map { seen -> Int32 in
                if case .found(let scale) = seen.target { scale.specReplicas } else { -1 }
            }
            #expect(sizes == moments.map { $0 < RecordWorld.change ? 2 : 3 })
            // At 17:40:15 the third pod runs and is not ready; at 17:41:00 it is, since then.
            let states = seen[41].pods.states
            #expect(states.map(\.phase) == [.running, .running, .running])
            #expect(states.map(\.readiness) == [.true, .true, .false])
            #expect(states[2].startTime == RecordWorld.start.advanced(bySeconds: 600))
            #expect(seen[44].pods.states[2].readiness == .true)
            #expect(seen[45].pods.states[2].readyTransition == RecordWorld.start.advanced(bySeconds: 660))
            let last = try #require(seen.last)
            #expect(last.pods.names == ["order-service-a", "order-service-b", "order-service-c"])
            guard case .pods(let readings) = last.readings.first else {
                Issue.record("no readings: \(last.readings)")
                return
            }
            #expect(readings.samples.map(\.value) == [80, 80, 40])
            #expect(readings.samples.map(\.time) == Array(repeating: last.time, count: 3))
            #expect(readings.requests.milliValues == [100, 100, 100])
            #expect(call.output.components(separatedBy: "\"demand\":{\"time\"").count == 242)
            // And it replays: 80 % is within a tenth of 70 % × 1.1 = 77 %? It is above, so a third pod is asked for.
            let replay = try await Call.inProcess(["replay", "--trace", "-", "-o", "json"], input: call.output)
            #expect(replay.code == 0, "\(replay.errors)")
            #expect(replay.output.contains("\"decisions\" : 241"))
            #expect(replay.output.contains("2 → 3: cpu 80 % / 70 % = 1.143, × 2 pods = 2.29, rounded up to 3"))
        }
    }

    /// Prometheus refuses queries of more than so many samples; the pieces become smaller until they pass.
    @Test func limitsOfPrometheusAreObeyed() async throws {
        try await RecordWorld.run { world in
            try await RecordWorld.run(arguments: ["--query.max-samples=600"]) { limited in
                let whole = try await Call.inProcess(world.words + Self.hour)
                let pieces = try await Call.inProcess(limited.words + Self.hour)
                #expect(pieces.code == 0, "\(pieces.errors)")
                #expect(pieces.output == whole.output)
                // One step a second is more than the 11,000 points that Prometheus answers in one piece.
                let fine = try await Call.inProcess(
                    world.words + ["--from", "2026-03-13T17:35:00Z", "--to", "2026-03-13T17:36:00Z", "--step", "1s"])
                #expect(try observations(Array(fine.output.utf8)).count == 61)
            }
        }
    }

    @Test func anInterruptedRecordingGoesOnWhereItWas() async throws {
        try await RecordWorld.run { world in
            let path = world.folder + "/trace.jsonl"
            let more = Self.hour + ["-o", path, "--demand", "sum(demand)"]
            #expect(try await Call.inProcess(world.words + more).code == 0)
            let whole = try world.read("trace.jsonl")
            let refused = try await Call.inProcess(world.words + more)
            #expect(refused.code == 1)
            #expect(refused.errors.hasSuffix("\(path): exists; --resume goes on with it, or name another file\n"))
            // Cut anywhere: in the header, in a spec, in an observation, between two lines of a step, at a line's end.
            let ends = whole.indices.filter { whole[$0] == 0x0A }.map { $0 + 1 }
            for length in [0, 10, 300, ends[2] - 1, ends[2], ends[3], ends[100] - 7, ends[101], whole.count] {
                try Data(whole.prefix(length)).write(to: URL(filePath: path))
                let call = try await Call.inProcess(world.words + more + ["--resume"])
                #expect(call.code == 0, "cut at \(length): \(call.errors)")
                #expect(try world.read("trace.jsonl") == whole, "cut at \(length)")
            }
            let other = world.folder + "/other.yaml"
            try Data(PlanWorld.hpa(target: 50).utf8).write(to: URL(filePath: other))
            let call = try await Call.inProcess(
                ["record", "-f", other, "--prometheus-url", world.url] + more + ["--resume"])
            #expect(call.code == 1)
            #expect(call.errors.contains("was recorded for another policy of default/order-service-hpa"))
        }
    }

    @Test func whatCannotBeRecordedIsSaid() async throws {
        try await RecordWorld.run { world in
            let nothing = world.folder + "/nothing.yaml"
            let text = PlanWorld.hpa()
            try Data(text.replacing("order-service-deployment", with: "nothing").utf8)
                .write(to: URL(filePath: nothing))
            let unknown = try await Call.inProcess(
                ["record", "-f", nothing, "--prometheus-url", world.url] + Self.hour)
            #expect(unknown.code == 1)
            #expect(
                unknown.errors.contains(
                    "Prometheus has no kube_deployment_spec_replicas{namespace=\"default\",deployment=\"nothing\"}"))
            let several = try await Call.inProcess(
                world.words + Self.hour + ["--demand", "kube_pod_owner"])
            #expect(several.code == 1)
            #expect(several.errors.contains("--demand has 2 series"))
            let broken = try await Call.inProcess(world.words + Self.hour + ["--demand", "sum("])
            #expect(broken.code == 3)
        }
        let nobody = try await Call.inProcess([
            "record", "-f", "examples/bytebites/hpa.yaml", "--from", "1h", "--prometheus-url", "http://127.0.0.1:1",
        ])
        #expect(nobody.code != 0)
    }

    /// With the pods that the cluster has now, and the embedded servers.
    @Test func thePresentClusterServesWithoutKubeStateMetrics() async throws {
        try await PlanWorld.run { world in
            let call = try await Call.inProcess(
                ["record", "-f", world.folder + "/hpa.yaml", "--from", "120s", "--state", "cluster"] + world.servers)
            #expect(call.code == 0, "\(call.errors)")
            let seen = try observations(Array(call.output.utf8))
            #expect(seen.count == 9)
            guard case .pods(let readings) = seen.last?.readings.first else {
                Issue.record("no readings: \(call.output)")
                return
            }
            #expect(readings.samples.map(\.value) == [95, 95])
            #expect(readings.requests.milliValues == [100, 100])
        }
    }
}
