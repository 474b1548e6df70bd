/// The rule that a time zone follows after its last recorded change: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// - Source: POSIX.1-2024, 8.3, `TZ`; RFC 9636, 3.3.1, for hours beyond a day.
struct POSIXTimeZone: Hashable, Sendable {
    /// A day of each year, and a time on it.
    struct Change: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// 1 to 365; February 29 is never counted.
            case julian(Int)
            /// 0 to 365.
            case ofYear(Int)
            /// The weekday (0 is Sunday) of a week of a month; the fifth is the last.
            case ofMonth(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after midnight on the clocks as they were; may lie outside of the day.
        var seconds: Int64
    }

    struct Daylight: Hashable, Sendable {
        var offset: Int64
        var start: Change
        var end: Change
    }

    /// Seconds east of UTC.
    var standardOffset: Int64
    var daylight: Daylight?

    /// The changes of the year of a time, and of those around it, in order.
    func changes(around second: Int64) -> [(time: Int64, offset: Int64)] {
        guard let daylight else { return [] }
        let year = CivilDate(daysSinceEpoch: second.flooredQuotient(86_400)).year
        return (year - 1...year + 1).flatMap { year in
            [
                (time: daylight.start.localSeconds(in: year) - standardOffset, offset: daylight.offset),
                (time: daylight.end.localSeconds(in: year) - daylight.offset, offset: standardOffset),
            ]
        }.sorted { $0.time < $1.time }
    }
}

extension POSIXTimeZone.Change {
    /// When it is, on the clocks before it, in seconds since 1970-01-01 00:00.
    fileprivate func localSeconds(in year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).daysSinceEpoch
        switch day {
        case .julian(let number):
            let leap: Int64 = CivilDate.isLeap(year) && number >= 60 ? 1 : 0
            return (newYear + Int64(number) - 1 + leap) * 86_400 + seconds
        case .ofYear(let number): return (newYear + Int64(number)) * 86_400 + seconds
        case .ofMonth(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1)
            let start = first.daysSinceEpoch
            let ahead = (weekday - CivilDate.weekday(daysSinceEpoch: start) + 7) % 7
            var date = start + Int64(ahead + (week - 1) * 7)
            if date >= first.nextMonth.daysSinceEpoch { date -= 7 }
            return date * 86_400 + seconds
        }
    }
}

extension POSIXTimeZone {
    /// Reads the text of a footer.
    ///
    /// - Throws: ``TimeZoneError``.
    init(_ text: [UInt8]) throws(TimeZoneError) {
        var reader = Reader(bytes: text[...])
        do throws(Reader.Fault) {
            try reader.name()
            standardOffset = -(try reader.time(hours: 24))
            if reader.bytes.isEmpty { return }
            try reader.name()
            var offset = standardOffset + 3_600
            if reader.bytes.first != UInt8(ascii: ",") { offset = -(try reader.time(hours: 24)) }
            try reader.take(",")
            let start = try reader.change()
            try reader.take(",")
            daylight = Daylight(offset: offset, start: start, end: try reader.change())
            guard reader.bytes.isEmpty else { throw Reader.Fault() }
        } catch {
            throw TimeZoneError("has a rule that cannot be read: \(String(decoding: text.prefix(64), as: UTF8.self))")
        }
    }

    private struct Reader {
        struct Fault: Error {}

        var bytes: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) throws(Fault) {
            guard bytes.first == UInt8(ascii: character) else { throw Fault() }
            bytes.removeFirst()
        }

        /// Letters, or anything in angle brackets.
        mutating func name() throws(Fault) {
            if bytes.first == UInt8(ascii: "<") {
                guard let end = bytes.firstIndex(of: UInt8(ascii: ">")) else { throw Fault() }
                bytes = bytes[(end + 1)...]
                return
            }
            let rest = bytes.drop { (0x41...0x5A).contains($0 & 0xDF) }
            guard bytes.count - rest.count >= 3 else { throw Fault() }
            bytes = rest
        }

        mutating func number(_ allowed: ClosedRange<Int64>) throws(Fault) -> Int64 {
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            guard (1...3).contains(digits.count) else { throw Fault() }
            bytes = bytes.dropFirst(digits.count)
            let value = digits.reduce(0 as Int64) { $0 * 10 + Int64($1 - 0x30) }
            guard allowed.contains(value) else { throw Fault() }
            return value
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: Int64) throws(Fault) -> Int64 {
            var sign: Int64 = 1
            if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
                sign = first == UInt8(ascii: "-") ? -1 : 1
                bytes.removeFirst()
            }
            var seconds = try number(0...hours) * 3_600
            for unit in [60, 1] as [Int64] where bytes.first == UInt8(ascii: ":") {
                bytes.removeFirst()
                seconds += try number(0...59) * unit
            }
            return sign * seconds
        }

        mutating func change() throws(Fault) -> Change {
            let day: Change.Day
            switch bytes.first {
            case UInt8(ascii: "J"):
                bytes.removeFirst()
                day = .julian(Int(try number(1...365)))
            case UInt8(ascii: "M"):
                bytes.removeFirst()
                let month = try number(1...12)
                try take(".")
                let week = try number(1...5)
                try take(".")
                day = .ofMonth(month: Int(month), week: Int(week), weekday: Int(try number(0...6)))
            default: day = .ofYear(Int(try number(0...365)))
            }
            guard bytes.first == UInt8(ascii: "/") else { return Change(day: day, seconds: 7_200) }
            bytes.removeFirst()
            return Change(day: day, seconds: try time(hours: 167))
        }
    }
}
