internal import Autoscaling
internal import KubernetesTypes

/// The values of a chart: from 0 to a round number.
struct ValueAxis {
    /// The upper end, above 0.
    let top: Double
    let ticks: [Double]
    private let step: Double

    /// - Parameter highest: The highest value that must fit.
    init(highest: Double) {
        let highest = highest.isFinite && highest > 0 ? highest : 1
        var magnitude = 1.0
        while magnitude * 10 <= highest { magnitude *= 10 }
        while magnitude > highest { magnitude /= 10 }
        // Three to five steps, each 1, 2, 2.5 or 5 times a power of ten.
        let steps = [0.2, 0.25, 0.5, 1, 2, 2.5].map { $0 * magnitude }
        let step = steps.first { highest / $0 <= 5 } ?? magnitude * 2.5
        let count = max((highest / step - 1e-9).rounded(.up), 1)
        self.step = step
        top = count * step
        ticks = (0...Int(count)).map { Double($0) * step }
    }

    /// For counts: no parts of one.
    init(highestCount: Double) {
        let axis = ValueAxis(highest: max(highestCount, 1))
        if axis.step >= 1, axis.step.rounded() == axis.step {
            self = axis
        } else {
            top = max(highestCount.rounded(.up), 1)
            step = max((top / 4).rounded(.up), 1)
            ticks = stride(from: 0, through: top, by: step).map { $0 }
        }
    }

    /// Hundredths of the height from the upper edge; below 0 for a value past the upper end, which the chart cuts off.
    func y(_ value: Double) -> Double { (1 - min(max(value, 0), top * 10) / top) * 100 }

    func label(_ value: Double) -> String { ReportNumber.text(value) }
}

/// The times of a chart, with ticks at round times of the reader's zone.
struct TimeAxis {
    struct Tick {
        /// Hundredths of the width.
        var x: Double
        var label: String
        /// A tick that a narrow page can do without.
        var isMinor: Bool
        /// Whether a day begins here.
        var isDay: Bool
    }

    let start: Timestamp
    let end: Timestamp
    let zone: ZoneOffset

    private static let day: Int64 = 86_400
    /// Seconds between two ticks.
    private static let steps: [Int64] =
        [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        + [1, 2, 7, 14, 28, 56, 112, 365, 730, 3650].map { $0 * day }

    private var seconds: Double { max(Double(end.nanoseconds(since: start)) / 1e9, 1) }

    /// Hundredths of the width.
    func x(_ time: Timestamp) -> Double {
        min(max(Double(time.nanoseconds(since: start)) / 1e9 / seconds * 100, 0), 100)
    }

    /// At most ten ticks.
    var ticks: [Tick] {
        let step = TimeAxis.steps.first { seconds / Double($0) <= 9 } ?? TimeAxis.day * 3650
        let local = start.advanced(bySeconds: zone.seconds).nanoseconds
        let first = (Double(local) / 1e9 / Double(step)).rounded(.up)
        guard abs(first) < 1e12 else { return [] }
        var ticks: [Tick] = []
        for count in 0...10 {
            let moment = (Int64(first) + Int64(count)) * step
            let time = Timestamp(nanoseconds: moment * 1_000_000_000).advanced(bySeconds: -zone.seconds)
            guard time <= end else { break }
            let isDay = moment % TimeAxis.day == 0
            ticks.append(
                Tick(
                    x: x(time), label: TimeAxis.label(time, zone: zone, isDay: isDay), isMinor: count % 2 == 1,
                    isDay: isDay && step < TimeAxis.day))
        }
        return ticks
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `18:30`, with seconds where there are some, and `4 Jul` for the beginning of a day.
    private static func label(_ time: Timestamp, zone: ZoneOffset, isDay: Bool) -> String {
        let text = TraceTime.text(time, zone: zone)
        let parts = text.split(separator: " ")
        guard parts.count == 2 else { return text }
        if isDay {
            let date = parts[0].split(separator: "-").compactMap { Int($0) }
            guard date.count == 3, months.indices.contains(date[1] - 1) else { return String(parts[0]) }
            return "\(date[2]) \(months[date[1] - 1])"
        }
        return parts[1].hasSuffix(":00") ? String(parts[1].dropLast(3)) : String(parts[1])
    }
}

/// Numbers of a report.
enum ReportNumber {
    /// As ``NumberText/short(_:)`` has it, with narrow spaces between thousands.
    static func text(_ value: Double) -> String {
        let text = NumberText.short(value)
        let digits = text.prefix { $0 != "." }
        guard digits.count > 4, digits.allSatisfy({ $0.isNumber || $0 == "-" }) else { return text }
        var grouped = ""
        for (index, digit) in digits.reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), digit != "-" { grouped.append("\u{202F}") }
            grouped.append(digit)
        }
        return String(grouped.reversed()) + text.dropFirst(digits.count)
    }

    /// A coordinate with at most two decimals.
    static func coordinate(_ value: Double) -> String {
        var text = NumberText.fixed(value, places: 2)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}
