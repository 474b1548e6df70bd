import CommandLine
import LoopbackClient
import Testing

/// Where `run` serves its status page: beside the metrics, at an address of its own, or nowhere.
@Suite(.timeLimit(.minutes(1))) struct StatusAddressTests {
    private struct Case: Sendable, CustomTestStringConvertible {
        var metrics: String
        /// The value of `--status-page`; `nil` without it.
        var page: String?
        /// Status codes of `/` and `/metrics` at each address; `nil` where there is none.
        var atMetrics: [Int]?
        var atPage: [Int]?
        var testDescription: String { "\(metrics), \(page ?? "as usual")" }
    }

    private static let anywhere = "127.0.0.1:0"

    private static let cases: [Case] = [
        Case(metrics: anywhere, page: nil, atMetrics: [200, 200], atPage: [200, 200]),
        Case(metrics: anywhere, page: anywhere, atMetrics: [404, 200], atPage: [200, 404]),
        Case(metrics: anywhere, page: "off", atMetrics: [404, 200], atPage: nil),
        Case(metrics: "off", page: anywhere, atMetrics: nil, atPage: [200, 404]),
        Case(metrics: "off", page: nil, atMetrics: nil, atPage: nil),
    ]

    @Test(arguments: cases) private func thePageIsWhereItIsWanted(_ one: Case) async throws {
        try await PlanWorld.run { world in
            let errors = TextSink.keeping()
            let console = Console(output: .keeping(), errors: errors)
            var words = ["run", "-f", world.folder + "/hpa.yaml", "--metrics-bind-address", one.metrics]
            words += world.servers
            if let page = one.page { words += ["--status-page", page] }
            let run = Task { [words] in try await Program().run(words, console) }
            while !errors.text.contains("event=started") { try await Task.sleep(for: .milliseconds(20)) }
            let started = errors.text
            let metrics = started.firstMatch(of: /\smetrics=http:\/\/127\.0\.0\.1:(\d+)\//).flatMap { Int($0.1) }
            let page = started.firstMatch(of: /\spage=http:\/\/127\.0\.0\.1:(\d+)\//).flatMap { Int($0.1) }
            #expect(try await Self.codes(metrics) == one.atMetrics)
            #expect(try await Self.codes(page) == one.atPage)
            run.cancel()
            _ = try? await run.value
        }
    }

    private static func codes(_ port: Int?) async throws -> [Int]? {
        guard let port else { return nil }
        var codes: [Int] = []
        for path in ["/", "/metrics"] {
            codes.append(try await LoopbackConnection(port: port).exchange("GET", path).status)
        }
        return codes
    }

    @Test func whatIsNoAddressIsRefused() async throws {
        try await PlanWorld.run { world in
            let call = try await Call.inProcess(
                ["run", "-f", world.folder + "/hpa.yaml", "--status-page", "9096"] + world.servers)
            #expect(call.code == 2)
            #expect(call.errors.contains("'9096' is no ADDRESS:PORT"))
        }
    }
}
