/// When something is due, as a CronJob writes it: minute, hour, day of the month, month, day of the week.
///
///     try CronExpression("30 17 * * MON-FRI")
///
/// Numbers, names of months and days, lists, ranges, steps and `?` for `*`; `@hourly`, `@daily`, `@midnight`, `@weekly`,
/// `@monthly`, `@yearly` and `@annually`. Of the days, both fields must match while one of them is `*`; when both say
/// something, one is enough.
///
/// - Source: crontab(5), and the schedules of Kubernetes' CronJob (robfig/cron v3), whose reading counts where the two
///   differ: `10/15` is from 10 on, and `*/2` for the day of the month says something, so that it does not stand back.
package struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    /// A longer text is no expression that somebody wrote.
    package static let longestText = 128

    /// As it was written.
    package let description: String
    /// A bit for each value: 0 to 59, 0 to 23, 1 to 31, 1 to 12, 0 (Sunday) to 6.
    let minutes: UInt64
    let hours: UInt64
    let days: UInt64
    let months: UInt64
    let weekdays: UInt64
    /// Whether the field is `*` or `?`.
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    /// Reads an expression.
    ///
    /// - Throws: ``CronError`` with the column of what cannot be read, or for days that never come.
    package init(_ text: String) throws(CronError) {
        guard text.utf8.count <= Self.longestText else {
            throw CronError(1, "is longer than \(Self.longestText) characters")
        }
        var parser = CronParser(text)
        let fields = try parser.fields()
        description = text
        (minutes, hours, days) = (fields[0].bits, fields[1].bits, fields[2].bits)
        (months, weekdays) = (fields[3].bits, fields[4].bits)
        (isAnyDay, isAnyWeekday) = (fields[2].isAny, fields[4].isAny)
        if isAnyWeekday, !Self.longestMonths.contains(where: { hasMonth($0.month) && days & (2 << $0.days - 2) != 0 }) {
            throw CronError(fields[2].column, "never comes: none of its months has such a day")
        }
    }

    private static let longestMonths: [(month: Int, days: UInt64)] = (1...12).map { month in
        (month, month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31)
    }

    /// Whether it is due in every hour. Such times follow the hours as they pass, whatever the clocks are set to.
    var isEveryHour: Bool { hours == (1 << 24) - 1 }

    private func hasMonth(_ month: Int) -> Bool { months >> UInt64(month) & 1 == 1 }

    private func hasDay(_ date: CivilDate, daysSinceEpoch: Int64) -> Bool {
        let inMonth = days >> UInt64(date.day) & 1 == 1
        let inWeek = weekdays >> UInt64(CivilDate.weekday(daysSinceEpoch: daysSinceEpoch)) & 1 == 1
        return isAnyDay || isAnyWeekday ? inMonth && inWeek : inMonth || inWeek
    }
}

extension CronExpression {
    private static let minutesOfDay: Int64 = 1_440

    /// The first minute from one on that is due; minutes of a calendar without time zones, since 1970-01-01 00:00.
    ///
    /// - Returns: `nil` when there is none before `end`.
    func first(from start: Int64, before end: Int64) -> Int64? {
        guard start < end else { return nil }
        var day = start.flooredQuotient(Self.minutesOfDay)
        var minute = Int(start - day * Self.minutesOfDay)
        let lastDay = (end - 1).flooredQuotient(Self.minutesOfDay)
        while day <= lastDay {
            let date = CivilDate(daysSinceEpoch: day)
            if hasMonth(date.month) {
                if hasDay(date, daysSinceEpoch: day), let found = firstMinute(from: minute) {
                    let due = day * Self.minutesOfDay + Int64(found)
                    return due < end ? due : nil
                }
                day += 1
            } else {
                day = date.nextMonth.daysSinceEpoch
            }
            minute = 0
        }
        return nil
    }

    /// The last minute up to one that is due.
    ///
    /// - Returns: `nil` when there is none from `begin` on.
    func last(upTo end: Int64, from begin: Int64) -> Int64? {
        guard begin <= end else { return nil }
        var day = end.flooredQuotient(Self.minutesOfDay)
        var minute = Int(end - day * Self.minutesOfDay)
        let firstDay = begin.flooredQuotient(Self.minutesOfDay)
        while day >= firstDay {
            let date = CivilDate(daysSinceEpoch: day)
            if hasMonth(date.month) {
                if hasDay(date, daysSinceEpoch: day), let found = lastMinute(upTo: minute) {
                    let due = day * Self.minutesOfDay + Int64(found)
                    return due >= begin ? due : nil
                }
                day -= 1
            } else {
                day -= Int64(date.day)
            }
            minute = Int(Self.minutesOfDay) - 1
        }
        return nil
    }

    private func firstMinute(from minute: Int) -> Int? {
        for hour in minute / 60..<24 where hours >> UInt64(hour) & 1 == 1 {
            let start = hour == minute / 60 ? minute % 60 : 0
            let rest = minutes >> UInt64(start)
            if rest != 0 { return hour * 60 + start + rest.trailingZeroBitCount }
        }
        return nil
    }

    private func lastMinute(upTo minute: Int) -> Int? {
        for hour in (0...minute / 60).reversed() where hours >> UInt64(hour) & 1 == 1 {
            let end = hour == minute / 60 ? minute % 60 : 59
            let rest = minutes << UInt64(63 - end)
            if rest != 0 { return hour * 60 + end - rest.leadingZeroBitCount }
        }
        return nil
    }
}

/// Why a text is no cron expression.
package struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the text, in characters from 1.
    package var column: Int
    package var message: String

    init(_ column: Int, _ message: String) {
        self.column = column
        self.message = message
    }

    package var description: String { "column \(column): \(message)" }
}
