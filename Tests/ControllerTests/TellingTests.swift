import Autoscaling
import Exposition
import FoundationEssentials
import HTTPService
import KubernetesTypes
import Locking
import LoopbackClient
import Manifests
import MiniCluster
import Testing

@testable import Controller

/// What a controller tells the world: lines, metrics, health.
@Suite(.timeLimit(.minutes(2))) struct TellingTests {
    @Test func linesAreOneLineInBothFormats() {
        let lines = Locked<[String]>([])
        let time = Timestamp(nanoseconds: 1_773_437_400_500_000_000)
        for format in EventLog.Format.allCases {
            let log = EventLog(format: format) { line in lines.withLock { $0.append(line) } }
            log.event(.debug, .tick, at: time)
            log.event(.error, .failing, at: time, [.init("error", "a \"b\"\nc=\u{1}"), .init("failures", 2)])
        }
        #expect(
            lines.withLock { $0 } == [
                "time=2026-03-13T21:30:00.500Z level=error event=failing error=\"a \\\"b\\\"\\nc=\\u0001\" failures=2\n",
                "{\"time\":\"2026-03-13T21:30:00.500Z\",\"level\":\"error\",\"event\":\"failing\","
                    + "\"error\":\"a \\\"b\\\"\\nc=\\u0001\",\"failures\":2}\n",
            ])
    }

    /// What comes from outside may be as long as an object is.
    @Test(arguments: [("ü", 3_000, 2_048), ("a", 4_097, 4_096), ("a", 4_096, nil)] as [(String, Int, Int?)])
    func textsOfALineAreBounded(_ character: String, _ count: Int, _ kept: Int?) {
        let lines = Locked("")
        let log = EventLog { line in lines.withLock { $0 = line } }
        let text = String(repeating: character, count: count)
        log.event(.error, .failing, at: ByteBites.start, [.init("error", text)])
        let expected =
            kept.map { String(repeating: character, count: $0) + "… (\(text.utf8.count) bytes)" } ?? text
        #expect(lines.withLock { $0 }.contains(kept == nil ? "error=\(expected)\n" : "error=\"\(expected)\"\n"))
    }

    @Test func ticksAreToldByLinesMetricsAndHealth() async throws {
        try await World.run { world in
            let lines = Locked<[String]>([])
            let log = TickLog(EventLog { line in lines.withLock { $0.append(line) } })
            let book = StatusBook()
            let metrics = try ControllerMetrics(version: "1.2.3", book: book)
            let endpoints = ControllerEndpoints(metrics: metrics, syncPeriod: .seconds(15))
            func status(_ path: String) async throws -> Int {
                await endpoints.routes.respond(to: try ServiceRequest(method: "GET", target: path)).status
            }
            #expect(try await status("/healthz") == 200)
            #expect(try await status("/readyz") == 503)
            #expect(try await status("/other") == 404)
            try await world.advance(to: 2_700)
            var store = HistoryStore()
            for number in 1...4 {
                // In the second and third tick Prometheus is gone.
                let isDown = (2...3).contains(number)
                let fault: @Sendable (ServiceRequest) -> World.PrometheusFault? = { _ in
                    isDown ? .answer(.dropConnection) : nil
                }
                world.faults.prometheus.withLock { $0 = fault }
                let rows = try await world.tick(&store)
                let report = TickReport(
                    number: number, time: world.cluster.clock.now(), duration: .milliseconds(20), autoscalers: rows,
                    warnings: [], problems: [])
                log.record(report)
                book.record(report)
                metrics.record(report)
                endpoints.tickCompleted()
            }
            #expect(try await status("/readyz") == 200)
            let events = lines.withLock { $0 }.compactMap { line in
                line.split(separator: " ").first { $0.hasPrefix("event=") }.map(String.init)
            }
            #expect(events.filter { $0 == "event=failing" }.count == 1)
            #expect(events.filter { $0 == "event=recovered" }.count == 1)
            #expect(events.first == "event=scaled")
            #expect(lines.withLock { $0[0] }.contains("namespace=bytebites autoscaler=order-service-hpa"))
            try await judge(metrics)
        }
    }

    private func judge(_ metrics: ControllerMetrics) async throws {
        let page = String(decoding: metrics.page, as: UTF8.self)
        for line in [
            "swiftlet_build_info{version=\"1.2.3\"} 1", "swiftlet_ticks_total 4",
            "swiftlet_autoscaler_max_replicas{namespace=\"bytebites\",name=\"order-service-hpa\"} 10",
            "swiftlet_reconciliations_total{action=\"none\",error=\"internal\"} 2",
            "swiftlet_reconciliations_total{action=\"scale_down\",error=\"none\"} 0",
            "swiftlet_autoscaler_metric_target{namespace=\"bytebites\",name=\"order-service-hpa\",metric=\"cpu\","
                + "target_type=\"Utilization\"} 0.7",
            "swiftlet_failing_autoscalers 0", "swiftlet_autoscalers 1",
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
        guard let promtool = ChildProcess.find("promtool") else { return }
        let check = try await ChildProcess.run(promtool, ["check", "metrics"], input: page)
        #expect(check.status == 0, "\(check.errors)\(check.output)")
    }

    struct Tick: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var now: Int64
        var next: Int64
    }

    @Test(arguments: [
        Tick(testDescription: "at once", now: 0, next: 15),
        Tick(testDescription: "in time", now: 3, next: 15),
        Tick(testDescription: "at the next", now: 15, next: 30),
        Tick(testDescription: "overrun by two: not made up for", now: 47, next: 60),
        Tick(testDescription: "the clock was set back", now: -3_600, next: -3_585),
    ])
    func ticksDoNotDrift(_ tick: Tick) {
        let schedule = TickSchedule(start: ByteBites.start, period: .seconds(15))
        #expect(
            schedule.next(after: ByteBites.start.advanced(bySeconds: tick.now))
                == ByteBites.start.advanced(bySeconds: tick.next))
    }

    @Test func changedManifestsAreReadAndBrokenOnesLeft() throws {
        let folder = (ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp") + "/swiftlet-source-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        }
        let good = ByteBites.autoscaler.description
        try write(good, "a.json")
        var source = try ManifestSource(paths: [folder])
        #expect(source.autoscalers().autoscalers.map(\.spec.maxReplicas) == [10])
        try write(good.replacing("\"maxReplicas\":10", with: "\"maxReplicas\":1"), "a.json")
        for _ in 1...2 {
            let broken = source.autoscalers()
            #expect(broken.autoscalers.map(\.spec.maxReplicas) == [10])
            #expect(broken.problems.first?.contains("a.json") == true)
        }
        try write(good.replacing("\"maxReplicas\":10", with: "\"maxReplicas\":12"), "a.json")
        let mended = source.autoscalers()
        #expect(mended.autoscalers.map(\.spec.maxReplicas) == [12])
        #expect(mended.problems.isEmpty)
        try write(good, "b.json")
        #expect(source.autoscalers().problems.first?.contains("is there twice") == true)
        try FileManager.default.removeItem(atPath: folder + "/a.json")
        #expect(source.autoscalers().autoscalers.map(\.spec.maxReplicas) == [10])
        try write("kind: [", "b.json")
        #expect(throws: ManifestSource.Invalid.self) { try ManifestSource(paths: [folder]) }
    }
}
