internal import Autoscaling

/// The charts of one replay, on axes that it may share with others.
struct ReportCharts {
    /// What replays of the same trace have in common.
    struct Axes {
        var times: TimeAxis
        var demand: ValueAxis
        var utilization: ValueAxis
        var replicas: ValueAxis

        /// Axes that hold all of the runs, which are of one trace.
        ///
        /// - Parameter showsCapacity: Whether the chart of the demand shows what the pods can serve as well.
        init(_ runs: [ReportRun], zone: ZoneOffset, showsCapacity: Bool = true) {
            let start = runs.map(\.outcome.start).min() ?? Timestamp(nanoseconds: 0)
            times = TimeAxis(start: start, end: runs.map(\.outcome.end).max() ?? start, zone: zone)
            let bins = runs.flatMap(\.outcome.timeline.bins)
            let asked = bins.map(\.highestDemand).max() ?? 0
            let capacity = showsCapacity ? runs.map(\.highestCapacity).max() ?? 0 : 0
            // Far more capacity than demand would press the demand to the ground: it is cut off.
            demand = ValueAxis(highest: asked > 0 ? max(asked, min(capacity, asked * 3)) : capacity)
            let levels = runs.compactMap(\.targetUtilization)
            utilization = ValueAxis(highest: (bins.compactMap(\.utilization) + levels).max() ?? 0)
            let ready = bins.map { max($0.highestReady, $0.highestDesired) }.max() ?? 0
            let needed = bins.map(\.neededReplicas).max() ?? 0
            // A need far beyond what there is would press all else to the ground.
            let highest = max(Double(ready), min(Double(needed), Double(ready) * 2))
            let bounds = runs.map { Double($0.spec.maxReplicas) }.filter { $0 <= highest * 2 }
            replicas = ValueAxis(highestCount: max(highest, bounds.max() ?? 0))
        }
    }

    /// Markers on a chart at most: more would be on top of each other, and a long way with the tabulator key.
    private static let places = 80

    let run: ReportRun
    let axes: Axes
    let columns: ChartColumns
    /// Begins the ids of this run's elements.
    let id: String

    init(_ run: ReportRun, axes: Axes, largestColumns: Int, id: String) {
        self.run = run
        self.axes = axes
        self.id = id
        columns = ChartColumns(run.outcome.timeline, axis: axes.times, largestCount: largestColumns)
    }

    /// A line; where a column stands for several decisions its mean, with the range behind it.
    private func line(
        _ name: String, _ style: StaticString, _ rangeStyle: StaticString?, _ axis: ValueAxis,
        _ value: (Timeline.Bin) -> Band?, mean: (Timeline.Bin) -> Double?
    ) -> [Chart.Series] {
        let bands = columns.bands(value)
        guard columns.isDense else {
            return [
                Chart.Series(
                    name: name, style: style, path: ChartPath.line(bands, at: columns.positions, axis: axis))
            ]
        }
        let means = columns.bands { bin in mean(bin).map { Band($0, $0) } }
        let line = Chart.Series(
            name: "\(name), mean", style: style, path: ChartPath.line(means, at: columns.positions, axis: axis))
        guard let rangeStyle else { return [line] }
        let range = Chart.Series(
            name: "range", style: rangeStyle, path: ChartPath.range(bands, at: columns.positions, axis: axis),
            isArea: true, isInLegend: false)
        return [range, line]
    }

    private func area(
        _ name: String, _ style: StaticString, _ axis: ValueAxis, isInLegend: Bool = false,
        _ value: (Timeline.Bin) -> Double?
    ) -> Chart.Series {
        Chart.Series(
            name: name, style: style,
            path: ChartPath.area(
                columns.bands { bin in value(bin).map { Band($0, $0) } }, at: columns.positions, axis: axis),
            isArea: true, isInLegend: isInLegend)
    }

    private func range(_ values: [Double]) -> String {
        guard let low = values.min(), let high = values.max() else { return "no values" }
        return "from \(ReportNumber.text(low)) to \(ReportNumber.text(high))"
    }

    /// Demand and what the ready pods can serve of it; `nil` in an open loop, whose trace has no demand.
    ///
    /// - Parameter showsCapacity: Whether what the pods can serve, and what they did not, is shown as well.
    func demand(showsCapacity: Bool = true) -> Chart? {
        guard run.outcome.isClosedLoop else { return nil }
        let bins = columns.bins
        let capacity = showsCapacity ? run.capacity : nil
        var chart = Chart(
            id: "\(id)-demand", title: capacity == nil ? "Demand" : "Demand and capacity",
            unit: "units per second",
            description: "Demand goes \(range(bins.map(\.lowestDemand) + bins.map(\.highestDemand))) units per second.",
            times: axes.times, values: axes.demand)
        chart.gaps = columns.gaps
        chart.series.append(
            area("demand", "fill-asked", axes.demand) { columns.isDense ? $0.lowestDemand : $0.highestDemand })
        if showsCapacity, bins.contains(where: { $0.unserved > 0 }) {
            chart.series.append(
                area("not served", "fill-bad", axes.demand, isInLegend: true, \.unserved))
        }
        if let capacity {
            chart.series += line(
                "capacity of the ready pods", "line-there", "range-there", axes.demand,
                { Band(Double($0.lowestReady) * capacity, Double($0.highestReady) * capacity) },
                mean: { $0.meanReady * capacity })
        }
        chart.series += line(
            "demand", "line-asked", "range-asked", axes.demand, { Band($0.lowestDemand, $0.highestDemand) },
            mean: \.meanDemand)
        return chart
    }

