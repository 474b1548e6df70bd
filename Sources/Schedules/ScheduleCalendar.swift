package import Autoscaling

/// What the schedules of a spec come to at any time.
///
/// `run`, `plan` and `replay` ask this one type, so that they agree. It is made of the spec and of the time zones that it
/// names, and has no clock of its own.
package struct ScheduleCalendar: Hashable, Sendable {
    /// One time of a schedule.
    package struct Period: Hashable, Sendable {
        package var schedule: SchedulePolicy
        package var start: Timestamp
        package var end: Timestamp
        /// Seconds east of UTC at the start and at the end.
        package var startOffset: Int64
        package var endOffset: Int64
    }

    private struct Entry: Hashable, Sendable {
        var policy: SchedulePolicy
        var occurrences: Result<Occurrences, TimeZoneError>
    }

    private let entries: [Entry]

    /// Periods that follow each other without a break are taken for one, but no more than so many.
    private static let longestChain = 64

    /// Of no schedules.
    package init() {
        entries = []
    }

    /// - Parameter zone: Finds the rules of a time zone by its name, or says why it cannot.
    package init(_ policies: [SchedulePolicy], zone: (String) throws(TimeZoneError) -> TimeZoneRules) {
        entries = policies.map { policy in
            do {
                return Entry(
                    policy: policy,
                    occurrences: .success(
                        Occurrences(try CronExpression(policy.cron), in: try zone(policy.timeZone))))
            } catch let error as TimeZoneError {
                return Entry(policy: policy, occurrences: .failure(error))
            } catch {
                return Entry(policy: policy, occurrences: .failure(TimeZoneError("its cron: \(error)")))
            }
        }
    }

    /// Whether there are no schedules at all.
    package var isEmpty: Bool { entries.isEmpty }

    /// Why schedules cannot be followed; empty when all can.
    package var problems: [ScheduleState.Unknown] {
        entries.compactMap { entry in
            guard case .failure(let error) = entry.occurrences else { return nil }
            return ScheduleState.Unknown(name: entry.policy.name, problem: error.description)
        }
    }

    /// The schedules in force at a time, in the order written; `nil` when none is, and of none it is unknown.
    package func state(at now: Timestamp) -> ScheduleState? {
        if entries.isEmpty { return nil }
        var state = ScheduleState(unknown: problems)
        for entry in entries {
            guard case .success(let occurrences) = entry.occurrences,
                let end = Self.end(of: entry.policy, occurrences, at: now.flooredSeconds)
            else { continue }
            state.active.append(
                ScheduleState.Active(
                    name: entry.policy.name, minReplicas: entry.policy.minReplicas,
                    maxReplicas: entry.policy.maxReplicas, until: end == .max ? nil : Timestamp(seconds: end)))
        }
        return state.active.isEmpty && state.unknown.isEmpty ? nil : state
    }

    /// When the period that a second lies in ends; `nil` outside of all, `Int64.max` when the next ones follow at once.
    private static func end(of policy: SchedulePolicy, _ occurrences: Occurrences, at second: Int64) -> Int64? {
        let duration = policy.durationSeconds
        guard let start = occurrences.last(upTo: second, from: second - duration + 1) else { return nil }
        var last = start
        for _ in 0..<longestChain {
            guard let next = occurrences.next(after: last), next <= last + duration else { return last + duration }
            last = next
        }
        return .max
    }

    /// The next times of each schedule from a time on, those in force included: at most `count` of each.
    package func periods(from now: Timestamp, count: Int) -> [Period] {
        entries.flatMap { entry -> [Period] in
            guard case .success(let occurrences) = entry.occurrences else { return [] }
            let second = now.flooredSeconds
            let duration = entry.policy.durationSeconds
            var periods: [Period] = []
            var next = occurrences.last(upTo: second, from: second - duration + 1) ?? occurrences.next(after: second)
            while let start = next, periods.count < count {
                let end = start + duration
                periods.append(
                    Period(
                        schedule: entry.policy, start: Timestamp(seconds: start), end: Timestamp(seconds: end),
                        startOffset: occurrences.zone.offset(at: start), endOffset: occurrences.zone.offset(at: end)))
                next = occurrences.next(after: start)
            }
            return periods
        }
    }
}

extension Timestamp {
    init(seconds: Int64) {
        self = Timestamp(nanoseconds: 0).advanced(bySeconds: seconds)
    }

    var flooredSeconds: Int64 { nanoseconds.flooredQuotient(1_000_000_000) }
}
