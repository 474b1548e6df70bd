import FoundationEssentials
import Glibc
import Testing

@testable import Exposition

/// `promtool check metrics` reads the page with Prometheus' own parser and applies its naming rules.
@Suite(.timeLimit(.minutes(1))) struct PromtoolTests {
    private static let isInstalled = system("command -v promtool >/dev/null 2>&1") == 0

    private func check(_ page: [UInt8]) throws -> Bool {
        let file = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID().uuidString).txt")
        try Data(page).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return system("promtool check metrics < '\(file.path)' >&2") == 0
    }

    @Test(.enabled(if: PromtoolTests.isInstalled, "promtool is not installed"))
    func promtoolHasNothingToSay() throws {
        let registry = MetricRegistry()
        try registry.counter("swiftlet_ticks_total", help: "Ticks.").increment(by: 1e18)
        try registry.gauge("swiftlet_clock_skew_seconds", help: "\\ \n \"").set(-.infinity)
        let seconds = try registry.histograms(
            "swiftlet_request_duration_seconds", help: "Requests.", labels: ["verb"], limit: 9, buckets: .seconds)
        seconds["GET \"\\\n ü"].observe(1e-9)
        let replicas = try registry.gauges("swiftlet_replicas", help: "Replicas.", labels: ["name"], limit: 1)
        for name in ["a", "b"] { replicas[name].set(2) }
        try registry.register(
            ProcessCollector(
                readFile: { (try? Data(contentsOf: URL(filePath: $0))).map { [UInt8]($0) } }, countEntries: { _ in 3 }))
        var page: [UInt8] = []
        registry.emit(into: &page)
        #expect(try check(page))
    }

    @Test(.enabled(if: PromtoolTests.isInstalled, "promtool is not installed"))
    func promtoolIsReallyAsked() throws {
        #expect(try !check(Array("not{ a page\n".utf8)))
    }
}
