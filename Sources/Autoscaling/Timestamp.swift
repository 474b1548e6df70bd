/// An instant in nanoseconds since the Unix epoch, UTC.
///
/// A plain integer keeps an Observation flat and a decision free of calendars. Arithmetic saturates at the ends of the
/// range (years 1677 to 2262), so that no time from outside can trap.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z; any 64-bit value.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Seconds since the Unix epoch, rounded to the nearest nanosecond; out of range saturates and NaN is the epoch.
    public init(secondsSinceEpoch seconds: Double) {
        self.nanoseconds = Timestamp.saturating((seconds * 1e9).rounded())
    }

    /// Before every other instant: "not set", where the API has a zero time.
    public static let distantPast = Timestamp(nanoseconds: .min)

    /// Seconds since the Unix epoch, as near as a `Double` comes.
    public var secondsSinceEpoch: Double { Double(nanoseconds) / 1e9 }

    /// This instant moved by a number of nanoseconds, saturating. The distant past stays where it is.
    public func advanced(byNanoseconds delta: Int64) -> Timestamp {
        if self == .distantPast { return self }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
        if overflow { return Timestamp(nanoseconds: delta < 0 ? .min + 1 : .max) }
        return Timestamp(nanoseconds: sum)
    }

    /// This instant moved by a number of whole seconds, saturating.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        let (delta, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return advanced(byNanoseconds: overflow ? (seconds < 0 ? .min : .max) : delta)
    }

    /// Nanoseconds from another instant to this one, saturating.
    public func nanoseconds(since other: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return overflow ? (nanoseconds < other.nanoseconds ? .min : .max) : difference
    }

    /// Earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Reads a whole number of nanoseconds.
    public init(from decoder: any Decoder) throws {
        self.nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes a whole number of nanoseconds, so that nothing is lost.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }

    static func saturating(_ value: Double) -> Int64 {
        if value.isNaN { return 0 }
        if value >= 0x1p63 { return .max }
        if value < -0x1p63 { return .min }
        return Int64(value)
    }
}

extension Duration {
    /// Whole nanoseconds, saturating.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
