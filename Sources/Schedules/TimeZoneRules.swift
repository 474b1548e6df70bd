/// How far the clocks of a time zone are from UTC, at any time.
///
/// FoundationEssentials knows no time zones without ICU, and the C library's are one for the whole process; so the
/// compiled files of the tz database are read here.
package struct TimeZoneRules: Hashable, Sendable {
    /// A stretch of time with one offset.
    struct Segment: Hashable, Sendable {
        /// Seconds since the epoch; `Int64.min` without a beginning.
        var start: Int64
        /// The first second after it; `Int64.max` without an end.
        var end: Int64
        /// Seconds east of UTC.
        var offset: Int64
        /// That of the stretch before; `nil` without one.
        var previousOffset: Int64?
    }

    /// Ascending; from each on the offset at the same index holds.
    let transitions: [Int64]
    let offsets: [Int64]
    /// Before the first transition.
    let firstOffset: Int64
    /// What holds after the last transition; the last offset for ever when `nil`.
    let footer: POSIXTimeZone?

    package static let utc = TimeZoneRules(transitions: [], offsets: [], firstOffset: 0, footer: nil)

    init(transitions: [Int64], offsets: [Int64], firstOffset: Int64, footer: POSIXTimeZone?) {
        self.transitions = transitions
        self.offsets = offsets
        self.firstOffset = firstOffset
        self.footer = footer
    }

    /// Seconds east of UTC at a time, in seconds since the epoch.
    package func offset(at second: Int64) -> Int64 { segment(at: second).offset }

    func segment(at second: Int64) -> Segment {
        // The number of transitions up to the second.
        var (low, high) = (0, transitions.count)
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        if low == transitions.count, let footer { return segment(at: second, by: footer) }
        return Segment(
            start: low == 0 ? .min : transitions[low - 1], end: low == transitions.count ? .max : transitions[low],
            offset: offset(low), previousOffset: low == 0 ? nil : offset(low - 1))
    }

    /// After so many transitions.
    private func offset(_ count: Int) -> Int64 { count == 0 ? firstOffset : offsets[count - 1] }

    private func segment(at second: Int64, by footer: POSIXTimeZone) -> Segment {
        let begin = transitions.last ?? .min
        let count = transitions.count
        guard footer.daylight != nil else {
            return Segment(
                start: begin, end: .max, offset: footer.standardOffset,
                previousOffset: count == 0 ? nil : offset(count - 1))
        }
        // The changes of three years have the last one before the second among them, and the first after it.
        let changes = footer.changes(around: second).filter { $0.time > begin }
        let after = changes.firstIndex { $0.time > second } ?? changes.count
        let end = after < changes.count ? changes[after].time : .max
        guard after > 0 else {
            return Segment(
                start: begin, end: end, offset: offset(count), previousOffset: count == 0 ? nil : offset(count - 1))
        }
        return Segment(
            start: changes[after - 1].time, end: end, offset: changes[after - 1].offset,
            previousOffset: after > 1 ? changes[after - 2].offset : offset(count))
    }
}

/// Why a time zone cannot be used.
package struct TimeZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
