internal import Autoscaling
internal import HTML

extension Report {
    /// The report as a file.
    package func html() -> String {
        var html = HTMLWriter()
        html.markup("<!doctype html>\n")
        html.open("html", ["lang": "en"])
        writeHead(to: &html)
        html.markup("<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n")
        html.element("header") { writeTitle(to: &$0) }
        html.element("main", ["id": "main"]) { html in
            if let run = runs.first, runs.count == 1 {
                write(single: run, to: &html)
            } else {
                writeComparison(to: &html)
            }
        }
        html.element("footer") { html in
            html.element(
                "p",
                "Written by swiftlet. This file needs no network and sends nothing. Times are in \(zone.text); a "
                    + "column of a chart shows the lowest and the highest of the decisions that it stands for.")
        }
        html.markup("<script>")
        // The policy of the page names exactly this text.
        html.append(Report.script)
        html.markup("</script>\n</body></html>\n")
        return html.html
    }

    private static let script = HTMLWriter(trusted: ReportScript.text)
    private static let style = HTMLWriter(trusted: ReportStyle.css)

    private func writeHead(to html: inout HTMLWriter) {
        html.markup("<head><meta charset=\"utf-8\">\n")
        html.open(
            "meta",
            [
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; script-src 'sha256-\(SHA256.base64(of: ReportScript.text))'; "
                    + "style-src 'sha256-\(SHA256.base64(of: ReportStyle.css))'; base-uri 'none'; form-action 'none'",
            ])
        html.markup("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.markup("<meta name=\"referrer\" content=\"no-referrer\">\n")
        html.element("title", title + " – swiftlet")
        html.markup("\n<style>")
        html.append(Report.style)
        html.markup("</style></head>\n")
    }

    private var title: String {
        guard runs.count != 1, !runs.isEmpty else { return runs.first?.outcome.policy ?? "Nothing was replayed" }
        let (policies, traces) = (policies.count, traces.count)
        return "\(policies) \(policies == 1 ? "policy" : "policies") on \(traces) \(traces == 1 ? "trace" : "traces")"
    }

    private func writeTitle(to html: inout HTMLWriter) {
        let isClosed = runs.contains(where: \.outcome.isClosedLoop)
        html.element("p", ["class": "kicker"], runs.count == 1 ? "Replay of a policy" : "Comparison of policies")
        html.element("h1", title)
        if let run = runs.first, runs.count == 1 {
            html.element(
                "p", ["class": "faint"],
                "\(run.outcome.trace), \(isClosed ? "closed loop" : "open loop") · "
                    + "\(TraceTime.text(run.outcome.start, zone: zone)) to "
                    + "\(TraceTime.text(run.outcome.end, zone: zone)) \(zone.text) · "
                    + "\(ReportNumber.text(Double(run.outcome.scores.ticks))) decisions, one each "
                    + DurationText.text(seconds: Double(run.run.syncPeriod.nanoseconds) / 1e9))
            writeVerdict(run, to: &html)
            writeFigures(run, to: &html)
        }
    }

    private func writeVerdict(_ run: ReportRun, to html: inout HTMLWriter) {
        if run.expectations.isEmpty { return }
        let (failed, all) = (run.failures.count, run.expectations.count)
        html.element(
            "p", ["class": failed == 0 ? "verdict-line good" : "verdict-line bad"],
            failed == 0
                ? "✓ Holds to \(all == 1 ? "its expectation" : "all \(all) expectations")"
                : "✗ Fails \(failed) of \(all) expectations: \(run.failures.map(\.name).joined(separator: "; "))")
    }

    private func writeFigures(_ run: ReportRun, to html: inout HTMLWriter) {
        let names: [(ScoreName, String)] =
            run.outcome.isClosedLoop
            ? [
                (.podHours, "Cost"), (.deficitPodSeconds, "Deficit"), (.unservedShare, "Not served"),
                (.p95Utilization, "Utilisation, 95th percentile"), (.reversals, "Reversals within 10 minutes"),
            ]
            : [
                (.scaleUps, "Asked for more"), (.scaleDowns, "Asked for fewer"),
                (.timeUnderProvisioned, "Time with too few pods"), (.timeOverProvisioned, "Time with too many"),
                (.p95Utilization, "Utilisation, 95th percentile"),
            ]
        html.element("dl", ["class": "figures"]) { html in
            for (name, title) in names {
                html.element("div") { html in
                    html.element("dt", title)
                    html.element("dd") { html in
                        html.text(Report.number(run.outcome.scores[name]) + " ")
                        html.element("span", name.unit)
                    }
                }
            }
        }
    }

    private func write(single run: ReportRun, to html: inout HTMLWriter) {
        let charts = ReportCharts(
            run, axes: ReportCharts.Axes([run], zone: zone), largestColumns: columns, id: "r0")
        html.element("section", ["aria-labelledby": "over-time"]) { html in
            html.element("h2", ["id": "over-time"], "Over time")
            html.element("div", ["data-decisions": "r0-decisions"]) { html in
                charts.demand()?.write(to: &html)
                charts.utilization().write(to: &html)
                charts.replicas().write(to: &html)
                html.markup("<script type=\"application/json\">")
                html.data(json: charts.json())
                html.markup("</script>")
            }
            html.element("details", ["class": "numbers"]) { html in
                html.element("summary", "The charts in numbers")
                Report.writeValues(run, zone: zone, to: &html)
            }
        }
        section("Before you believe it", id: "notes", &html) { writeNotes(to: &$0) }
        if !run.expectations.isEmpty {
            section("Expectations", id: "expectations", &html) {
                Report.writeExpectations(run.expectations, of: run.outcome.policy, to: &$0)
            }
        }
        html.element("section", ["aria-labelledby": "decisions", "id": "r0-decisions"]) { html in
            html.element(
                "h2", ["id": "decisions"],
                run.outcome.isClosedLoop ? "Decisions and their reasons" : "What would have been decided, and why")
            Report.writeDecisions(run, id: "r0", zone: zone, to: &html)
        }
        section("Scores", id: "scores", &html) { Report.writeScores(run, to: &$0) }
        section("The policy", id: "policy", &html) { $0.element("pre", ["tabindex": "0"], run.manifest) }
    }

    func section(
        _ title: String, id: String, _ html: inout HTMLWriter, content: (inout HTMLWriter) -> Void
    ) {
        html.element("section", ["aria-labelledby": id]) { html in
            html.element("h2", ["id": id], title)
            content(&html)
        }
        html.line()
    }
}
