internal import Autoscaling
internal import HTML

/// The report of several replays: the ranking, then trace by trace small multiples on the same axes, then the details.
extension Report {
    func writeComparison(to html: inout HTMLWriter) {
        if runs.isEmpty { return }
        let comparison = comparison
        section("Ranking", id: "ranking", &html) { html in
            html.element(
                "p",
                "Best first: by failed expectations, then by the mean deviation from the ideal, then by pod-hours."
                    + (traces.count > 1 ? " Each score is the mean over the traces, with its lowest and highest." : ""))
            writeRanking(comparison, to: &html)
        }
        section("Before you believe it", id: "notes", &html) { writeNotes(to: &$0) }
        for (index, trace) in traces.enumerated() { write(trace: trace, index, comparison, to: &html) }
        section("Scores", id: "scores", &html) { writeScores(comparison, to: &$0) }
        if runs.contains(where: { !$0.expectations.isEmpty }) {
            section("Expectations", id: "expectations", &html) { writeExpectations(comparison, to: &$0) }
        }
        section("Decisions and their reasons", id: "decisions", &html) { html in
            for (index, run) in runs.enumerated() {
                html.element("details", ["id": "r\(index)-decisions"]) { html in
                    html.element("summary", "\(run.outcome.policy) on \(run.outcome.trace)")
                    Report.writeDecisions(run, id: "r\(index)", zone: zone, to: &html)
                }
            }
        }
        section("The policies", id: "policies", &html) { html in
            for name in comparison.rows.map(\.policy) {
                guard let run = runs.first(where: { $0.outcome.policy == name }) else { continue }
                html.element("details") { html in
                    html.element("summary", name)
                    html.element("pre", ["tabindex": "0"], run.manifest)
                }
            }
        }
    }

    private func writeRanking(_ comparison: Comparison, to html: inout HTMLWriter) {
        let columns = Comparison.columns
        Report.table("Policies, best first", style: "ranking", &html) { html in
            Report.head(
                [("Rank", true), ("Policy", false), ("Failed", true)]
                    + columns.map { ($0.title == $0.unit ? $0.title : "\($0.title), \($0.unit)", true) }, &html)
            html.markup("<tbody>")
            for (index, row) in comparison.rows.enumerated() {
                html.markup("<tr>")
                html.element("td", ["class": "number"], "\(index + 1)")
                html.element("th", ["scope": "row"], row.policy)
                html.element("td", ["class": "number"], "\(row.failures)")
                for name in columns { writeCell(row, name, comparison, to: &html) }
                html.markup("</tr>")
            }
            html.markup("</tbody>")
        }
    }

    private func writeCell(
        _ row: Comparison.Row, _ name: ScoreName, _ comparison: Comparison, to html: inout HTMLWriter
    ) {
        let spread = row.spread(name)
        let means = comparison.rows.compactMap { $0.spread(name)?.mean }
        let isBest = name.isBetterLower && Set(means).count > 1 && spread?.mean == means.min()
        html.element("td", ["class": isBest ? "number best" : "number"]) { html in
            html.text(Report.number(spread?.mean))
            guard let spread, spread.lowest != spread.highest else { return }
            html.element(
                "span", ["class": "faint spread"],
                "\(ReportNumber.text(spread.lowest)) – \(ReportNumber.text(spread.highest))")
        }
    }

    private func write(trace: String, _ index: Int, _ comparison: Comparison, to html: inout HTMLWriter) {
        let order = comparison.rows.map(\.policy)
        let own = runs.indices.filter { runs[$0].outcome.trace == trace }.sorted {
            (order.firstIndex(of: runs[$0].outcome.policy) ?? 0, $0)
                < (order.firstIndex(of: runs[$1].outcome.policy) ?? 0, $1)
        }
        guard let first = own.first else { return }
        let axes = ReportCharts.Axes(own.map { runs[$0] }, zone: zone, showsCapacity: false)
        section(traces.count == 1 ? "Over time" : trace, id: "trace-\(index)", &html) { html in
            let span =
                "\(TraceTime.text(axes.times.start, zone: zone)) to \(TraceTime.text(axes.times.end, zone: zone)) "
                + zone.text
            html.element("p", ["class": "faint"], span + "; all policies on the same axes.")
            demand(first, axes, id: "t\(index)")?.write(to: &html)
            html.element("div", ["class": own.count > 1 ? "grid2" : "grid1"]) { html in
                for position in own { write(panel: position, axes, to: &html) }
            }
        }
    }

