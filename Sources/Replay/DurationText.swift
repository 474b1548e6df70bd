/// Durations as they are written in files: `15s`, `5m`, `1h30m`, `500ms`, `2d`.
enum DurationText {
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
    ]

    /// - Returns: `nil` for anything else, a negative or an enormous one included. `0` needs no unit.
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        var rest = text[...]
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isLetter }
            guard let unit = units.first(where: { $0.name == letters }) else { return nil }
            rest = rest.dropFirst(letters.count)
            total += number * unit.nanoseconds
        }
        guard !text.isEmpty, total <= 100 * 365 * 86_400e9 else { return nil }
        return .nanoseconds(Int64(total.rounded()))
    }

    /// The shortest text of a number of seconds: `90s` is `1m30s`.
    static func text(seconds: Double) -> String {
        let whole = Int64(seconds.rounded())
        if seconds < 1 { return NumberText.fixed(seconds, places: 1) + "s" }
        let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}

/// Numbers as text, the same on every machine.
enum NumberText {
    /// A fixed number of decimal places, rounded half away from zero; `–` where the number is not one.
    static func fixed(_ value: Double?, places: Int) -> String {
        guard let value, value.isFinite else { return "–" }
        var factor = 1.0
        for _ in 0..<places { factor *= 10 }
        let scaled = (value.magnitude * factor).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let number = Int64(scaled)
        let sign = value < 0 && number != 0 ? "-" : ""
        if places == 0 { return sign + "\(number)" }
        let digits = String(number)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// As many places as the size asks for, trailing zeros dropped: `0.125`, `12.3`, `1234`.
    static func short(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        let places = value.magnitude >= 1000 ? 0 : value.magnitude >= 100 ? 1 : value.magnitude >= 1 ? 2 : 4
        var text = fixed(value, places: places)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}
