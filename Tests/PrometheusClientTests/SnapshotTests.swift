import Autoscaling
import HTTPTransport
import PrometheusClient
import Recordings
import Testing

/// Answers resource queries from texts: lines of `namespace pod container value`.
struct ScriptedPrometheus: Sendable {
    var usage = ""
    var times = ""

    func client() -> ReplayClient {
        ReplayClient { request in
            let isTimes = (request.form["query"] ?? "").contains("timestamp(")
            return HTTPResponse(200, Self.vector(isTimes ? times : usage))
        }
    }

    static func vector(_ lines: String) -> String {
        let series = lines.split(separator: "\n").map { line -> String in
            let parts = line.split(separator: " ")
            let labels = zip(["namespace", "pod", "container"], parts).filter { $0.1 != "-" }
            let metric = labels.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
            return "{\"metric\":{\(metric)},\"value\":[1795486017,\"\(parts[3])\"]}"
        }
        return #"{"status":"success","data":{"resultType":"vector","result":["#
            + series.joined(separator: ",") + "]},\"warnings\":[\"partial\"]}"
    }
}

@Suite(.timeLimit(.minutes(1))) struct SnapshotTests {
    static let now = Timestamp(nanoseconds: 1_795_486_017_000_000_000)

    private func collect(
        _ client: ReplayClient, _ resources: [ResourceQuery] = [.cpu()], namespaces: [String] = ["shop"],
        expressions: [String] = [], limits: BatchLimits = BatchLimits(), concurrency: Int = 4
    ) async throws -> Snapshot {
        let plan = SnapshotPlan(
            time: Self.now, resources: resources,
            namespaces: namespaces.map { NamespaceLoad($0, expectedSeries: 10) }, expressions: expressions,
            limits: limits)
        return try await SnapshotCollector(PrometheusErrorTests.api(client), concurrency: concurrency).collect(plan)
    }

    @Test func whatMayBePartialIsKnownOfEachMomentOfARange() async throws {
        for (warnings, isInDoubt) in [(#","warnings":["store-1: EOF"]"#, true), ("", false)] {
            let client = ReplayClient { _ in
                HTTPResponse(200, #"{"status":"success","data":{"resultType":"matrix","result":[]}\#(warnings)}"#)
            }
            let plan = SnapshotPlan(
                time: nil, resources: [.cpu()], namespaces: [NamespaceLoad("shop", expectedSeries: 1)],
                expressions: ["up"])
            let answers = try await RangeCollector(PrometheusErrorTests.api(client)).collect(
                plan, from: Self.now, step: .seconds(15), steps: 2)
            let last = answers.snapshot(at: 1, answering: ["up"])
            #expect(last.doubt(about: "up") == (isInDoubt ? "store-1: EOF; query 'up'" : nil))
            let ofUsage = last.doubt(about: "cpu", namespace: "shop") ?? ""
            #expect(ofUsage.hasPrefix("store-1: EOF; query 'sum by") == isInDoubt, "\(ofUsage)")
            #expect(last.doubt(about: "cpu", namespace: "kitchen") == nil)
        }
    }

    @Test func aPodIsTheSumOfItsContainersAtTheirRealTimes() async throws {
        let script = ScriptedPrometheus(
            usage: "shop web-0 app 0.2505\nshop web-0 sidecar 0.0125\nshop web-1 app 1e-5",
            times: "shop web-0 sidecar 1795486003.465\nshop web-0 app 1795486001.5\nshop web-1 app 1795486016")
        let snapshot = try await collect(script.client())
        guard case .usage(let pod) = snapshot.usage(of: "cpu", namespace: "shop", pod: "web-0") else {
            Issue.record("web-0 has no usage")
            return
        }
        // 250.5 m and 12.5 m are rounded away from zero each, then summed.
        #expect(
            Array(pod.containers) == [
                ContainerUsage(
                    container: "app", milliValue: 251, time: Timestamp(nanoseconds: 1_795_486_001_500_000_000)),
                ContainerUsage(
                    container: "sidecar", milliValue: 13, time: Timestamp(nanoseconds: 1_795_486_003_465_000_000)),
            ])
        #expect(pod.milliTotal == 264)
        #expect(pod.time == Timestamp(nanoseconds: 1_795_486_001_500_000_000))
        #expect(pod.window == .seconds(120))
        #expect(pod[container: "sidecar"]?.milliValue == 13)
        #expect(snapshot.usage(of: "cpu", namespace: "shop", pod: "gone") == .missing)
        #expect(snapshot.usage(of: "cpu", namespace: "other", pod: "web-0") == .notAsked)
        #expect(snapshot.usage(of: "memory", namespace: "shop", pod: "web-0") == .notAsked)
        #expect(snapshot.warnings == ["partial"])
        #expect(snapshot.failures.isEmpty)
    }

    struct Drop: Sendable, CustomTestStringConvertible {
        var usage: String
        var reason: DropReason
        var example = "shop/web-0/app"
        var testDescription: String { reason.rawValue }
    }

    @Test(arguments: [
        Drop(usage: "shop web-0 app NaN", reason: .notANumber),
        Drop(usage: "shop web-0 app +Inf", reason: .infinite),
        Drop(usage: "shop web-0 app -0.1", reason: .negative),
        Drop(usage: "shop web-0 app 1\nshop web-0 app 2", reason: .duplicate),
        Drop(usage: "shop web-0 - 1", reason: .missingLabel, example: #"{namespace="shop", pod="web-0"}"#),
        Drop(usage: "shop web-0 old 1", reason: .ended, example: "shop/web-0/old"),
    ])
    func unusableSamplesAreMissingAndCounted(drop: Drop) async throws {
        let script = ScriptedPrometheus(
            usage: drop.usage + "\nshop web-1 app -0", times: "shop web-0 app 1795486017\nshop web-1 app 1795486017")
        let snapshot = try await collect(script.client())
        let cpu = try #require(snapshot.resources["cpu"])
        #expect(cpu.dropped == [drop.reason: DroppedSamples(count: 1, example: drop.example)])
        #expect(cpu.reading(namespace: "shop", pod: "web-0") == .missing)
        guard case .usage(let other) = cpu.reading(namespace: "shop", pod: "web-1") else {
            Issue.record("web-1 has no usage")
            return
        }
        #expect(other.milliTotal == 0)
        #expect(cpu.podCount == 1)
    }

    @Test func aDroppedContainerLeavesThePodWithoutATotalAndAnEndedOneDoesNot() async throws {
        let script = ScriptedPrometheus(
            usage: "shop a app 1\nshop a side NaN\nshop b app 1\nshop b init 5",
            times: "shop a app 1795486017\nshop a side 1795486017\nshop b app 1795486017")
        let snapshot = try await collect(script.client())
        guard case .usage(let first) = snapshot.usage(of: "cpu", namespace: "shop", pod: "a"),
            case .usage(let second) = snapshot.usage(of: "cpu", namespace: "shop", pod: "b")
        else {
            Issue.record("no usage")
            return
        }
        #expect(first.milliTotal == nil && !first.isComplete && first[container: "app"]?.milliValue == 1000)
        #expect(second.milliTotal == 1000 && second.isComplete)
    }

    @Test func theServersOwnNowIsAskedForWithoutATime() async throws {
        let client = ScriptedPrometheus(usage: "shop web-0 app 1", times: "shop web-0 app 1795486017").client()
        let plan = SnapshotPlan(
            time: Self.now, resources: [.cpu()], namespaces: [NamespaceLoad("shop", expectedSeries: 1)],
            expressions: ["up"])
        let collector = try SnapshotCollector(PrometheusErrorTests.api(client), at: .serverNow)
        let snapshot = try await collector.collect(plan)
        let forms = await client.requests.map(\.form)
        #expect(forms.count == 3 && forms.allSatisfy { $0["time"] == nil })
        // As old as the question.
        #expect(try snapshot.answer(to: "up")?.get().evaluated == Self.now)
    }

    @Test func oneRoundAsksTwoQueriesForEachResource() async throws {
        let client = ScriptedPrometheus(usage: "shop web-0 app 1e30", times: "shop web-0 app 1795486017").client()
        let snapshot = try await collect(
            client, [.cpu(window: .seconds(90)), .memory], namespaces: ["shop", "kitchen.b", "shop"],
            expressions: ["up", "up"])
        let selector = #"{container!="",container!="POD",namespace=~"kitchen\\.b|shop"}"#
        #expect(
            await client.requests.compactMap { $0.form["query"] }.sorted() == [
                "max by (namespace, pod, container) (timestamp(container_cpu_usage_seconds_total\(selector)))",
                "max by (namespace, pod, container) (timestamp(container_memory_working_set_bytes\(selector)))",
                "sum by (namespace, pod, container) (container_memory_working_set_bytes\(selector))",
                "sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total\(selector)[90000ms]))",
                "up",
            ])
        #expect(await client.requests.allSatisfy { $0.form["time"] == "1795486017.000" })
        #expect(try snapshot.answer(to: "up")?.get().vector().get().count == 1)
        #expect(snapshot.usage(of: "cpu", namespace: "kitchen.b", pod: "web-0") == .missing)
        // 1e30 bytes saturate.
        guard case .usage(let pod) = snapshot.usage(of: "memory", namespace: "shop", pod: "web-0") else {
            Issue.record("no memory")
            return
        }
        #expect(pod.milliTotal == .max && pod.window == .zero)
    }

    @Test func aFailedBatchTakesOnlyItsNamespacesWithIt() async throws {
        let refusal = try HTTPResponse(WireExchange.load("prometheus/06-errors.http.txt", note: "many-to-many"))
        let client = ReplayClient { request in
            let query = request.form["query"] ?? ""
            if query.contains("bad") || query == "broken" { return refusal }
            return HTTPResponse(200, ScriptedPrometheus.vector("good web-0 app 1795486017"))
        }
        var limits = BatchLimits()
        limits.namespaces = 1
        let snapshot = try await collect(
            client, namespaces: ["good", "bad"], expressions: ["broken"], limits: limits, concurrency: 2)
        guard case .failed(let error) = snapshot.usage(of: "cpu", namespace: "bad", pod: "x"),
            case .usage = snapshot.usage(of: "cpu", namespace: "good", pod: "web-0"),
            case .failure = snapshot.answer(to: "broken")
        else {
            Issue.record("\(snapshot.resources)")
            return
        }
        #expect(error.kind == .execution)
        #expect(snapshot.failures.count == 2)
        #expect(await client.requests.count == 5)
        #expect(await client.mostUnderWay <= 2)
    }

    @Test func cancellationEndsTheRound() async throws {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let client = ReplayClient { _ in
            signal.yield()
            try await Task.sleep(for: .seconds(600))
            return HTTPResponse(200, "")
        }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await self.collect(client) }
            for await _ in started { break }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    @Test func namespacesAreSplitAtEveryBound() async throws {
        func batchSizes(_ loads: [NamespaceLoad], _ change: (inout BatchLimits) -> Void) async throws -> [Int] {
            var limits = BatchLimits()
            change(&limits)
            let client = ScriptedPrometheus().client()
            let plan = SnapshotPlan(time: nil, resources: [.memory], namespaces: loads, limits: limits)
            _ = try await SnapshotCollector(PrometheusErrorTests.api(client), concurrency: 1).collect(plan)
            let queries = await client.requests.compactMap { $0.form["query"] }.filter { !$0.contains("timestamp") }
            return queries.map { query in query.split(separator: "namespace=")[1].split(separator: "|").count }
        }
        let ten = (0..<10).map { NamespaceLoad("ns-\($0)", expectedSeries: 100) }
        #expect(try await batchSizes(ten) { _ in } == [10])
        #expect(try await batchSizes(ten) { $0.namespaces = 4 } == [4, 4, 2])
        #expect(try await batchSizes(ten) { $0.patternBytes = 15 } == [3, 3, 3, 1])
        #expect(try await batchSizes(ten) { $0.series = 250 } == [2, 2, 2, 2, 2])
        #expect(try await batchSizes(ten) { $0.series = 1 } == Array(repeating: 1, count: 10))
        #expect(try await batchSizes([]) { _ in } == [])
    }
}
