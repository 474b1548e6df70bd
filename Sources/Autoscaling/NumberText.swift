/// Numbers for people, without a formatter: the core imports nothing.
enum NumberText {
    /// A number with at most `digits` decimals, trailing zeros dropped: 1.357, 2.71, 3.
    static func decimal(_ value: Double, digits: Int) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-∞" : "∞" }
        if abs(value) >= 1e15 { return "\(value)" }
        var scale: Int64 = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        var text = "\(scaled / scale)"
        var fraction = "\(scaled % scale)"
        if scaled % scale != 0 {
            fraction = String(repeating: "0", count: digits - fraction.count) + fraction
            while fraction.hasSuffix("0") { fraction.removeLast() }
            text += ".\(fraction)"
        }
        return value < 0 && scaled != 0 ? "-\(text)" : text
    }

    /// Nanoseconds as `4m45s`, rounded up to whole seconds: a wait never reads shorter than it is.
    static func duration(nanoseconds: Int64) -> String {
        if nanoseconds <= 0 { return "0s" }
        let seconds = nanoseconds / 1_000_000_000 + (nanoseconds % 1_000_000_000 == 0 ? 0 : 1)
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    /// The time of day in UTC, `18:42:15`.
    static func timeOfDay(_ time: Timestamp) -> String {
        let day: Int64 = 86_400_000_000_000
        let inDay = ((time.nanoseconds % day) + day) % day / 1_000_000_000
        return [inDay / 3600, inDay / 60 % 60, inDay % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// `1 pod`, `2 pods`.
    static func count(_ number: some BinaryInteger, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
