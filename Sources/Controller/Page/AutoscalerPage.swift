internal import Autoscaling
internal import HTML
internal import KubernetesTypes

/// One autoscaler with all that is known of it.
struct AutoscalerPage {
    let controller: ControllerStatus
    let details: AutoscalerDetails
    let columns: [StatusTrail.Column]
    let start: Timestamp?
    let columnSeconds: Int64
    let refreshSeconds: Double

    private var status: AutoscalerStatus { details.autoscaler }

    func html() -> String {
        StatusPage.document(title: "\(status.namespace)/\(status.name)", controller, refreshSeconds) { html in
            html.element("nav", ["aria-label": "Way back", "class": "back"]) { html in
                html.element("a", ["href": "/"], "← All autoscalers")
            }
            html.element("div", ["id": "autoscaler", "data-live": ""]) { html in
                html.element("h1", "\(status.namespace)/\(status.name)")
                html.element("p", ["class": "lead"]) { html in
                    StatusPage.writeState(status, to: &html)
                    html.text(" \(status.line)")
                }
                if let error = status.error, !status.lineEndsLikeError { html.element("p", ["class": "alert"], error) }
                writeFigures(to: &html)
                writeCharts(to: &html)
                writeReasons(to: &html)
                writeDecisions(to: &html)
                writeMetrics(to: &html)
                writeConditions(to: &html)
                StatusPage.writeTick(controller, to: &html)
            }
        }
    }

    // MARK: - Figures

    private func writeFigures(to html: inout HTMLWriter) {
        var figures: [(String, String)] = [
            ("Target", "\(status.target.kind) \(status.target.name)"),
            ("Replicas", StatusText.replicas(status.currentReplicas, status.desiredReplicas)),
            ("Allowed", "\(status.minReplicas) to \(status.maxReplicas)"),
            ("Asked for", status.recommendedReplicas.map { "\($0)" } ?? "–"),
            ("Let through by windows", status.stabilizedReplicas.map { "\($0)" } ?? "–"),
            ("Newest sample", status.sampleAgeSeconds.map { StatusText.age($0) + " old" } ?? "none"),
        ]
        if let predicted = status.predictedReplicas { figures.insert(("By the forecast", "\(predicted)"), at: 4) }
        html.element("dl", ["class": "figures"]) { html in
            for (name, value) in figures {
                html.element("div") { html in
                    html.element("dt", name)
                    html.element("dd", value)
                }
            }
        }
    }

    // MARK: - Charts

    private func writeCharts(to html: inout HTMLWriter) {
        guard !columns.isEmpty else {
            html.element("p", ["class": "empty"], "No history is kept of it.")
            return
        }
        let chart = StatusChart(columns: columns)
        figure("Replicas", "line desired, blue there, shade allowed", top: replicasText(chart), &html) {
            chart.writeReplicas(to: &$0, label: StatusPage.label(ofReplicas: status, columns))
        }
        guard chart.hasUsage else {
            html.element("p", ["class": "empty"], "Nothing was measured in this time.")
            return
        }
        let metric = status.leadingMetric
        figure(
            "Usage of the target", metric.map { "\($0.name), dashed line \($0.targetText)" } ?? "",
            top: usageText(chart), &html
        ) {
            chart.writeUsage(to: &$0, label: StatusPage.label(ofUsage: status, columns))
        }
    }

    private func replicasText(_ chart: StatusChart) -> String { "\(Int(chart.highestReplicas))" }

    private func usageText(_ chart: StatusChart) -> String { "\(Int((chart.highestUsage * 100).rounded())) %" }

    private func figure(
        _ name: String, _ key: String, top: String, _ html: inout HTMLWriter, _ chart: (inout HTMLWriter) -> Void
    ) {
        html.element("figure") { html in
            html.element("figcaption") { html in
                html.element("b", name)
                html.text(" " + key)
            }
            html.element("div", ["class": "plot"]) { html in
                html.element("span", ["class": "top", "aria-hidden": "true"], top)
                html.element("span", ["class": "bottom", "aria-hidden": "true"], "0")
                chart(&html)
            }
            html.element("div", ["class": "times", "aria-hidden": "true"]) { html in
                for quarter in 0...4 {
                    let seconds = columnSeconds * Int64(StatusTrail.columnCount) * Int64(quarter) / 4
                    html.element("span", start.map { StatusText.minute($0.advanced(bySeconds: seconds)) } ?? "")
                }
            }
        }
    }

