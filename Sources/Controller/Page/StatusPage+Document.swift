internal import Autoscaling
internal import HTML
internal import KubernetesTypes

extension StatusPage {
    /// What every page has around its content.
    static func document(
        title: String, _ controller: ControllerStatus, _ refreshSeconds: Double, content: (inout HTMLWriter) -> Void
    ) -> String {
        var html = HTMLWriter()
        html.markup("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.markup("<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\">\n")
        html.element("title", title + " – swiftlet")
        html.markup("\n<style>")
        html.append(HTMLWriter(trusted: StatusStyle.css))
        html.markup("</style></head>\n")
        html.open("body", ["data-refresh": "\(Int(refreshSeconds * 1_000))"])
        html.markup("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n")
        html.element("header") { writeHeader(controller, to: &$0) }
        html.line()
        html.element("main", ["id": "main"]) { html in
            html.element("p", ["id": "away", "class": "alert", "role": "alert", "hidden": ""]) { _ in }
            content(&html)
        }
        html.element("footer") { html in
            html.text("Times are in UTC. The same as JSON: ")
            html.element("a", ["href": "/api/v1/autoscalers"], "/api/v1/autoscalers")
        }
        html.markup("<script>")
        html.append(HTMLWriter(trusted: StatusScript.text))
        html.markup("</script>\n</body></html>\n")
        return html.html
    }

    private static func writeHeader(_ controller: ControllerStatus, to html: inout HTMLWriter) {
        html.element("a", ["class": "brand", "href": "/"], "swiftlet")
        html.element("span", ["class": "version"], controller.version)
        html.element("span", ["id": "role", "data-live": ""]) { html in
            if let shards = controller.shards {
                html.element("span", ["class": shards.owned.isEmpty ? "role" : "role leads"], shards.text)
            } else if controller.leads {
                html.element("span", ["class": "role leads"], controller.leader.map { "leads as \($0)" } ?? "at work")
            } else {
                html.element(
                    "span", ["class": "role"],
                    controller.leader.map { "stands by; \($0) leads" } ?? "stands by; nobody leads")
            }
            if controller.mode == "shadow" { html.element("span", ["class": "role shadow"], "shadow: writes nothing") }
        }
        html.element("span", ["class": "refreshed"]) { html in
            html.element(
                "span", ["id": "clock", "data-live": ""], StatusText.clock(controller.time.timestamp) + " UTC")
            html.element("button", ["id": "pause", "type": "button", "hidden": "", "aria-pressed": "false"], "Pause")
        }
    }

    /// When the last tick was, and what is wrong beside the autoscalers.
    static func writeTick(_ controller: ControllerStatus, to html: inout HTMLWriter) {
        if let tick = controller.lastTick {
            let age = StatusText.age(controller.time.seconds(since: tick.time))
            let length =
                tick.durationSeconds < 1
                ? "\(Int((tick.durationSeconds * 1_000).rounded())) ms" : StatusText.age(tick.durationSeconds)
            let watched = controller.watches.compactMap { watch in
                watch.objects.map { StatusText.count($0, of: String(watch.resource.split(separator: ".").first ?? "")) }
            }
            html.element(
                "p", ["class": "tick"],
                "Tick \(StatusText.count(tick.number)) at \(StatusText.clock(tick.time.timestamp)), \(age) ago, took "
                    + length + (watched.isEmpty ? "" : " · watching " + watched.joined(separator: ", ")))
        }
        let broken = controller.watches.compactMap { watch in watch.problem.map { "\(watch.resource): \($0)" } }
        let problems = controller.problems + broken + controller.warnings.map { "Prometheus warns: \($0)" }
        guard !problems.isEmpty else { return }
        html.element("ul", ["class": "problems"]) { html in
            for problem in problems { html.element("li", problem) }
        }
    }

    static func writeState(_ status: AutoscalerStatus, to html: inout HTMLWriter) {
        html.element("span", ["class": "chip \(status.state.rawValue)"], status.state.word)
        if status.mode != "Active" { html.element("span", ["class": "sub"], status.mode) }
        if let hold = status.hold, !hold.keepsBack, status.mode != "Paused" {
            html.element("span", ["class": "sub"], words(of: hold))
        }
    }

    /// What holds, and until when.
    static func words(of hold: AutoscalerStatus.Hold) -> String {
        hold.text + (hold.until.map { ", until \(StatusText.moment($0.timestamp)) UTC" } ?? "")
    }

    static func link(to status: AutoscalerStatus) -> String {
        "/autoscalers/\(PercentEncoding.encoded(status.namespace))/\(PercentEncoding.encoded(status.name))"
    }

    // MARK: - Charts in words

    static func label(ofReplicas status: AutoscalerStatus, _ columns: [StatusTrail.Column]) -> String {
        let seen = columns.filter(\.isSeen).map(\.current)
        guard let fewest = seen.min(), let most = seen.max() else { return "No replicas are known" }
        return "Replicas over the last hours: from \(fewest) to \(most), now "
            + StatusText.replicas(status.currentReplicas, status.desiredReplicas)
    }

    static func label(ofUsage status: AutoscalerStatus, _ columns: [StatusTrail.Column]) -> String {
        let seen = columns.map(\.usage).filter { $0 != StatusTrail.Column.none }
        guard let lowest = seen.min(), let highest = seen.max() else { return "Nothing was measured" }
        return "Usage over the last hours: from \(Int(lowest) / 10) to \(Int(highest) / 10) percent of the target"
    }
}

extension AutoscalerStatus {
    /// The metric that asks for the most, or the first.
    var leadingMetric: Metric? {
        metrics.max { ($0.replicas ?? .min) < ($1.replicas ?? .min) } ?? metrics.first
    }
}

extension Time {
    /// Seconds from another instant to this one.
    func seconds(since other: Time) -> Double { Double(timestamp.nanoseconds(since: other.timestamp)) / 1e9 }
}
