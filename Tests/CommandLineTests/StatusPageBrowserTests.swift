import CommandLine
import FoundationEssentials
import HTTPService
import Locking
import LoopbackClient
import Testing

private let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap { ChildProcess.find($0) }.first

/// The status page of the running demo in a real browser, where one is installed. Between the two is a server that sees
/// what the page asks for, and can be away.
@Suite(.timeLimit(.minutes(3)), .enabled(if: browser != nil)) struct StatusPageBrowserTests {
    /// What stands between browser and demo.
    private enum Way: Sendable {
        case open
        /// The server's own policy lets no script run.
        case withoutScript
        /// The controller goes away once the page is there.
        case away
        /// Without the policy that forbids frames.
        case inFrame
    }

    /// What a browser made of a page.
    private struct Page: Sendable {
        var dom: String
        /// Lines of the console.
        var console: [String]
        /// Paths that it asked the server for.
        var requests: [String]
    }

    private static let path = "/autoscalers/default/order-service-hpa"

    /// Runs the demo until the dinner rush has begun.
    private static func withDemo(_ body: (Int) async throws -> Void) async throws {
        let output = TextSink.keeping()
        let console = Console(output: output, errors: .keeping())
        let demo = Task { try await Program().run(["demo", "--speed", "900", "--keep"], console) }
        var outcome: Result<Void, any Error> = .success(())
        do {
            // Pods are added soon after half past five, simulated.
            while !output.text.contains("▲") { try await Task.sleep(for: .milliseconds(50)) }
            let port = output.text.firstMatch(of: /status page is at +http:\/\/127\.0\.0\.1:(\d+)\//).flatMap {
                Int($0.1)
            }
            try await body(try #require(port))
        } catch {
            outcome = .failure(error)
        }
        demo.cancel()
        _ = try? await demo.value
        try outcome.get()
    }

    private static func load(_ port: Int, _ path: String, _ way: Way) async throws -> Page {
        let requests = Locked<[String]>([])
        let probe =
            "<!doctype html><title>wait</title><iframe src=\(path) width=360 height=700></iframe><script>"
            + "onload=function(){var d=document.querySelector('iframe').contentDocument.documentElement;"
            + "document.title='width '+d.scrollWidth+' of '+d.clientWidth}</script>"
        let server = try HTTPServer { request in
            let count = requests.withLock { requests in
                requests.append(request.path)
                return requests.count
            }
            if request.path == "/probe" { return .text(probe, contentType: "text/html") }
            if way == .away, count > 1 { return .dropConnection }
            guard let answer = try? await LoopbackConnection(port: port).exchange("GET", request.target) else {
                return .dropConnection
            }
            var headers: HeaderFields = [:]
            for (name, value) in answer.headers where name != "Content-Length" && name != "Date" {
                headers[name] = value
            }
            switch way {
            case .withoutScript: headers["Content-Security-Policy"] = "script-src 'none'"
            case .inFrame: headers["Content-Security-Policy"] = nil
            case .open, .away: break
            }
            return ServiceResponse(status: answer.status, headers: headers, body: .bytes(answer.body))
        }
        let profile = FileManager.default.temporaryDirectory.path + "/browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: profile) }
        let arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-extensions",
            "--hide-scrollbars", "--user-data-dir=\(profile)", "--enable-logging=stderr", "--timeout=60000",
            // The page's own clock, which goes on while nothing is loading: long enough for some refreshes.
            "--virtual-time-budget=4500", "--dump-dom", server.url + (way == .inFrame ? "/probe" : path),
        ]
        let process: ChildProcess
        do {
            process = try await ChildProcess.run(try #require(browser), arguments)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        try #require(process.status == 0, "\(process.errors)")
        return Page(
            dom: process.output,
            console: process.errors.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") },
            requests: requests.withLock { $0 })
    }

    /// With a script and without: the same words and tables, and nothing asked for but the page itself.
    @Test func itIsWholeWithoutJavaScriptAndRefreshesWithIt() async throws {
        try await Self.withDemo { port in
            for path in ["/", Self.path] {
                let live = try await Self.load(port, path, .open)
                let plain = try await Self.load(port, path, .withoutScript)
                #expect(live.console == [])
                // An icon is asked for by the browser, and by neither page.
                #expect(plain.requests == [path])
                #expect(Set(live.requests) == [path])
                #expect(live.requests.count > 2, "it did not refresh")
                #expect(live.dom.contains("data-script=\"on\"") && !plain.dom.contains("data-script=\"on\""))
                for page in [live, plain] {
                    #expect(page.dom.ranges(of: "<h1>").count == 1)
                    #expect(page.dom.ranges(of: "<main id=\"main\">").count == 1)
                    #expect(page.dom.contains("order-service-hpa"))
                    #expect(page.dom.ranges(of: "<svg").count == 2)
                    #expect(page.dom.ranges(of: "<svg").count == page.dom.ranges(of: "role=\"img\" aria-label=").count)
                    #expect(page.dom.ranges(of: "<table").count == page.dom.ranges(of: "<caption>").count)
                    #expect(page.dom.contains("id=\"away\" class=\"alert\" role=\"alert\" hidden"))
                    for word in ["NaN", "undefined", "null"] { #expect(!Self.words(page.dom).contains(word)) }
                }
                // The button to pause is of use only with the script.
                #expect(plain.dom.contains("id=\"pause\" type=\"button\" hidden"))
                #expect(!live.dom.contains("id=\"pause\" type=\"button\" hidden"))
            }
        }
    }

    @Test func itSaysWhenTheControllerIsAwayAndFitsATelephone() async throws {
        try await Self.withDemo { port in
            let away = try await Self.load(port, "/", .away)
            #expect(away.requests.count > 1)
            #expect(away.dom.contains("The controller does not answer."))
            #expect(away.dom.contains("order-service-hpa"), "what was known stands")
            for path in ["/", Self.path] {
                let page = try await Self.load(port, path, .inFrame)
                #expect(page.dom.contains("<title>width 360 of 360</title>"), "\(path): \(page.dom.prefix(200))")
            }
        }
    }

    /// promtool on the metrics of the running demo.
    @Test(.enabled(if: ChildProcess.find("promtool") != nil)) func promtoolAcceptsTheLiveMetrics() async throws {
        try await Self.withDemo { port in
            let answer = try await LoopbackConnection(port: port).exchange("GET", "/metrics")
            let check = try await ChildProcess.run(
                try #require(ChildProcess.find("promtool")), ["check", "metrics"], input: answer.text)
            #expect(check.status == 0)
            #expect(check.output == "" && check.errors == "", "\(check.output)\(check.errors)")
            for name in [
                "swiftlet_watch_restarts_total{resource=\"pods\",cause=\"ended\"}",
                "swiftlet_cached_objects{resource=\"pods\"}",
                "swiftlet_request_duration_seconds_bucket{server=\"prometheus\",code=\"200\",le=\"+Inf\"}",
                "swiftlet_reconciliations_total{action=\"scale_up\",error=\"none\"}",
                "swiftlet_autoscaler_recommended_replicas{namespace=\"default\",name=\"order-service-hpa\"}",
            ] {
                #expect(answer.text.contains("\n\(name) "), "\(name)")
            }
        }
    }

    /// A page without its style and its script.
    private static func words(_ dom: String) -> String {
        let body = dom.ranges(of: "</head>").first.map { dom[$0.upperBound...] } ?? dom[...]
        return String(body[..<(body.ranges(of: "<script>").first?.lowerBound ?? body.endIndex)])
    }
}
