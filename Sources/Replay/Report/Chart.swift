internal import Autoscaling
internal import HTML

/// A chart over time as static SVG: it is whole without JavaScript, and its text keeps its size at every width.
///
/// The series lie in a box that is stretched to the page; labels and markers are placed in percent and are not.
struct Chart {
    /// One line or area.
    struct Series {
        /// For the legend.
        var name: String
        /// How it looks: a class of the style sheet.
        var style: StaticString
        var path: String
        var isArea = false
        var isInLegend = true
    }

    /// A level line across the chart, with its name at the right end.
    struct Level {
        var value: Double
        var label: String
        var style: StaticString
        var isLabelBelow = false
    }

    /// A decision, or several close to each other: a link to the table.
    struct Marker {
        var x: Double
        var value: Double
        var style: StaticString
        var target: String
        var text: String
    }

    let id: String
    var title: String
    let unit: String
    /// What it shows, for those who do not see it.
    let description: String
    let times: TimeAxis
    let values: ValueAxis
    /// On the page, in pixels.
    var height = 170
    var gaps: [(from: Double, to: Double)] = []
    var series: [Series] = []
    var levels: [Level] = []
    var markers: [Marker] = []

    func write(to html: inout HTMLWriter) {
        html.element("figure", ["class": "chart", "role": "group", "aria-labelledby": "\(id)-name"]) { html in
            html.open("figcaption")
            html.element("span", ["id": "\(id)-name", "class": "name"], title)
            html.element("span", ["class": "unit"], unit)
            for series in series where series.isInLegend { writeKey(series, to: &html) }
            html.close("figcaption")
            html.element(
                "svg",
                [
                    "class": "plot", "width": "100%", "height": "\(height)",
                    "role": markers.isEmpty ? "img" : "group", "aria-labelledby": "\(id)-t \(id)-d",
                ]
            ) { html in
                html.element("title", ["id": "\(id)-t"], title)
                html.element("desc", ["id": "\(id)-d"], description)
                writeGrid(to: &html)
                writeSeries(to: &html)
                writeLevels(to: &html)
                for marker in markers { write(marker, to: &html) }
            }
        }
        html.line()
    }

    private func writeKey(_ series: Series, to html: inout HTMLWriter) {
        html.open("span", ["class": "key"])
        html.element("svg", ["width": "22", "height": "10", "aria-hidden": "true"]) { html in
            if series.isArea {
                html.element("path", ["class": "\(series.style)", "d": "M0 0H22V10H0Z"], "")
            } else {
                html.element("path", ["class": "\(series.style)", "d": "M0 5H22"], "")
            }
        }
        html.text(series.name)
        html.close("span")
    }

    private func writeGrid(to html: inout HTMLWriter) {
        for gap in gaps {
            html.element(
                "rect",
                [
                    "class": "gap", "x": percent(gap.from), "y": "0", "width": percent(gap.to - gap.from),
                    "height": "100%",
                ], "")
        }
        for (index, tick) in values.ticks.enumerated() {
            let y = percent(values.y(tick))
            html.element(
                "line", ["class": index == 0 ? "base" : "grid", "x1": "0", "x2": "100%", "y1": y, "y2": y], "")
            html.element("text", ["class": "y", "x": "-8", "y": y, "dy": "0.32em"], values.label(tick))
        }
        for tick in times.ticks {
            let x = percent(tick.x)
            html.element("line", ["class": tick.isDay ? "day" : "tick", "x1": x, "x2": x, "y1": "0", "y2": "100%"], "")
            let style = (tick.isMinor ? "x minor" : "x") + (tick.isDay ? " date" : "")
            html.element("text", ["class": style, "x": x, "y": "100%", "dy": "16"], tick.label)
        }
    }

    private func writeSeries(to html: inout HTMLWriter) {
        html.element(
            "svg",
            ["viewBox": "0 0 1000 100", "preserveAspectRatio": "none", "width": "100%", "height": "100%"]
        ) { html in
            for series in series where !series.path.isEmpty {
                html.element("path", ["class": "\(series.style)", "d": series.path], "")
            }
        }
    }

    private func writeLevels(to html: inout HTMLWriter) {
        for level in levels where level.value <= values.top {
            let isBelow = level.isLabelBelow || values.y(level.value) < 9
            let y = percent(values.y(level.value))
            html.element("line", ["class": "\(level.style)", "x1": "0", "x2": "100%", "y1": y, "y2": y], "")
            html.element(
                "text",
                ["class": "level", "x": "100%", "y": y, "dx": "-4", "dy": isBelow ? "13" : "-4"],
                level.label)
        }
    }

    private func write(_ marker: Marker, to html: inout HTMLWriter) {
        html.element("a", ["href": "#\(marker.target)", "aria-label": marker.text]) { html in
            html.element(
                "circle",
                [
                    "class": "\(marker.style)", "cx": percent(marker.x), "cy": percent(values.y(marker.value)),
                    "r": "4",
                ]
            ) { $0.element("title", marker.text) }
        }
    }

    private func percent(_ value: Double) -> String { ReportNumber.coordinate(value) + "%" }
}
