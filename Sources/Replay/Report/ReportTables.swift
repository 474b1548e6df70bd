internal import Autoscaling
internal import HTML

/// The tables of a report. Each has a caption, and scrolls by itself where it is wider than the page.
extension Report {
    /// A table in a region that can be scrolled with the keyboard.
    static func table(
        _ caption: String, style: String = "", _ html: inout HTMLWriter, content: (inout HTMLWriter) -> Void
    ) {
        html.element(
            "div",
            [
                "class": style.isEmpty ? "scroll" : "scroll \(style)", "role": "region", "tabindex": "0",
                "aria-label": caption,
            ]
        ) { html in
            html.element("table") { html in
                html.element("caption", caption)
                content(&html)
            }
        }
        html.line()
    }

    static func head(_ titles: [(title: String, isNumber: Bool)], _ html: inout HTMLWriter) {
        html.markup("<thead><tr>")
        for (title, isNumber) in titles {
            html.element("th", ["scope": "col", "class": isNumber ? "number" : "text"], title)
        }
        html.markup("</tr></thead>")
    }

    /// What a score is in the table: rounded, with the exact text of other outputs for sorting.
    static func number(_ value: Double?) -> String { value.map(ReportNumber.text) ?? "undefined" }

    static func writeScores(_ run: ReportRun, to html: inout HTMLWriter) {
        table("Scores of \(run.outcome.policy) on \(run.outcome.trace)", &html) { html in
            head([("Score", false), ("Value", true), ("Unit", false), ("Name in expectations", false)], &html)
            html.markup("<tbody>")
            for name in ScoreName.allCases {
                html.markup("<tr>")
                html.element("th", ["scope": "row"], name.title)
                html.element("td", ["class": "number"], number(run.outcome.scores[name]))
                html.element("td", name.unit)
                html.element("td") { $0.element("code", name.rawValue) }
                html.markup("</tr>")
            }
            html.markup("</tbody>")
        }
    }

    static func writeExpectations(_ results: [ExpectationResult], of name: String, to html: inout HTMLWriter) {
        table("Expectations of \(name)", &html) { html in
            head([("Result", false), ("Expectation", false), ("Found", false), ("Written at", false)], &html)
            html.markup("<tbody>")
            for result in results {
                html.element("tr", ["class": result.hasPassed ? "good" : "bad"]) { html in
                    html.element("td", ["class": "verdict"], result.hasPassed ? "✓ holds" : "✗ fails")
                    html.element("th", ["scope": "row"], result.name)
                    html.element("td", result.message)
                    html.element("td", ["class": "place"], result.place)
                }
            }
            html.markup("</tbody>")
        }
    }

    /// - Parameter id: Begins the ids of the rows, which markers of the chart point to.
    static func writeDecisions(_ run: ReportRun, id: String, zone: ZoneOffset, to html: inout HTMLWriter) {
        html.element("p", ["class": "faint"], run.decisions.summary)
        table("Decisions of \(run.outcome.policy) on \(run.outcome.trace)", style: "tall decisions", &html) { html in
            head([("Time, \(zone.text)", false), ("Replicas", true), ("Held by", false), ("Why", false)], &html)
            html.markup("<tbody>")
            for (index, entry) in run.decisions.entries.enumerated() {
                html.open("tr", ["id": "\(id)-d\(index)", "class": entry.kind.rawValue])
                html.element("td", ["class": "time"], TraceTime.text(entry.time, zone: zone))
                let size = entry.to == entry.from ? "\(entry.to)" : "\(entry.from) → \(entry.to)"
                html.element("td", ["class": "number"], size)
                html.element("td", entry.heldBy.map(limiter).joined(separator: ", "))
                html.element("td", entry.explanation)
                html.markup("</tr>\n")
            }
            html.markup("</tbody>")
        }
    }

    /// A limiter in a word or two.
    private static func limiter(_ name: ScoreName) -> String {
        switch name {
        case .heldByTolerance: "tolerance"
        case .heldByWindow: "window"
        case .heldByPolicy: "policy"
        case .heldByMin: "min"
        case .heldByMax: "max"
        case .heldByMetrics: "no metric"
        default: name.rawValue
        }
    }

    /// The charts in numbers: a few dozen rows for those who cannot see them.
    static func writeValues(_ run: ReportRun, zone: ZoneOffset, to html: inout HTMLWriter) {
        let bins = run.outcome.timeline.bins
        let size = max((bins.count + 35) / 36, 1)
        var rows: [Timeline.Bin] = []
        for (index, bin) in bins.enumerated() {
            if index.isMultiple(of: size) { rows.append(bin) } else { rows[rows.count - 1].join(bin) }
        }
        func range(_ low: Double?, _ high: Double?) -> String {
            guard let low, let high else { return "–" }
            let (first, second) = (ReportNumber.text(low), ReportNumber.text(high))
            return first == second ? first : "\(first) – \(second)"
        }
        let isClosed = run.outcome.isClosedLoop
        table("The charts of \(run.outcome.policy) on \(run.outcome.trace) in numbers, lowest – highest", &html) {
            html in
            let demand = isClosed ? [("Demand, units/s", true)] : []
            head(
                [("From, \(zone.text)", false)] + demand + [
                    ("Utilisation, %", true), (isClosed ? "Desired" : "Asked for", true),
                    (isClosed ? "Ready" : "Recorded", true), ("Needed", true),
                ], &html)
            html.markup("<tbody>")
            for bin in rows {
                html.markup("<tr>")
                html.element("th", ["scope": "row", "class": "time"], TraceTime.text(bin.start, zone: zone))
                let cells =
                    (isClosed ? [range(bin.lowestDemand, bin.highestDemand)] : []) + [
                        range(bin.lowestUtilization, bin.utilization),
                        range(Double(bin.lowestDesired), Double(bin.highestDesired)),
                        range(Double(bin.lowestReady), Double(bin.highestReady)),
                        range(Double(bin.lowestNeeded), Double(bin.neededReplicas)),
                    ]
                for cell in cells { html.element("td", ["class": "number"], cell) }
                html.markup("</tr>")
            }
            html.markup("</tbody>")
        }
    }
}
