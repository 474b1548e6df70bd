import FoundationEssentials
import HTML
import HTTPService
import KubernetesClient
import KubernetesTypes
import Locking
import Testing

@testable import Autoscaling
@testable import Controller

/// The status page and its API, asked without a socket.
@Suite(.timeLimit(.minutes(1))) struct StatusServiceTests {
    private static let now = Timestamp(nanoseconds: 1_773_427_500_000_000_000)

    private struct StandingClock: ControllerClock {
        func now() -> Timestamp { StatusServiceTests.now }
        func sleep(until time: Timestamp) async throws {}
    }

    private static func routes(
        _ reports: [AutoscalerReport], ownership: Ownership = .uncontested(), problems: [String] = []
    ) throws -> Routes {
        let book = StatusBook()
        var tick = Fleet.tick(reports, at: now.advanced(bySeconds: -3))
        tick.problems = problems
        if ownership.isAny { book.record(tick) }
        let service = StatusService(
            .init(ControllerConfiguration(), version: "1.2.3"), book: book, ownership: ownership,
            clock: StandingClock(), watches: { [] })
        return ControllerEndpoints(
            metrics: try ControllerMetrics(version: "1.2.3", book: book), status: service, syncPeriod: .seconds(15)
        ).routes
    }

    private static func get(_ routes: Routes, _ target: String, _ method: String = "GET") async throws
        -> (response: ServiceResponse, text: String)
    {
        let response = await routes.respond(to: try ServiceRequest(method: method, target: target))
        guard case .bytes(let bytes) = response.body else { return (response, "") }
        return (response, String(decoding: bytes, as: UTF8.self))
    }

    /// Thirty autoscalers of which some fail, are held, and use more than the others.
    private static func mixedFleet() async throws -> [AutoscalerReport] {
        var fleet = try await Fleet.make()
        fleet[7].report.error = "no answer"
        fleet[9].decision.restraint = .init(
            hold: Hold(.both, reason: "Paused", message: "spec.mode is Paused", until: now), withheldReplicas: 5)
        fleet[12].decision.desiredReplicas = 40
        fleet[12].outcome = .withheld(from: 2, to: 40)
        fleet[3].autoscaler.key.namespace = "back-office"
        return fleet
    }

    // MARK: - Queries

    private struct Query: Sendable, CustomTestStringConvertible {
        var query: String
        var matched: Int
        /// The first names.
        var names: [String]
        var testDescription: String { query }
    }

    private static let queries: [Query] = [
        Query(query: "", matched: 30, names: ["web-7", "web-9"]),
        Query(query: "?state=failing", matched: 1, names: ["web-7"]),
        Query(query: "?state=held&q=WEB", matched: 1, names: ["web-9"]),
        Query(query: "?state=scaling", matched: 1, names: ["web-12"]),
        Query(query: "?namespace=back-office", matched: 1, names: ["web-3"]),
        Query(query: "?namespace=nowhere", matched: 0, names: []),
        Query(query: "?q=back+3", matched: 1, names: ["web-3"]),
        Query(query: "?q=%3Cscript%3E", matched: 0, names: []),
        Query(query: "?sort=name", matched: 30, names: ["web-3", "web-0", "web-1", "web-10"]),
        Query(query: "?sort=name&order=desc&q=web-2", matched: 11, names: []),
        Query(query: "?sort=replicas", matched: 30, names: ["web-12"]),
        Query(query: "?sort=name&offset=28&limit=5", matched: 30, names: ["web-8", "web-9"]),
        Query(query: "?offset=500", matched: 30, names: []),
        Query(query: "?state=&namespace=&q=&sort=usage", matched: 30, names: []),
    ]

    @Test(arguments: queries) private func listsAreFilteredAndSorted(_ query: Query) async throws {
        let routes = try Self.routes(try await Self.mixedFleet())
        let answer = try await Self.get(routes, "/api/v1/autoscalers" + query.query)
        #expect(answer.response.status == 200)
        let list = try JSONValue(parsing: Array(answer.text.utf8))
        #expect(list["matched"]?.intValue == Int64(query.matched))
        let names = (list["items"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        #expect(Array(names.prefix(query.names.count)) == query.names)
        // The page shows the same ones in the same order.
        let page = try await Self.get(routes, "/" + query.query)
        #expect(page.response.status == 200)
        let keys = page.text.split(separator: "data-key=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(keys.map { String($0.split(separator: "/").last ?? "") } == names)
    }

    @Test(arguments: ["sort=size", "state=good", "limit=0", "limit=1001", "offset=-1", "order=up"])
    func whatCannotBeMeantIsRefused(_ query: String) async throws {
        let routes = try Self.routes([])
        for path in ["/", "/api/v1/autoscalers"] {
            let answer = try await Self.get(routes, "\(path)?\(query)")
            #expect(answer.response.status == 400)
            #expect(answer.text.contains(String(query.prefix { $0 != "=" }) + ": '"))
        }
    }

    // MARK: - One autoscaler

    @Test func oneAutoscalerIsToldWhole() async throws {
        let fleet = try await Self.mixedFleet()
        let routes = try Self.routes(fleet)
        let answer = try await Self.get(routes, "/api/v1/autoscalers/shop/web-9")
        let details = try JSONValue(parsing: Array(answer.text.utf8))
        #expect(details[path: ["autoscaler", "state"]]?.stringValue == "held")
        let restraint = details[path: ["autoscaler", "restraints"]]?.arrayValue?.last
        #expect(restraint?["kind"]?.stringValue == "held")
        #expect(restraint?["until"]?.stringValue == "2026-03-13T18:45:00Z")
        let hold = details[path: ["autoscaler", "hold"]]
        #expect(hold?["reason"] == "Paused" && hold?["text"] == "spec.mode is Paused")
        #expect(details[path: ["autoscaler", "metrics"]]?[0]?["targetText"]?.stringValue == "70 %")
        #expect(details[path: ["autoscaler", "metrics"]]?[0]?["target"]?.doubleValue == 0.7)
        #expect(details["decisions"]?.arrayValue?.count == 1)
        #expect(
            details[path: ["explanation", "line"]]?.stringValue == details[path: ["autoscaler", "line"]]?.stringValue)
        #expect(details[path: ["history", "replicas"]]?.arrayValue?.last?[1]?.intValue == 2)
        #expect(details[path: ["history", "usage"]]?.arrayValue?.count == StatusTrail.columnCount)
        #expect((details["conditions"]?.arrayValue?.count ?? 0) >= 3)
        let page = try await Self.get(routes, "/autoscalers/shop/web-9")
        for text in ["spec.mode is Paused", "<h2>Why</h2>", "AbleToScale", "70 %"] { #expect(page.text.contains(text)) }
        for path in ["/autoscalers/shop/web-99", "/api/v1/autoscalers/shop/web-99"] {
            let missing = try await Self.get(routes, path)
            #expect(missing.response.status == 404)
            #expect(missing.text.contains("no autoscaler shop/web-99"))
        }
    }

    /// A hold is said before there is anything that it keeps back; a cause is said once; what was never measured has no chart.
    @Test func whatHoldsIsSaidAndACauseOnce() async throws {
        var fleet = try await Fleet.make(2)
        fleet[0].decision.restraint = .init(
            hold: Hold(.down, reason: "HeldBySpec", message: "spec.hold: a sale", until: Self.now))
        fleet[1].decision.time = Self.now.advanced(bySeconds: -3)
        let line = Explanation(
            fleet[1].decision, spec: fleet[1].autoscaler.spec, namespace: "shop", flags: ControllerFlags()
        ).line
        fleet[1].report.error = "in the words of the API: " + line
        let routes = try Self.routes(fleet)
        for path in ["/", "/autoscalers/shop/web-0"] {
            let page = try await Self.get(routes, path).text
            #expect(page.contains("spec.hold: a sale, until 2026-03-13 18:45 UTC"), "\(path)")
        }
        // A screen reader reads what is beside each other as one word where nothing parts it.
        #expect(try await Self.get(routes, "/").text.contains(">2</span> <span class=\"sub\">2 to 10</span>"))
        for path in ["/", "/autoscalers/shop/web-1"] {
            #expect(!(try await Self.get(routes, path).text.contains("in the words of the API")), "\(path)")
        }
        fleet[1].report.error = "something else"
        let other = try Self.routes(fleet)
        for path in ["/", "/autoscalers/shop/web-1"] {
            #expect(try await Self.get(other, path).text.contains(">something else<"), "\(path)")
        }
    }

    // MARK: - Safety

    /// Names and messages that try to be more than text.
    @Test func nothingFromOutsideBecomesMarkup() async throws {
        let hostile = "<img src=x onerror=alert(1)>\"'&\u{202E}</script>"
        var fleet = try await Fleet.make(1)
        fleet[0].autoscaler.key = AutoscalerKey(namespace: hostile, name: hostile)
        fleet[0].autoscaler.spec.scaleTargetRef.name = hostile
        fleet[0].report.error = hostile
        fleet[0].report.status.conditions[0].message = hostile
        let routes = try Self.routes(fleet, problems: [hostile])
        let encoded = PercentEncoding.encoded(hostile)
        for path in [
            "/?q=\(encoded)", "/?namespace=\(encoded)", "/autoscalers/\(encoded)/\(encoded)",
            "/autoscalers/\(encoded)/b",
        ] {
            let page = try await Self.get(routes, path)
            #expect(page.text.contains("&lt;img src=x"), "\(path)")
            for part in ["<img", "onerror=alert(1)>", "\u{202E}"] { #expect(!page.text.contains(part), "\(path)") }
            #expect(page.text.ranges(of: "</script>").count == 1)
        }
        let list = try await Self.get(routes, "/api/v1/autoscalers")
        let item = try JSONValue(parsing: Array(list.text.utf8))["items"]?[0]
        #expect(item?["name"]?.stringValue == hostile)
    }

    @Test func answersAreReadOnlyAndNotStored() async throws {
        let routes = try Self.routes(try await Fleet.make(2))
        for path in ["/", "/autoscalers/shop/web-1", "/api/v1/autoscalers", "/api/v1/autoscalers/shop/web-1"] {
            let answer = try await Self.get(routes, path)
            #expect(answer.response.headers["Cache-Control"] == "no-store")
            #expect(answer.response.headers["X-Content-Type-Options"] == "nosniff")
            #expect(try await Self.get(routes, path, "HEAD").response.status == 200)
            for method in ["POST", "PUT", "DELETE", "PATCH"] {
                let refused = try await Self.get(routes, path, method)
                #expect(refused.response.status == 405)
                #expect(refused.response.headers["Allow"] == "GET, HEAD")
            }
        }
        // The policy names just the style and the script that are there.
        let page = try await Self.get(routes, "/")
        let policy = try #require(page.response.headers["Content-Security-Policy"])
        for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
            let begin = try #require(page.text.ranges(of: open).first)
            let end = try #require(page.text.ranges(of: close).first)
            let digest = SHA256.base64(of: String(page.text[begin.upperBound..<end.lowerBound]))
            #expect(policy.contains("'sha256-\(digest)'"))
        }
        for word in ["unsafe", "*", "http:"] { #expect(!policy.contains(word)) }
        #expect(!page.text.contains(" style=") && !page.text.contains(" onclick="))
    }

    @Test func aStandbySaysSo() async throws {
        let routes = try Self.routes(try await Fleet.make(2), ownership: Ownership(Leadership()))
        let page = try await Self.get(routes, "/")
        #expect(page.text.contains("stands by; nobody leads"))
        #expect(page.text.contains("decides nothing"))
        let list = try JSONValue(parsing: Array(try await Self.get(routes, "/api/v1/autoscalers").text.utf8))
        #expect(list[path: ["controller", "leads"]]?.boolValue == false)
        #expect(list["items"]?.arrayValue?.isEmpty == true)
        let one = try await Self.get(routes, "/api/v1/autoscalers/shop/web-1")
        #expect(one.response.status == 404)
        #expect(one.text.contains("stands by"))
    }
}