    // MARK: - Words and tables

    private func writeReasons(to html: inout HTMLWriter) {
        section("Why", &html) { html in
            html.element("ol", ["class": "steps"]) { html in
                for step in details.explanation.steps {
                    let style = status.restraints.contains { $0.text == step.text } ? "holds" : ""
                    html.element("li", ["class": style], step.text)
                }
            }
        }
    }

    private func writeDecisions(to html: inout HTMLWriter) {
        section("Last decisions", &html) { html in
            table(
                "Changes of size, what began to hold it, failures and their ends; the newest first",
                ["Time", "Replicas", "Outcome", "Why"], style: "decisions", &html
            ) { html in
                for past in details.decisions {
                    let key = "\(past.time.timestamp.nanoseconds)"
                    let outcome = past.error == nil ? past.outcome : "failed"
                    html.element("tr", ["role": "row", "class": outcome, "data-key": key]) { html in
                        html.element(
                            "th", ["role": "rowheader", "scope": "row"], StatusText.clock(past.time.timestamp))
                        html.element(
                            "td", ["role": "cell"], StatusText.replicas(past.currentReplicas, past.desiredReplicas))
                        html.element(
                            "td", ["role": "cell"], past.outcome == "wouldScale" ? "would scale" : past.outcome)
                        html.element("td", ["role": "cell"]) { html in
                            html.element("details") { html in
                                html.element("summary", past.line)
                                html.element("p", past.paragraph)
                            }
                            if let error = past.error, !past.line.endsLike(error) {
                                html.element("span", ["class": "error"], error)
                            }
                        }
                    }
                }
            }
        }
    }

    private func writeMetrics(to html: inout HTMLWriter) {
        section("Metrics", &html) { html in
            table("What was measured at the last decision", ["Metric", "Value", "Target", "Type", "Asks for"], &html) {
                html in
                for metric in status.metrics {
                    html.element("tr") { html in
                        html.element("th", ["scope": "row"], metric.name)
                        html.element("td") { html in
                            html.text(metric.valueText ?? "–")
                            if let error = metric.error { html.element("span", ["class": "error"], error) }
                        }
                        html.element("td", metric.targetText)
                        html.element("td", metric.targetType)
                        html.element("td", metric.replicas.map { "\($0)" } ?? "–")
                    }
                }
            }
        }
    }

    private func writeConditions(to html: inout HTMLWriter) {
        section("Conditions", &html) { html in
            table("As the status of the autoscaler has them", ["Type", "Status", "Reason", "Since", "Message"], &html) {
                html in
                for condition in details.conditions {
                    html.element("tr") { html in
                        html.element("th", ["scope": "row"], condition.type)
                        html.element("td", condition.status)
                        html.element("td", condition.reason)
                        html.element("td", StatusText.clock(condition.lastTransitionTime.timestamp))
                        html.element("td", condition.message)
                    }
                }
            }
        }
    }

    private func section(_ title: String, _ html: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void) {
        html.element("section") { html in
            html.element("h2", title)
            content(&html)
        }
    }

    /// - Parameter style: A class. The roles are those of a table also where a style sheet lays it out otherwise.
    private func table(
        _ caption: String, _ headings: [String], style: String = "", _ html: inout HTMLWriter,
        rows: (inout HTMLWriter) -> Void
    ) {
        html.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) { html in
            html.element("table", ["role": "table", "class": style]) { html in
                html.element("caption", caption)
                html.element("thead", ["role": "rowgroup"]) { html in
                    html.element("tr", ["role": "row"]) { html in
                        for heading in headings {
                            html.element("th", ["role": "columnheader", "scope": "col"], heading)
                        }
                    }
                }
                html.element("tbody", ["role": "rowgroup"], content: rows)
            }
        }
    }
}