    func utilization() -> Chart {
        let bins = columns.bins
        let values = bins.compactMap(\.lowestUtilization) + bins.compactMap(\.utilization)
        let target = run.targetUtilization
        var chart = Chart(
            id: "\(id)-utilization", title: "Utilisation", unit: "% of the request",
            description: "Utilisation of the ready pods goes \(range(values)) percent of the request"
                + (target.map { "; the target is \(ReportNumber.text($0))." } ?? "."),
            times: axes.times, values: axes.utilization, height: 130)
        chart.gaps = columns.gaps
        let band: (Timeline.Bin) -> Band? = { bin in
            guard let low = bin.lowestUtilization, let high = bin.utilization else { return nil }
            return Band(low, high)
        }
        chart.series = [
            area("utilisation", "fill-there", axes.utilization) {
                columns.isDense ? $0.lowestUtilization : $0.utilization
            }
        ]
        chart.series += line(
            "of the ready pods", "line-there", "range-there", axes.utilization, band, mean: \.meanUtilization)
        if let target {
            chart.levels.append(
                Chart.Level(value: target, label: "target \(ReportNumber.text(target)) %", style: "line-level"))
        }
        if let limit = run.limitUtilization, limit != target {
            chart.levels.append(
                Chart.Level(value: limit, label: "limit \(ReportNumber.text(limit)) %", style: "line-bound"))
        }
        return chart
    }

    /// - Parameter hasMarkers: Whether decisions are shown, as links to the table of them.
    func replicas(hasMarkers: Bool = true) -> Chart {
        let bins = columns.bins
        let isClosed = run.outcome.isClosedLoop
        let ready = bins.map { Double($0.lowestReady) } + bins.map { Double($0.highestReady) }
        var chart = Chart(
            id: "\(id)-replicas", title: "Replicas", unit: "pods",
            description: "\(isClosed ? "Ready" : "Recorded") replicas go \(range(ready)), between a minimum of "
                + "\(run.spec.minReplicas) and a maximum of \(run.spec.maxReplicas).",
            times: axes.times, values: axes.replicas)
        chart.gaps = columns.gaps
        let there: (Timeline.Bin) -> Band? = { Band(Double($0.lowestReady), Double($0.highestReady)) }
        chart.series = [area("ready", "fill-there", axes.replicas) { Double($0.lowestReady) }]
        chart.series += line(
            "needed", "line-needed", "range-asked", axes.replicas,
            { Band(Double($0.lowestNeeded), Double($0.neededReplicas)) }, mean: \.meanNeeded)
        chart.series += line(
            isClosed ? "ready" : "recorded", "line-there", "range-there", axes.replicas, there, mean: \.meanReady)
        // Over a long time what is desired and what is ready are the same to the eye.
        chart.series += line(
            isClosed ? "desired" : "would be asked for", "line-desired", isClosed ? nil : "range-desired",
            axes.replicas, { Band(Double($0.lowestDesired), Double($0.highestDesired)) }, mean: \.meanDesired)
        chart.levels = [
            Chart.Level(value: Double(run.spec.maxReplicas), label: "max \(run.spec.maxReplicas)", style: "line-bound"),
            Chart.Level(
                value: Double(run.spec.minReplicas), label: "min \(run.spec.minReplicas)", style: "line-bound",
                isLabelBelow: true),
        ]
        if hasMarkers { chart.markers = markers() }
        return chart
    }

    /// More changes than this would hide the lines: their markers lie on the base line.
    private static let crowd = 60

    /// The listed changes, those close to each other as one.
    private func markers() -> [Chart.Marker] {
        let isCrowded = run.decisions.entries.count { $0.kind == .change } > ReportCharts.crowd
        var markers: [Chart.Marker] = []
        var place = -1
        var count = 0
        var first = ""
        for (index, entry) in run.decisions.entries.enumerated() where entry.kind == .change {
            let x = axes.times.x(entry.time)
            let time = TraceTime.text(entry.time, zone: axes.times.zone)
            let own = Int(x / 100 * Double(ReportCharts.places))
            if own == place, let last = markers.indices.last {
                count += 1
                markers[last].text = "\(count) changes from \(first) to \(time); the last: \(entry.explanation)"
                continue
            }
            (place, count, first) = (own, 1, time)
            markers.append(
                Chart.Marker(
                    x: x, value: isCrowded ? 0 : Double(entry.to),
                    style: isCrowded ? "mark many" : entry.to > entry.from ? "mark up" : "mark down",
                    target: "\(id)-d\(index)", text: "\(time): \(entry.explanation)"))
        }
        return markers
    }

    /// The columns as numbers, for the crosshair of the script.
    ///
    /// `t`: seconds since the beginning; then demand, utilisation, desired, ready and needed, null where there is none.
    func json() -> String {
        func list(_ values: [Double?]) -> String {
            "[" + values.map { $0.map { NumberText.short($0) } ?? "null" }.joined(separator: ",") + "]"
        }
        let bins = columns.bins
        let start = axes.times.start
        let parts = [
            "\"start\":\(Int64(start.nanoseconds / 1_000_000_000))",
            "\"span\":\(NumberText.fixed(Double(axes.times.end.nanoseconds(since: start)) / 1e9, places: 3))",
            "\"zone\":\(axes.times.zone.seconds)", "\"closed\":\(run.outcome.isClosedLoop)",
            "\"t\":" + list(bins.map { (Double($0.start.nanoseconds(since: start)) / 1e9).rounded() }),
            "\"demand\":" + list(bins.map(\.highestDemand)), "\"use\":" + list(bins.map(\.utilization)),
            "\"desired\":" + list(bins.map { Double($0.highestDesired) }),
            "\"ready\":" + list(bins.map { Double($0.lowestReady) }),
            "\"needed\":" + list(bins.map { Double($0.neededReplicas) }),
        ]
        return "{" + parts.joined(separator: ",") + "}"
    }
}
