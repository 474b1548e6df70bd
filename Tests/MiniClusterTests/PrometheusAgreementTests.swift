import Autoscaling
import HTTPService
import HTTPTransport
import PrometheusClient
import RealPrometheus
import Testing

@testable import MiniCluster

/// The simulated Prometheus against the real one, on the samples that the real one scraped.
@Suite(.timeLimit(.minutes(2))) struct PrometheusAgreementTests {
    /// Answers each scrape with the next page of a story: a counter with a reset, gauges, a series that comes and goes.
    actor Exporter {
        private var scrapes = 0
        private let scraped: AsyncStream<Int>.Continuation
        nonisolated let counts: AsyncStream<Int>

        init() {
            (counts, scraped) = AsyncStream.makeStream()
        }

        func page() -> ServiceResponse {
            scrapes += 1
            scraped.yield(scrapes)
            var text = "# TYPE requests_total counter\n# TYPE queue gauge\n"
            for (pod, speed) in [("web-0", 1.25), ("web-1", 2.5)] {
                let labels = "{namespace=\"shop\",pod=\"\(pod)\",container=\"app\"}"
                // The counter starts again at the twelfth scrape.
                let turns = Double(scrapes > 11 ? scrapes - 12 : scrapes)
                text += "requests_total\(labels) \(turns * speed)\n"
                text += "queue\(labels) \(Double(scrapes % 5) * speed - 3)\n"
                text += "limit\(labels) \(speed)\n"
            }
            if scrapes > 3, scrapes < 14 { text += "fleeting 7\n" }
            if scrapes > 6 { text += "late_total \(Double(scrapes) * 1000)\n" }
            text += "special{v=\"nan\"} NaN\nspecial{v=\"pinf\"} +Inf\nspecial{v=\"tiny\"} 5e-324\n"
            text += "special{v=\"big\"} 123456789012345678901\nspecial{v=\"huge\"} 1.5e21\nspecial{v=\"milli\"} 1e-06\n"
            return .text(text, contentType: "text/plain; version=0.0.4")
        }
    }

    static let queries = [
        "1.5", "-2 + 3 * 4 - 6 / 4 % 5", "\"text\"", "1 / 0", "-1 / 0", "1 < bool 2", "NaN", "-Inf", "(1 + 2) * 3",
        "queue", "queue{pod=\"web-0\"}", "queue{pod!=\"web-0\"}", "{__name__=~\"queue|limit\",pod=~\"web-[1-9]\"}",
        "queue{pod=~\"web-.*\",namespace!~\"sh.+x\"}", "queue{pod=~\"(?:web|db)-0?1?\"}", "queue{pod=~\"web\\\\-1\"}",
        "queue{absent=\"\"}", "nothing", "special", "up", "fleeting", "queue offset 1s", "queue offset -500ms",
        "requests_total[2s]", "fleeting[10s]", "late_total[1s] offset 1s",
        "rate(requests_total[2s])", "rate(requests_total[3s100ms])", "rate(requests_total[10s])",
        "rate(requests_total[300ms])", "rate(requests_total[2s] offset 1s)", "increase(requests_total[4s])",
        "irate(requests_total[4s])", "rate(late_total[2s])", "rate(late_total[8s])", "increase(fleeting[10s])",
        "avg_over_time(queue[2s])", "max_over_time(queue[2s])", "min_over_time(queue[2s])", "sum_over_time(queue[2s])",
        "count_over_time(queue[2s])", "last_over_time(queue[2s])", "last_over_time(fleeting[10s])",
        "max_over_time(special[2s])", "sum_over_time(special[1s])",
        "timestamp(queue)", "timestamp(queue offset 1s)", "timestamp(sum(queue))", "timestamp(-queue)",
        "timestamp(last_over_time(queue[2s]))",
        "sum(queue)", "sum by (pod) (requests_total)", "sum by (namespace, pod) (rate(requests_total[2s]))",
        "avg without (pod) (queue)", "max(special)", "min(special) by (v)", "count by (absent) (queue)",
        "count(nothing)", "sum without (instance, job) (queue)", "avg(queue) by (container)",
        "max by (namespace, pod, container) (timestamp(requests_total{container!=\"\",container!=\"POD\"}))",
        "queue * 2", "2 - queue", "queue / limit", "queue > 0", "queue > bool 0", "0 < queue", "queue >= limit",
        "queue != bool limit", "queue == queue", "-queue", "queue + nothing", "limit % 2",
        "sum(queue) / count(queue)", "rate(requests_total[2s]) / limit", "(queue)", "queue - queue offset 1s",
    ]

    static let errors = [
        "", "sum(", "rate(queue)", "queue[5m", "queue{", "queue{pod=}", "queue{pod=~\"(\"}", "{}", "{a=~\".*\"}",
        "1 > 2",
        "sum(queue[1s])", "\"a\" + 1", "queue offset 0s", "rate()", "queue)", "1 1", "{a=\"\"}", "-\"a\"", "@",
        "rate({__name__=~\"queue|limit\"}[2s])", "queue / {__name__=~\"queue|limit\",pod=\"web-0\"}",
    ]

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func answersAsTheRealOneDoes() async throws {
        let exporter = Exporter()
        let metrics = try HTTPServer { _ in await exporter.page() }
        let client = try HTTPClient()
        let now = Timestamp(nanoseconds: 0)
        let simulated = SimulatedPrometheus { now }
        let server = try HTTPServer(routes: simulated.routes)
        try await PrometheusProcess.run(
            scraping: [.init(job: "pods", address: "127.0.0.1:\(metrics.port)")], interval: .milliseconds(250)
        ) { process in
            for await count in exporter.counts where count == 20 { break }
            let real = PrometheusAPI(try PrometheusConfiguration(baseURL: process.url), over: client)
            let ours = PrometheusAPI(try PrometheusConfiguration(baseURL: server.url), over: client)
            let times = try await copy(from: real, to: simulated)
            for time in times {
                for query in Self.queries {
                    let request = QueryRequest(query, .instant(time))
                    let expected = try await real.ask(request)
                    let found = try await ours.ask(request)
                    expectEqual(found.result, expected.result, "\(query) at \(time)")
                }
            }
            try await compareRanges(ours, real, from: times[0], to: times[times.count - 1])
            try await compareErrors(ours, real, at: times[times.count - 1])
        }
        await client.shutDown()
        await server.stop()
        await metrics.stop()
    }

    /// Gives the simulated one the samples of the real one, and returns times at which to compare them.
    private func copy(from real: PrometheusAPI, to simulated: SimulatedPrometheus) async throws -> [Timestamp] {
        guard case .matrix(let matrix) = try await real.ask(QueryRequest("{job=\"pods\"}[1h]")).result else {
            return []
        }
        var scrapes: [Timestamp: [ExposedSample]] = [:]
        // On a busy machine a scrape can take longer than it may: the target was then down at that time.
        var isUp: [Timestamp: Bool] = [:]
        var instance = ""
        for series in matrix {
            var labels = Dictionary(uniqueKeysWithValues: series.labels.map { ($0.name, $0.value) })
            instance = labels["instance"] ?? ""
            guard let metric = labels.removeValue(forKey: "__name__") else { continue }
            for point in series.points where metric == "up" { isUp[point.time] = point.value == 1 }
            for point in series.points where metric != "up" {
                scrapes[point.time, default: []].append(ExposedSample(metric, labels, point.value))
            }
        }
        for time in isUp.keys.sorted() {
            await simulated.scrape(
                ScrapeTarget(job: "pods", instance: instance), isUp[time] == true ? scrapes[time] : nil, at: time)
        }
        let times = isUp.keys.filter { isUp[$0] == true }.sorted()
        try #require(times.count > 16, "too few scrapes in time: \(times.count)")
        // At, shortly after and between scrapes; while series come, have gone, and after the counter's reset.
        return [2, 5, 8, 11, 13, 15, 16].map { times[$0] }
            + [4, 12, 14].map { times[$0].advanced(byNanoseconds: 101_000_000) }
    }

    private func compareRanges(
        _ ours: PrometheusAPI, _ real: PrometheusAPI, from start: Timestamp, to end: Timestamp
    ) async throws {
        for query in ["sum by (pod) (rate(requests_total[2s]))", "fleeting", "queue > 0", "1", "nothing"] {
            let request = QueryRequest(query, .range(start: start, end: end, step: .milliseconds(300)))
            let expected = try await real.ask(request)
            expectEqual(try await ours.ask(request).result, expected.result, "range \(query)")
        }
    }

    private func compareErrors(_ ours: PrometheusAPI, _ real: PrometheusAPI, at time: Timestamp) async throws {
        for query in Self.errors {
            let request = QueryRequest(query, .instant(time))
            let expected = await #expect(throws: PrometheusError.self, "\(query)") { try await real.ask(request) }
            let found = await #expect(throws: PrometheusError.self, "\(query)") { try await ours.ask(request) }
            #expect(found?.kind == expected?.kind, "\(query): \(found?.message ?? "") and \(expected?.message ?? "")")
        }
    }

    private func expectEqual(_ found: QueryResult, _ expected: QueryResult, _ what: String) {
        let left = lines(found)
        let right = lines(expected)
        #expect(left.map(\.text) == right.map(\.text), "\(what)")
        for (one, other) in zip(left, right) where one.text == other.text {
            let isClose =
                one.value == other.value || (one.value.isNaN && other.value.isNaN)
                || abs(one.value - other.value) <= 1e-9 * max(abs(one.value), abs(other.value))
            #expect(isClose, "\(what): \(one.text) is \(one.value), not \(other.value)")
        }
    }

    private struct Line {
        var text: String
        var value: Double
    }

    /// Every sample with what identifies it, in an order of its own: the real order of an aggregation is random.
    private func lines(_ result: QueryResult) -> [Line] {
        var lines: [Line] = []
        switch result {
        case .scalar(let time, let value): lines = [Line(text: "scalar \(time.nanoseconds)", value: value)]
        case .string(let time, let value): lines = [Line(text: "\(value) \(time.nanoseconds)", value: 0)]
        case .vector(let vector):
            for element in vector {
                guard case .number(let value) = element.value else { continue }
                lines.append(Line(text: "\(element.labels) \(element.time.nanoseconds)", value: value))
            }
        case .matrix(let matrix):
            for element in matrix {
                for point in element.points {
                    lines.append(Line(text: "\(element.labels) \(point.time.nanoseconds)", value: point.value))
                }
            }
        }
        return lines.sorted { $0.text < $1.text }
    }
}
