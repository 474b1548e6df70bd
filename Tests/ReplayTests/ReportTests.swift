import HTML
import Manifests
import Testing

@testable import Autoscaling
@testable import Replay

/// The report as text; `ReportBrowserTests` looks at it in a browser.
@Suite(.timeLimit(.minutes(2))) struct ReportTests {
    private static let model = WorkloadModel(
        coresPerUnit: 0.1, requestCores: 1, limitCores: 1, window: .seconds(45), initialReplicas: 2)

    private static func run(_ name: String, max: Int32 = 10, metric: MetricSource? = nil) -> ReplayRun {
        var metrics = [MetricSpec(source: .resource(name: "cpu"), target: .utilization(50))]
        if let metric { metrics.append(MetricSpec(source: metric, target: .averageValue(milli: 1000))) }
        return ReplayRun(
            name: name,
            spec: AutoscalerSpec(
                scaleTargetRef: CrossVersionObjectReference(kind: "Deployment", name: "shop"), minReplicas: 1,
                maxReplicas: max, metrics: metrics),
            mode: .closed(model))
    }

    private static func trace(_ name: String, _ values: [Double], seconds: Int64 = 60) -> DemandTrace {
        DemandTrace(
            name: name,
            source: .samples(
                values.enumerated().map {
                    DemandSample(
                        time: Timestamp(nanoseconds: Int64($0.offset) * seconds * 1_000_000_000), value: $0.element)
                }))
    }

    private static func part(
        _ run: ReplayRun, _ trace: DemandTrace, expectations: Expectations? = nil, manifest: String = "kind: none\n"
    ) throws -> ReportRun {
        var checker = expectations.map { ExpectationChecker($0, spec: run.spec) }
        var log = DecisionLog(run: run)
        let outcome = try run.run(trace) {
            checker?.observe($0)
            log.observe($0)
        }
        return ReportRun(
            run: run, trace: trace, outcome: outcome, expectations: checker?.finish(outcome.scores) ?? [],
            decisions: log, manifest: manifest)
    }

    private static let wave: [Double] = (0..<60).map { 10 + 30 * Double($0 % 20) / 20 }

    @Test func aReplayIsToldWhole() throws {
        let expectations = try Expectations(
            yaml: Array("expect:\n- {score: scaleUps, atMost: 0}\n- {score: reversals, atMost: 9}\n".utf8),
            file: "e.yaml")
        let part = try Self.part(
            Self.run("shop/web"), Self.trace("rush.csv", Self.wave), expectations: expectations,
            manifest: "kind: HorizontalPodAutoscaler\n")
        let html = Report(runs: [part], zone: ZoneOffset(seconds: 7200)).html()
        // The policy forbids whatever could reach a network, and allows this script and this style alone.
        #expect(html.contains("content=\"default-src &#39;none&#39;; script-src &#39;sha256-"))
        for id in ["r0-demand", "r0-utilization", "r0-replicas"] { #expect(html.contains("id=\"\(id)-name\"")) }
        for name in ScoreName.allCases { #expect(html.contains("<code>\(name.rawValue)</code>")) }
        #expect(html.contains("kind: HorizontalPodAutoscaler"))
        #expect(html.contains("Fails 1 of 2 expectations: scaleUps at most 0"))
        for trap in ["Open or closed loop.", "Censored demand.", "A trace too coarse."] { #expect(html.contains(trap)) }
        // 240 decisions are few enough to be listed all, in the zone of the trace: +02:00.
        #expect(html.ranges(of: "<td class=\"time\">").count == 240)
        #expect(html.contains("<td class=\"time\">1970-01-01 02:59:45</td>"))
        #expect(html.contains("All 240 decisions."))
        // Each change is a point of the chart that leads to its row.
        let changes = part.decisions.entries.indices.filter { part.decisions.entries[$0].kind == .change }
        #expect(!changes.isEmpty)
        for index in changes { #expect(html.contains("id=\"r0-d\(index)\" class=\"change\"")) }
        #expect(html.contains("<a href=\"#r0-d\(changes[0])\" aria-label="))
    }

    @Test func namesCannotBecomeMarkup() throws {
        let hostile = "</script><img src=x onerror=alert(1)>\"'&\u{202E}"
        let part = try Self.part(
            Self.run(hostile, metric: .pods(MetricIdentifier(name: hostile))), Self.trace(hostile, Self.wave),
            manifest: "name: \"\(hostile)\"\n")
        for runs in [[part], [part, part]] {
            let html = Report(runs: runs, zone: .utc).html()
            #expect(!html.contains("<img"))
            #expect(!html.contains("\u{202E}"))
            // The one script, and the data of each run.
            #expect(html.ranges(of: "</script>").count == 1 + runs.count)
            #expect(html.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\u{FFFD}"))
        }
    }

    @Test func aMonthOfDecisionsMakesASmallFile() throws {
        // The bound is that of the timeline and of the list, whatever the length: a demand that never rests, with a
        // change at almost every decision.
        let run = Self.run("busy", max: 100)
        var timeline = Timeline()
        var log = DecisionLog(run: run)
        for index in 0..<172_800 {
            let size = Int32(1 + index * 7919 % 97)
            let decision = Decision(
                time: Timestamp(nanoseconds: Int64(index) * 15_000_000_000), currentReplicas: size,
                desiredReplicas: Int32(1 + (index + 1) * 7919 % 97), metrics: [], basis: .noMetrics,
                rescaleReason: .unnamed)
            let tick = ReplayTick(
                index: index, isKnown: index % 1000 > 10, demand: Double(index * 31 % 1009), neededReplicas: size,
                readyReplicas: size, existingReplicas: size, utilization: Double(index * 17 % 211), unserved: 1,
                backlog: 0, decision: decision)
            timeline.add(tick)
            log.observe(tick)
        }
        var part = try Self.part(run, Self.trace("t", [1, 2]))
        part.outcome.timeline = timeline
        part.outcome.end = Timestamp(nanoseconds: 172_800 * 15_000_000_000)
        part.decisions = log
        #expect(log.entries.count <= 1_000)
        #expect(log.entries.count > 250)
        let last = try #require(log.entries.last?.time.nanoseconds)
        #expect(last > 172_000 * 15_000_000_000, "the list covers the whole run")
        #expect(Report(runs: [part], zone: .utc).html().utf8.count < Report.largestBytes)
    }

    @Test func severalPoliciesShareTheirAxes() throws {
        let traces = [Self.trace("mon.csv", Self.wave), Self.trace("fri.csv", Self.wave.map { $0 * 2 })]
        let runs = try [Self.run("small", max: 3), Self.run("large", max: 20)].flatMap { run in
            try traces.map { try Self.part(run, $0) }
        }
        let report = Report(runs: runs, zone: .utc)
        let html = report.html()
        #expect(html.contains("<h1>2 policies on 2 traces</h1>"))
        #expect(html.ranges(of: "<svg class=\"plot\"").count == 2 + 4 * 2)
        #expect(html == Report(runs: runs, zone: .utc).html())
        // Both panels of a trace have the labels of the larger policy.
        for index in [0, 2] {
            let axes = ReportCharts.Axes([runs[index], runs[(index + 2) % 4]], zone: .utc)
            #expect(axes.replicas.top >= 8)
        }
    }

    @Test func everyColourCanBeRead() {
        func luminance(_ hex: String) -> Double {
            let channels = stride(from: 1, to: 7, by: 2).map { start -> Double in
                let digits = Array(hex)[start..<start + 2]
                let value = Double(Int(String(digits), radix: 16) ?? 0) / 255
                return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
        }
        func contrast(_ first: String, _ second: String) -> Double {
            let (a, b) = (luminance(first), luminance(second))
            return (max(a, b) + 0.05) / (min(a, b) + 0.05)
        }
        for palette in [ReportPalette.light, .dark] {
            let colours = Dictionary(uniqueKeysWithValues: palette.colours.map { ($0.key, $0.value) })
            for ground in ["ground", "raised", "gap"] {
                for text in ["text", "faint", "there", "asked", "good", "bad", "desired", "focus"] {
                    let ratio = contrast(colours[text] ?? "", colours[ground] ?? "")
                    #expect(ratio >= 4.5, "\(palette.name): \(text) on \(ground) has \(ratio)")
                }
            }
        }
    }

    /// x to the power of 2.4, without a mathematics library: the fifth root of x to the twelfth.
    private func power(_ x: Double, _ exponent: Double) -> Double {
        var twelfth = 1.0
        for _ in 0..<12 { twelfth *= x }
        var root = 1.0
        for _ in 0..<200 { root -= (root * root * root * root * root - twelfth) / (5 * root * root * root * root) }
        return root
    }

    @Test(arguments: [
        ("", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        (String(repeating: "a", count: 119), "MeulHDE6XAgiat8Y1KNZz9/Y0ugWsT9K+VL36mWE3Ps="),
    ])
    func digestsAreThoseOfTheStandard(_ text: String, _ digest: String) {
        #expect(SHA256.base64(of: text) == digest)
    }

    @Test(
        arguments: [
            (0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]), (12, ["0", "2.5", "5", "7.5", "10", "12.5"]),
            (83, ["0", "20", "40", "60", "80", "100"]), (1000, ["0", "200", "400", "600", "800", "1000"]),
            (49_000, ["0", "10\u{202F}000", "20\u{202F}000", "30\u{202F}000", "40\u{202F}000", "50\u{202F}000"]),
        ] as [(Double, [String])])
    func valueAxesHaveRoundTicks(_ highest: Double, _ labels: [String]) {
        let axis = ValueAxis(highest: highest)
        #expect(axis.ticks.map(axis.label) == labels)
    }

    @Test func timeAxesHaveRoundTimesOfTheZone() {
        let start = Timestamp(nanoseconds: 1_767_284_000 * 1_000_000_000)  // 2026-01-01 16:13:20 UTC
        func labels(_ hours: Double, _ zone: Int64) -> [String] {
            TimeAxis(
                start: start, end: start.advanced(byNanoseconds: Int64(hours * 3600e9)), zone: ZoneOffset(seconds: zone)
            ).ticks.map(\.label)
        }
        #expect(labels(2, 0) == ["16:15", "16:30", "16:45", "17:00", "17:15", "17:30", "17:45", "18:00"])
        #expect(labels(24, 5400) == ["18:00", "21:00", "2 Jan", "03:00", "06:00", "09:00", "12:00", "15:00"])
        #expect(labels(24 * 31, 0) == ["8 Jan", "15 Jan", "22 Jan", "29 Jan"])
    }
}
