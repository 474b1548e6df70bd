import FoundationEssentials
import HTTPTransport
import KubernetesTypes
import LoopbackClient
import RealPrometheus
import Testing

/// The demo, scraped by a real Prometheus: every query of the dashboard finds something there.
@Suite(.timeLimit(.minutes(3))) struct DashboardDataTests {
    /// What the demo cannot show, and why.
    private static let empty = [
        "swiftlet_autoscaler_held": "nothing is held in the rush",
        "swiftlet_autoscaler_failing": "nothing fails in the rush",
        "swiftlet_query_failures_total": "the demo's Prometheus answers each query",
        "swiftlet_prometheus_endpoint_in_use": "the demo has one Prometheus, and asks it directly",
        "swiftlet_prometheus_circuit_open": "as above",
        "swiftlet_shadow_compared_ticks_total": "the demo's controller is in charge itself",
    ]

    /// A query as Grafana would send it, as a count of the numbers that it yields within two minutes.
    private static func counted(_ query: String) -> String {
        var query = query.replacing("$__rate_interval", with: "4s")
        for variable in ["job", "namespace", "autoscaler"] { query = query.replacing("$\(variable)", with: ".*") }
        // The comparison leaves out what is not a number.
        return "count_over_time(((\(query)) < Inf)[2m:1s])"
    }

    private static func ask(_ query: String, _ url: String, _ client: HTTPClient) async throws -> Int {
        let encoded = query.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isLetter || character.isNumber { return String(character) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let response = try await client.send(
            HTTPRequest(url: url + "/api/v1/query?query=" + encoded.joined(), limits: .init(total: .seconds(10))))
        let answer = try JSONValue(parsing: response.body)
        try #require(answer["status"] == "success", "\(query): \(answer)")
        return answer[path: ["data", "result"]]?.arrayValue?.count ?? 0
    }

    /// The demo has no guards and no prediction: another test has a run that does.
    private static let elsewhere = "Guards and forecasts"

    @Test(.enabled(if: PrometheusProcess.isInstalled, "prometheus is not installed"))
    func everyQueryFindsSomethingInTheDemo() async throws {
        var row = ""
        let panels = try DashboardTests.panels().filter { panel in
            if panel.text("type") == "row" { row = panel.text("title") }
            return row != Self.elsewhere
        }
        let queries = panels.flatMap { $0["targets"]?.arrayValue ?? [] }.map { $0.text("expr") }
        let expected = queries.filter { query in !Self.empty.keys.contains { query.contains($0 + "{") } }
        for name in Self.empty.keys { #expect(queries.contains { $0.contains(name) }, "\(name) is not asked for") }
        #expect(expected.count > queries.count - 8)
        let missing = try await withDemo { address in
            let client = try HTTPClient()
            let target = PrometheusProcess.Target(job: "swiftlet", address: address)
            let missing = try await PrometheusProcess.run(
                scraping: [target], interval: .milliseconds(250)
            ) { prometheus in
                var missing = expected
                // Its peak comes after nine seconds, and a debugged program takes its time.
                for _ in 0..<60 where !missing.isEmpty {
                    try await Task.sleep(for: .seconds(1))
                    var left: [String] = []
                    for query in missing where try await Self.ask(Self.counted(query), prometheus.url, client) == 0 {
                        left.append(query)
                    }
                    missing = left
                }
                return missing
            }
            await client.shutDown()
            return missing
        }
        #expect(missing == [])
    }

    /// Runs the demo beside a test that is told where its metrics are.
    private func withDemo<Result: Sendable>(_ body: @Sendable (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.path + "/demo-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let demo = BackgroundProgram(
            BuiltProgram.path, ["demo", "--speed", "400", "--keep"], in: folder, named: "demo")
        async let ending = demo.run()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(try await address(in: demo)))
        } catch {
            outcome = .failure(error)
        }
        demo.end()
        _ = try await ending
        return try outcome.get()
    }

    private func address(in demo: BackgroundProgram) async throws -> String {
        var url: Substring?
        for _ in 0..<500 where url == nil {
            try await Task.sleep(for: .milliseconds(20))
            let line = demo.log.split(separator: "\n").first { $0.hasPrefix("The status page is at") }
            url = line?.split(separator: " ").last
        }
        let found = try #require(url, "the demo does not say where its page is: \(demo.lastLines)")
        return String(found.dropFirst("http://".count).prefix { $0 != "/" })
    }
}
