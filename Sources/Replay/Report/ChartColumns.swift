internal import Autoscaling

/// The lowest and the highest value within one column of a chart.
struct Band: Hashable {
    var low: Double
    var high: Double

    init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }
}

/// A timeline in as many columns as a chart has room for; extremes are kept.
struct ChartColumns {
    let bins: [Timeline.Bin]
    /// Where each column begins, in hundredths of the width.
    let positions: [Double]

    /// - Parameter largestCount: Columns at most, at least 1.
    init(_ timeline: Timeline, axis: TimeAxis, largestCount: Int) {
        let size = max((timeline.bins.count + max(largestCount, 1) - 1) / max(largestCount, 1), 1)
        var bins: [Timeline.Bin] = []
        for (index, bin) in timeline.bins.enumerated() {
            // A change between known and unknown begins a column, so that a gap keeps its edges.
            if index.isMultiple(of: size) || bins.isEmpty {
                bins.append(bin)
            } else {
                bins[bins.count - 1].join(bin)
            }
        }
        self.bins = bins
        positions = bins.map { axis.x($0.start) }
    }

    /// Whether a column stands for several decisions, so that lines from one to the next would run together.
    var isDense: Bool { bins.contains { $0.ticks > 1 } }

    func bands(_ value: (Timeline.Bin) -> Band?) -> [Band?] { bins.map(value) }

    /// Stretches in which the trace says nothing, as beginnings and ends in hundredths of the width.
    var gaps: [(from: Double, to: Double)] {
        var gaps: [(from: Double, to: Double)] = []
        var open: Double?
        for (index, bin) in bins.enumerated() {
            if bin.isKnown {
                if let from = open { gaps.append((from, positions[index])) }
                open = nil
            } else if open == nil {
                open = positions[index]
            }
        }
        if let from = open { gaps.append((from, 100)) }
        return gaps
    }
}

/// The shapes of a series, in a box of 1000 by 100 whatever the size on the page.
struct ChartPath {
    private(set) var path = ""
    private var x = 0.0
    private var y: Double?
    private let axis: ValueAxis

    /// A line that steps from column to column and covers what lies between the lowest and the highest of each.
    static func line(_ bands: [Band?], at positions: [Double], axis: ValueAxis) -> String {
        var path = ChartPath(axis: axis)
        for (band, position) in zip(bands, positions) { path.add(band, at: position * 10) }
        path.finish()
        return path.path
    }

    /// The area between 0 and the highest of each column.
    static func area(_ bands: [Band?], at positions: [Double], axis: ValueAxis) -> String {
        var path = ChartPath(axis: axis)
        for (band, position) in zip(bands, positions) {
            let high = band?.high ?? 0
            path.add(Band(high, high), at: position * 10)
        }
        path.finish()
        return path.path.isEmpty ? "" : path.path + "V100H0Z"
    }

    /// The area between the lowest and the highest of each column.
    static func range(_ bands: [Band?], at positions: [Double], axis: ValueAxis) -> String {
        var path = ""
        var index = 0
        while index < bands.count {
            let first = index
            while index < bands.count, bands[index] != nil { index += 1 }
            if first == index {
                index += 1
                continue
            }
            let ends = positions.dropFirst() + [100]
            let stretch = zip(zip(positions, ends), bands).map { (from: $0.0, to: $0.1, band: $1) }[first..<index]
            path += "M" + ReportNumber.coordinate(positions[first] * 10) + " 100"
            for part in stretch { path += edge(part.band?.high, to: part.to, axis) }
            for part in stretch.reversed() { path += edge(part.band?.low, to: part.from, axis) }
            path += "Z"
        }
        return path
    }

    private static func edge(_ value: Double?, to position: Double, _ axis: ValueAxis) -> String {
        "V" + ReportNumber.coordinate(axis.y(value ?? 0)) + "H" + ReportNumber.coordinate(position * 10)
    }

    private init(axis: ValueAxis) { self.axis = axis }

    private mutating func add(_ band: Band?, at position: Double) {
        guard let band else {
            if y != nil { path += "H" + ReportNumber.coordinate(position) }
            y = nil
            return
        }
        let (low, high) = (axis.y(band.low), axis.y(band.high))
        guard let present = y else {
            path += "M" + ReportNumber.coordinate(position) + " " + ReportNumber.coordinate(high)
            if low != high { path += "V" + ReportNumber.coordinate(low) }
            y = low
            return
        }
        if low == present, high == present { return }
        path += "H" + ReportNumber.coordinate(position)
        // The nearer end first, so that the line does not go there and back.
        let isHighFirst = abs(present - high) <= abs(present - low)
        for target in isHighFirst ? [high, low] : [low, high] where target != y {
            path += "V" + ReportNumber.coordinate(target)
            y = target
        }
    }

    private mutating func finish() {
        if y != nil { path += "H1000" }
    }
}