    /// Demand is the same for all policies; what each could serve of it stands in its own panel.
    private func demand(_ index: Int, _ axes: ReportCharts.Axes, id: String) -> Chart? {
        var chart = ReportCharts(runs[index], axes: axes, largestColumns: columns, id: id)
            .demand(showsCapacity: false)
        chart?.height = 110
        return chart
    }

    private func write(panel index: Int, _ axes: ReportCharts.Axes, to html: inout HTMLWriter) {
        let run = runs[index]
        let charts = ReportCharts(run, axes: axes, largestColumns: columns, id: "r\(index)")
        html.element("section", ["aria-label": run.outcome.policy, "data-decisions": "r\(index)-decisions"]) { html in
            html.element("h4", run.outcome.policy)
            let words: [(ScoreName, String)] = [
                (.podHours, " pod-hours"), (.deficitPodSeconds, " pod-seconds short"),
                (.unservedShare, " % not served"),
            ]
            let parts = words.compactMap { name, words in
                run.outcome.scores[name].map { ReportNumber.text($0) + words }
            }
            html.element("p", ["class": "score-line"]) { html in
                if !run.expectations.isEmpty {
                    let failed = run.failures.count
                    html.element(
                        "span", ["class": failed == 0 ? "verdict-line good" : "verdict-line bad"],
                        failed == 0 ? "✓ holds" : "✗ fails \(failed)")
                    html.text(" · ")
                }
                html.text(parts.joined(separator: " · "))
            }
            var replicas = charts.replicas()
            replicas.height = 140
            replicas.write(to: &html)
            var utilization = charts.utilization()
            utilization.height = 90
            utilization.write(to: &html)
            html.markup("<script type=\"application/json\">")
            html.data(json: charts.json())
            html.markup("</script>")
        }
    }

    private func writeScores(_ comparison: Comparison, to html: inout HTMLWriter) {
        Report.table("Scores, mean over the traces; the best of each in bold where lower is better", &html) { html in
            Report.head(
                [("Score", false), ("Unit", false)] + comparison.rows.map { ($0.policy, true) }, &html)
            html.markup("<tbody>")
            for name in ScoreName.allCases {
                html.markup("<tr>")
                html.element("th", ["scope": "row"], name.title)
                html.element("td", name.unit)
                for row in comparison.rows { writeCell(row, name, comparison, to: &html) }
                html.markup("</tr>")
            }
            html.markup("</tbody>")
        }
    }

    private func writeExpectations(_ comparison: Comparison, to html: inout HTMLWriter) {
        for row in comparison.rows {
            for entry in row.entries where !entry.expectations.isEmpty {
                let name = traces.count > 1 ? "\(row.policy) on \(entry.outcome.trace)" : row.policy
                Report.writeExpectations(entry.expectations, of: name, to: &html)
            }
        }
    }
}

extension ScoreName {
    /// Whether less of it is better, all else equal. Of some scores neither less nor more is better by itself.
    var isBetterLower: Bool {
        switch self {
        case .underProvisioning, .overProvisioning, .timeUnderProvisioned, .timeOverProvisioned, .instability,
            .deviation, .podHours, .regretPodHours, .deficitPodSeconds, .longestDeficitMinutes, .overLimitMinutes,
            .longestOverLimitMinutes, .unserved, .unservedShare, .reversals, .podsStartedInVain, .meanReactionSeconds,
            .longestReactionSeconds, .meanRecoverySeconds, .longestRecoverySeconds, .meanOvershoot, .highestOvershoot:
            true
        default: false
        }
    }
}
