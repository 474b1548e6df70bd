/// Durations as they are written on the command line and in explanations: `500ms`, `15s`, `5m`, `1h30m`.
package enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ]

    /// Reads whole numbers with units, each unit at most once and the largest first.
    ///
    /// - Returns: `nil` for anything else: a bare number, a sign, a fraction, or more than 100 years.
    package static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        var total: Int64 = 0
        var last = Int64.max
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let count = Int64(digits), let unit = units.first(where: { rest.hasPrefix($0.name) }) else {
                return nil
            }
            rest = rest.dropFirst(unit.name.count)
            let (span, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
            guard unit.milliseconds < last, !overflow, span <= longest else { return nil }
            last = unit.milliseconds
            total += span
        }
        return text.isEmpty || total > longest ? nil : .milliseconds(total)
    }

    /// A hundred years: far beyond any use, and far from overflow.
    private static let longest: Int64 = 100 * 366 * 24 * 3_600_000

    /// The shortest form; what is below a millisecond is left out.
    package static func text(_ duration: Duration) -> String {
        var rest = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
        if rest == 0 { return "0s" }
        let sign = rest < 0 ? "-" : ""
        rest = abs(rest)
        var text = sign
        for unit in units.sorted(by: { $0.milliseconds > $1.milliseconds }) where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}

/// Numbers in tables and sentences.
package enum NumberText {
    /// Without `.0` for whole numbers.
    package static func shortest(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// With a fixed number of decimals, rounded half away from zero; `-` for what is not a number.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return value.isNaN ? "-" : "\(value)" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(scaled / Int64(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// Whole numbers with a comma between thousands.
    package static func grouped(_ value: Double) -> String {
        let digits = Array(fixed(value, decimals: 0))
        var text = ""
        for (index, digit) in digits.enumerated() {
            let left = digits.count - index
            if index > 0, left.isMultiple(of: 3), text != "-" { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
