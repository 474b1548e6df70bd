package import Autoscaling
internal import KubernetesTypes

/// How far the clock of a place is from UTC, for times that are written without a zone.
///
/// A fixed offset: a trace in local time that crosses a change of daylight saving time has an hour twice or not at all,
/// which the reader reports as times out of order or as a gap.
package struct ZoneOffset: Hashable, Sendable {
    /// Seconds east of UTC.
    package var seconds: Int64

    package static let utc = ZoneOffset(seconds: 0)

    /// As it is written: `UTC`, or `+02:00`.
    package var text: String {
        if seconds == 0 { return "UTC" }
        let minutes = seconds.magnitude / 60
        func padded(_ number: UInt64) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return (seconds < 0 ? "-" : "+") + padded(minutes / 60) + ":" + padded(minutes % 60)
    }

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads `UTC`, `Z`, `+02:00`, `-0530` or `+2`; `nil` for anything else.
    package init?(_ text: String) {
        if ["UTC", "utc", "Z", "z", "GMT"].contains(text) {
            self = .utc
            return
        }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard (1...4).contains(digits.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int64(digits)
        else { return nil }
        let (hours, minutes) = digits.count <= 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 18, minutes < 60 else { return nil }
        seconds = (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}

/// Reads the times that traces are written with.
package enum TraceTime {
    /// Reads ISO 8601 with or without a zone (`2026-01-02T03:04:05.6+01:00`), `2026-01-02 03:04:05`, with or without
    /// seconds, a date alone, and a number since the epoch.
    ///
    /// A number is in seconds below 10¹¹, in milliseconds below 10¹⁴, in microseconds below 10¹⁷, else in nanoseconds.
    ///
    /// - Returns: `nil` when the text is no time.
    package static func parse(_ text: String, zone: ZoneOffset) -> Timestamp? {
        if let number = epoch(text) { return number }
        var date = text
        guard date.utf8.count >= 10 else { return nil }
        if date.utf8.count == 10 { date += "T00:00:00" }
        var bytes = Array(date.utf8)
        guard bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") else {
            return nil
        }
        bytes[10] = UInt8(ascii: "T")
        if bytes.suffix(4) == Array(" UTC".utf8)[...] { bytes.replaceSubrange((bytes.count - 4)..., with: [0x5A]) }
        // A zone begins with a sign or a letter after the time of day.
        let zoneStart = bytes[11...].firstIndex { $0 == 0x2B || $0 == 0x2D || $0 == 0x5A || $0 == 0x7A }
        var clock = Array(bytes[..<(zoneStart ?? bytes.count)])
        if clock.last == UInt8(ascii: " ") { clock.removeLast() }
        if clock.count == 16 { clock += Array(":00".utf8) }
        var offset = zone
        if let zoneStart {
            guard let written = ZoneOffset(String(decoding: bytes[zoneStart...], as: UTF8.self)) else { return nil }
            offset = written
        }
        guard let local = RFC3339.parse(String(decoding: clock, as: UTF8.self) + "Z") else { return nil }
        return local.advanced(bySeconds: -offset.seconds)
    }

    private static func epoch(_ text: String) -> Timestamp? {
        guard let first = text.utf8.first, first >= 0x30 && first <= 0x39,
            text.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x65 || $0 == 0x45 || $0 == 0x2B })
        else { return nil }
        if let whole = Int64(text) {
            let factor: Int64 =
                switch whole {
                case ..<100_000_000_000: 1_000_000_000
                case ..<100_000_000_000_000: 1_000_000
                case ..<100_000_000_000_000_000: 1_000
                default: 1
                }
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            return overflow ? nil : Timestamp(nanoseconds: product)
        }
        guard let number = Double(text), number.isFinite else { return nil }
        return Timestamp(secondsSinceEpoch: number < 1e11 ? number : number < 1e14 ? number / 1e3 : number / 1e6)
    }

    /// An instant for people: `2026-01-02 03:04:05` in a zone.
    package static func text(_ time: Timestamp, zone: ZoneOffset = .utc) -> String {
        let written = RFC3339.format(time.advanced(bySeconds: zone.seconds), fractionDigits: 0)
        return String(written.dropLast()).split(separator: "T").joined(separator: " ")
    }
}
