/// Numbers as Prometheus' API writes them.
enum SampleText {
    /// A sample's value: the shortest text that reads back as the same number, as Go writes it.
    ///
    /// Plain digits from 1e-6 up to 1e21, else with an exponent of at least two digits; `NaN`, `+Inf`, `-Inf`.
    ///
    /// - Source: Prometheus `util/jsonutil`, `MarshalFloat`.
    static func value(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == 0 { return value.sign == .minus ? "-0" : "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, exponent) = shortest(value.magnitude)
        if value.magnitude >= 1e-6, value.magnitude < 1e21 { return sign + plain(digits, exponent) }
        let rest = digits.dropFirst()
        let magnitude = String(abs(exponent))
        let mantissa = String(digits.prefix(1)) + (rest.isEmpty ? "" : "." + rest)
        return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
    }

    /// A sample's time: seconds, and three decimals unless they are zero.
    static func time(_ milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        let fraction = String(rest)
        let sign = milliseconds < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(seconds)" }
        return "\(sign)\(seconds)." + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction
    }

    /// The significant digits and the exponent of the first: 1234 is `1234` and 3.
    private static func shortest(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = value.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        var exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + mantissa[0].utf8.count - 1
        var digits = Substring(mantissa[0] + fraction)
        while digits.utf8.count > 1, digits.first == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.utf8.count > 1, digits.last == "0" { digits.removeLast() }
        return (String(digits), exponent)
    }

    private static func plain(_ digits: String, _ exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let count = digits.utf8.count
        if exponent >= count - 1 { return digits + String(repeating: "0", count: exponent - count + 1) }
        return String(digits.prefix(exponent + 1)) + "." + String(digits.dropFirst(exponent + 1))
    }
}
