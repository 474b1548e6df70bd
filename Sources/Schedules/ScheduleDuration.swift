/// How long a schedule is in force each time, as it is written: `3h30m`.
package enum ScheduleDuration {
    /// Seconds: a minute to 31 days.
    package static let allowed: ClosedRange<Int64> = 60...31 * 86_400

    /// Seconds of a text of whole hours, minutes and seconds, each at most once and in this order.
    ///
    /// - Returns: `nil` for any other text, and beyond ``allowed``.
    package static func seconds(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        var total: Int64 = 0
        for (unit, seconds) in [("h", 3_600), ("m", 60), ("s", 1)] as [(Unicode.Scalar, Int64)] {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty, rest.dropFirst(digits.count).first == UInt8(ascii: unit) else { continue }
            guard digits.count <= 7 else { return nil }
            total += digits.reduce(0 as Int64) { $0 * 10 + Int64($1 - 0x30) } * seconds
            rest = rest.dropFirst(digits.count + 1)
        }
        return rest.isEmpty && allowed.contains(total) ? total : nil
    }
}
