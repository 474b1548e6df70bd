internal import Autoscaling
internal import KubernetesTypes
internal import Schedules

/// A time of a schedule as a person reads it, on the clocks of its zone.
struct ScheduleWords {
    let text: String

    /// `schedule 'dinner' raises minReplicas to at least 6, Fri 2026-03-13 17:30 to 21:00 Europe/Berlin (16:30 UTC)`.
    init(_ period: ScheduleCalendar.Period) {
        let schedule = period.schedule
        let bounds = [
            schedule.minReplicas.map { "minReplicas to at least \($0)" },
            schedule.maxReplicas.map { "maxReplicas to at least \($0)" },
        ].compactMap(\.self).joined(separator: " and ")
        let (start, end) = (
            LocalTime(period.start, offset: period.startOffset), LocalTime(period.end, offset: period.endOffset)
        )
        let until = start.day == end.day ? end.time : "\(end.weekday) \(end.day) \(end.time)"
        let universal = LocalTime(period.start, offset: 0).time
        text =
            "schedule '\(schedule.name)' raises \(bounds), \(start.weekday) \(start.day) \(start.time) to \(until) "
            + schedule.timeZone + (period.startOffset == 0 ? "" : " (from \(universal) UTC)")
    }

    private struct LocalTime {
        var weekday: String
        var day: String
        var time: String

        init(_ instant: Timestamp, offset: Int64) {
            let local = instant.advanced(bySeconds: offset)
            let text = RFC3339.format(local, fractionDigits: 0)
            day = String(text.prefix(10))
            time = String(text.dropFirst(11).prefix(text.dropFirst(17).hasPrefix("00") ? 5 : 8))
            let days = Int((local.secondsSinceEpoch / 86_400).rounded(.down))
            // 1970-01-01 was a Thursday.
            weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][((days % 7) + 7) % 7]
        }
    }
}
