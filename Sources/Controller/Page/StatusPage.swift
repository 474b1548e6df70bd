internal import Autoscaling
internal import HTML

/// The status page as HTML: whole without JavaScript, which only brings the newest of it in the same words.
struct StatusPage {
    let view: StatusView

    /// The list of autoscalers.
    func html() -> String {
        StatusPage.document(title: "Autoscalers", view.controller, view.refreshSeconds) { html in
            html.element("section", ["id": "overview", "data-live": "", "aria-label": "Overview"]) {
                writeOverview(to: &$0)
            }
            writeForm(to: &html)
            html.element("div", ["id": "list", "data-live": ""]) { html in
                writeTable(to: &html)
                writePages(to: &html)
            }
        }
    }

    // MARK: - Overview

    private func writeOverview(to html: inout HTMLWriter) {
        let controller = view.controller
        html.element("h1", StatusText.count(controller.autoscalers, of: "autoscalers"))
        html.element("ul", ["class": "states"]) { html in
            for standing in AutoscalerStanding.allCases {
                guard let count = controller.states[standing.rawValue] else { continue }
                html.element("li") { html in
                    let isChosen = view.query.state == standing
                    html.open(
                        "a",
                        [
                            "href": view.query.link { $0.state = isChosen ? nil : standing },
                            "class": "chip \(standing.rawValue)", "aria-current": isChosen ? "true" : "false",
                        ])
                    html.element("b", StatusText.count(count))
                    html.text(" \(standing.word)")
                    html.close("a")
                }
            }
        }
        StatusPage.writeTick(controller, to: &html)
    }

    // MARK: - Filter

    private func writeForm(to html: inout HTMLWriter) {
        html.element("form", ["role": "search", "action": "/", "method": "get", "class": "filter"]) { html in
            html.element("label") { html in
                html.text("Name ")
                html.open("input", ["type": "search", "name": "q", "value": view.query.words, "autocomplete": "off"])
            }
            choice(
                "Namespace", "namespace", view.query.namespace, [("", "all")] + view.namespaces.map { ($0, $0) }, &html)
            choice(
                "State", "state", view.query.state?.rawValue ?? "",
                [("", "all")] + AutoscalerStanding.allCases.map { ($0.rawValue, $0.word) }, &html)
            if view.query.order != .state {
                html.open("input", ["type": "hidden", "name": "sort", "value": view.query.order.rawValue])
            }
            html.element("button", ["type": "submit"], "Show")
        }
    }

    private func choice(
        _ label: String, _ name: String, _ chosen: String, _ options: [(value: String, text: String)],
        _ html: inout HTMLWriter
    ) {
        html.element("label") { html in
            html.text(label + " ")
            html.element("select", ["name": name]) { html in
                for option in options {
                    if option.value == chosen {
                        html.element("option", ["value": option.value, "selected": ""], option.text)
                    } else {
                        html.element("option", ["value": option.value], option.text)
                    }
                }
            }
        }
    }

    // MARK: - Table

    private func writeTable(to html: inout HTMLWriter) {
        if view.rows.isEmpty {
            html.element("p", ["class": "empty"], emptyText)
            return
        }
        html.element("table", ["class": "autoscalers", "role": "table"]) { html in
            html.element(
                "caption",
                "\(StatusText.count(view.matched)) of \(StatusText.count(view.controller.autoscalers)). The charts show the "
                    + "last \(StatusText.span(view.spanSeconds)): replicas within those allowed, and usage around a dashed "
                    + "line that is the target.")
            html.element("thead", ["role": "rowgroup"]) { html in
                html.element("tr", ["role": "row"]) { html in
                    heading("Autoscaler", .name, &html)
                    heading("State", .state, &html)
                    heading("Replicas", .replicas, &html)
                    heading("Usage / target", .usage, &html)
                    heading("Changed", .changed, &html)
                    heading("Data age", .age, &html)
                    html.element("th", ["role": "columnheader", "scope": "col"], "Last decision")
                }
            }
            html.element("tbody", ["role": "rowgroup"]) { html in
                for row in view.rows { write(row, to: &html) }
            }
        }
    }

