/// The instants at which a cron expression is due on the clocks of a time zone, in seconds since the epoch.
///
/// On two nights of a year the clocks of many zones are set, and the rules are those that a person expects of a schedule
/// that provides for something: a time that the clocks leave out is due when they have jumped over it, so that no night is
/// without; a time that comes twice is due the first time. What is due in every hour follows the hours as they pass.
package struct Occurrences: Hashable, Sendable {
    package let cron: CronExpression
    package let zone: TimeZoneRules

    /// February 29 can be eight years away.
    private static let horizon: Int64 = 3_300 * 86_400

    package init(_ cron: CronExpression, in zone: TimeZoneRules) {
        self.cron = cron
        self.zone = zone
    }

    /// The first one after a second; `nil` when there is none in nine years.
    package func next(after second: Int64) -> Int64? {
        var from = second + 1
        let limit = second + Self.horizon
        while from <= limit {
            let segment = zone.segment(at: from)
            if from == segment.start, isDueInGap(before: segment) { return segment.start }
            let end = min(segment.end, limit)
            let start = firstLocal(segment, from: from)
            if let minute = cron.first(
                from: start.ceiledQuotient(60), before: (end + segment.offset).ceiledQuotient(60))
            {
                return minute * 60 - segment.offset
            }
            if segment.end == .max { return nil }
            from = segment.end
        }
        return nil
    }

    /// The last one up to a second; `nil` when there is none from `begin` on.
    package func last(upTo second: Int64, from begin: Int64) -> Int64? {
        var end = second
        while end >= begin {
            let segment = zone.segment(at: end)
            let start = firstLocal(segment, from: max(segment.start, begin))
            if let minute = cron.last(
                upTo: (end + segment.offset).flooredQuotient(60), from: start.ceiledQuotient(60))
            {
                return minute * 60 - segment.offset
            }
            if segment.start < begin { return nil }
            if isDueInGap(before: segment) { return segment.start }
            if segment.start == .min { return nil }
            end = segment.start - 1
        }
        return nil
    }

    /// What the clocks show, without the times that they have shown before.
    private func firstLocal(_ segment: TimeZoneRules.Segment, from second: Int64) -> Int64 {
        let local = second + segment.offset
        guard !cron.isEveryHour, let previous = segment.previousOffset, previous > segment.offset else { return local }
        return max(local, segment.start + previous)
    }

    private func isDueInGap(before segment: TimeZoneRules.Segment) -> Bool {
        guard !cron.isEveryHour, let previous = segment.previousOffset, previous < segment.offset else { return false }
        let (start, end) = (segment.start + previous, segment.start + segment.offset)
        return cron.first(from: start.ceiledQuotient(60), before: end.ceiledQuotient(60)) != nil
    }
}
