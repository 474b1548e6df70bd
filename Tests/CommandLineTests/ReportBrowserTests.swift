import FoundationEssentials
import HTTPService
import Locking
import LoopbackClient
import Recordings
import Testing

private let browser = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap { ChildProcess.find($0) }.first

/// The report in a real browser, where one is installed: with JavaScript and without, served by a server that sees
/// everything that the page asks for.
@Suite(.timeLimit(.minutes(5)), .enabled(if: browser != nil)) struct ReportBrowserTests {
    /// What a browser made of a page.
    private struct Page {
        var dom: String
        /// Lines of the console.
        var console: [String]
        /// Paths that it asked the server for.
        var requests: [String]
        /// Whether it was without JavaScript.
        var isPlain: Bool
    }

    private static func load(_ html: String, script: Bool) async throws -> Page {
        let requests = Locked<[String]>([])
        let server = try HTTPServer { request in
            requests.withLock { $0.append(request.path) }
            guard request.path == "/report.html" else { return .text("no\n", status: 404) }
            // Without JavaScript: the server's own policy lets no script of the page run.
            let headers: HeaderFields =
                script
                ? ["Content-Type": "text/html"]
                : ["Content-Type": "text/html", "Content-Security-Policy": "script-src 'none'"]
            return ServiceResponse(headers: headers, body: .bytes(Array(html.utf8)))
        }
        let profile = FileManager.default.temporaryDirectory.path + "/browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: profile) }
        let arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-extensions",
                "--user-data-dir=\(profile)", "--enable-logging=stderr", "--timeout=60000", "--dump-dom",
            ] + [server.url + "/report.html"]
        do {
            let process = try await ChildProcess.run(try #require(browser), arguments)
            await server.stop()
            try #require(process.status == 0, "\(process.errors)")
            return Page(
                dom: process.output,
                console: process.errors.split(separator: "\n").map(String.init).filter { $0.contains("CONSOLE") },
                requests: requests.withLock { $0 }, isPlain: !script)
        } catch {
            await server.stop()
            throw error
        }
    }

    /// A report whose names try to be more than text.
    private static func report(_ words: String) async throws -> String {
        var html = ""
        try await ReplayWorld.run { world in
            try world.write(
                "hostile.yaml",
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, annotations: {a: "</pre><img src=/leak>"}}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
                  maxReplicas: 10
                  metrics:
                  - type: Pods
                    pods:
                      metric: {name: "<img src=leak onerror=fetch(1)>", selector: {matchLabels: {a: b}}}
                      target: {type: AverageValue, averageValue: "5"}
                  - type: Resource
                    resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}

                """)
            let call = try await Call.inProcess(world.words(words))
            #expect(call.code <= 1, "\(call.errors)")
            html = String(decoding: try Data(contentsOf: URL(filePath: world.folder + "/out.html")), as: UTF8.self)
        }
        return html
    }

    static let calls = [
        "replay -f @hostile.yaml --trace @trace.csv --workload @workload.yaml --expect @bad.yaml --report @out.html",
        "replay -f @hpa.yaml --trace @cpu.csv --values utilization --column percent --replicas 2 --request 1 "
            + "--report @out.html",
        "compare -f @hostile.yaml -f @small.yaml --trace @trace.csv --trace @flat.csv --workload @workload.yaml "
            + "--expect @bad.yaml --report @out.html",
    ]

    @Test(arguments: calls) func itAsksForNothingAndIsWholeWithoutJavaScript(_ words: String) async throws {
        let html = try await Self.report(words)
        let plain = try await Self.load(html, script: false)
        let live = try await Self.load(html, script: true)
        for page in [plain, live] {
            // A page that asks for an icon asks for it itself: it is the browser's doing, and may come or not.
            #expect(page.requests.filter { $0 != "/favicon.ico" } == ["/report.html"])
            // The one complaint without JavaScript is of the script that may not run.
            #expect(page.console.allSatisfy { page.isPlain && $0.contains("script-src 'none'") }, "\(page.console)")
            #expect(page.dom.occurrences("<main id=\"main\">") == 1)
            for landmark in ["<header>", "<footer>", "<h1>", "lang=\"en\""] { #expect(page.dom.contains(landmark)) }
            // Charts are there as shapes, each named and described.
            let plots = page.dom.occurrences("<svg class=\"plot\"")
            #expect(plots >= 2)
            #expect(page.dom.occurrences("<desc ") == plots)
            #expect(page.dom.occurrences("<figcaption>") == plots)
            #expect(page.dom.occurrences("<table>") == page.dom.occurrences("<caption>"))
            #expect(page.dom.occurrences("<img") == 0)
            // Not a number, nowhere.
            for word in [">NaN", "\"NaN", " NaN", "NaN%", "undefined%", "inf%"] { #expect(!page.dom.contains(word)) }
        }
        // Only the script makes these: it ran, though the policy of the page lets no other one.
        for text in ["class=\"readout\"", "<button type=\"button\">", "class=\"hair\""] {
            #expect(live.dom.contains(text))
            #expect(!plain.dom.contains("<p " + text) && !plain.dom.contains("<button"))
        }
        #expect(live.dom.occurrences("<figure class=\"chart\"") == plain.dom.occurrences("<figure class=\"chart\""))
    }

    /// What is wider than a telephone scrolls by itself, and the page does not.
    @Test func itFitsATelephone() async throws {
        let html = try await Self.report(Self.calls[2])
        // A frame of that width, since no window is as narrow; it measures itself and says so in its title.
        let probe =
            "<!doctype html><title>wait</title><iframe src=/page width=360 height=700></iframe><script>"
            + "onload=function(){var d=document.querySelector('iframe').contentDocument.documentElement;"
            + "document.title='width '+d.scrollWidth+' of '+d.clientWidth}</script>"
        let profile = FileManager.default.temporaryDirectory.path + "/browser-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: profile) }
        let server = try HTTPServer { request in
            ServiceResponse(
                headers: ["Content-Type": "text/html"],
                body: .bytes(Array((request.path == "/page" ? html : probe).utf8)))
        }
        let process = try? await ChildProcess.run(
            try #require(browser),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--hide-scrollbars", "--user-data-dir=\(profile)",
                "--timeout=60000", "--dump-dom", server.url + "/probe",
            ])
        await server.stop()
        let dom = try #require(process).output
        #expect(dom.contains("<title>width 360 of 360</title>"), "\(dom.prefix(300))")
    }
}

extension String {
    fileprivate func occurrences(_ text: String) -> Int { ranges(of: text).count }
}