    private var emptyText: String {
        let controller = view.controller
        guard controller.leads else {
            if controller.shards != nil { return "This process stands by: it owns no shard." }
            return "This process stands by and decides nothing. "
                + (controller.leader.map { "\($0) leads; its page shows the autoscalers." } ?? "Nobody leads now.")
        }
        if controller.lastTick == nil { return "The first tick has not completed." }
        return controller.autoscalers == 0 ? "There is no autoscaler to work for." : "None of them is like that."
    }

    private func heading(_ text: String, _ order: StatusQuery.Order, _ html: inout HTMLWriter) {
        let isChosen = view.query.order == order
        let isDescending = isChosen ? !view.query.isDescending : order.isUsuallyDescending
        let link = view.query.link { query in
            query.order = order
            query.isDescending = isDescending
        }
        let sorted = isChosen ? (view.query.isDescending ? "descending" : "ascending") : "none"
        html.element("th", ["role": "columnheader", "scope": "col", "aria-sort": sorted]) { html in
            html.element("a", ["href": link], text)
        }
    }

    private func write(_ row: StatusView.Row, to html: inout HTMLWriter) {
        let (status, chart) = (row.status, StatusChart(columns: row.columns))
        let key = "\(status.namespace)/\(status.name)"
        html.element("tr", ["role": "row", "class": status.state.rawValue, "data-key": key]) { html in
            html.element("th", ["role": "rowheader", "scope": "row", "class": "name"]) { html in
                html.element("a", ["href": StatusPage.link(to: status)], status.name)
                html.element(
                    "span", ["class": "sub"], "\(status.namespace) · \(status.target.kind) \(status.target.name)")
            }
            cell("state", &html) { StatusPage.writeState(status, to: &$0) }
            cell("replicas", &html) { html in
                html.element(
                    "span", ["class": "now"], StatusText.replicas(status.currentReplicas, status.desiredReplicas))
                // A screen reader would read one number.
                html.text(" ")
                html.element("span", ["class": "sub"], "\(status.minReplicas) to \(status.maxReplicas)")
                chart.writeReplicas(to: &html, label: StatusPage.label(ofReplicas: status, row.columns))
            }
            cell("usage", &html) { html in
                if let metric = status.leadingMetric {
                    html.element("span", ["class": "now"], "\(metric.valueText ?? "?") / \(metric.targetText)")
                    html.text(" ")
                    html.element("span", ["class": "sub"], metric.name)
                }
                chart.writeUsage(to: &html, label: StatusPage.label(ofUsage: status, row.columns))
            }
            let changed = status.lastChangeTime.map { StatusText.age(view.controller.time.seconds(since: $0)) }
            cell(changed == nil ? "changed none" : "changed", &html) { $0.text(changed ?? "–") }
            let age = status.sampleAgeSeconds.map(StatusText.age)
            cell(age == nil ? "age none" : "age", &html) { $0.text(age ?? "–") }
            cell("line", &html) { html in
                if row.lineTellsError {
                    html.element("span", ["class": "error"], status.line)
                } else {
                    html.text(status.line)
                    if let error = status.error, !status.lineEndsLikeError {
                        html.element("span", ["class": "error"], error)
                    }
                }
            }
        }
    }

    /// - Parameter style: Classes.
    private func cell(_ style: String, _ html: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void) {
        html.element("td", ["role": "cell", "class": style], content: content)
    }

    private func writePages(to html: inout HTMLWriter) {
        let query = view.query
        guard view.matched > query.limit || query.offset > 0 else { return }
        let last = min(query.offset + view.rows.count, view.matched)
        html.element("nav", ["class": "pages", "aria-label": "Pages"]) { html in
            if query.offset > 0 {
                html.element(
                    "a", ["rel": "prev", "href": query.link { $0.offset = max(query.offset - query.limit, 0) }],
                    "← Previous")
            }
            html.element(
                "span", "\(view.rows.isEmpty ? 0 : query.offset + 1) to \(last) of \(StatusText.count(view.matched))")
            if last < view.matched {
                html.element(
                    "a", ["rel": "next", "href": query.link { $0.offset = query.offset + query.limit }], "Next →")
            }
        }
    }
}
