package import Autoscaling
internal import Files
internal import FoundationEssentials
internal import Locking
package import Schedules

/// The time zones of this machine, which Debian's package `tzdata` brings.
///
/// A zone is read once; one that cannot be read is tried again each time, so that installing it mends the schedules.
package final class ZoneFiles: Sendable {
    package static let systemFolder = "/usr/share/zoneinfo"

    /// More sets of schedules than this are forgotten at once.
    private static let largestCache = 10_000

    private struct Cache {
        var zones: [String: TimeZoneRules] = ["UTC": .utc]
        var calendars: [[SchedulePolicy]: ScheduleCalendar] = [:]
    }

    private let folder: String
    private let cache = Locked(Cache())

    package init(folder: String = ZoneFiles.systemFolder) {
        self.folder = folder
    }

    /// The calendar of the schedules of a spec.
    package func calendar(of spec: AutoscalerSpec) -> ScheduleCalendar {
        guard let policies = spec.extensions?.schedules else { return ScheduleCalendar() }
        if let known = cache.withLock({ $0.calendars[policies] }) { return known }
        let calendar = ScheduleCalendar(policies) { (name) throws(TimeZoneError) in try zone(name) }
        guard calendar.problems.isEmpty else { return calendar }
        cache.withLock { cache in
            if cache.calendars.count >= Self.largestCache { cache.calendars.removeAll() }
            cache.calendars[policies] = calendar
        }
        return calendar
    }

    /// The calendar of one schedule.
    package func calendar(of schedule: SchedulePolicy) -> ScheduleCalendar {
        ScheduleCalendar([schedule]) { (name) throws(TimeZoneError) in try zone(name) }
    }

    private func zone(_ name: String) throws(TimeZoneError) -> TimeZoneRules {
        guard TimeZoneName.isValid(name) else { throw TimeZoneError("'\(name)' is no name of a time zone") }
        if let known = cache.withLock({ $0.zones[name] }) { return known }
        let path = "\(folder)/\(name)"
        guard let bytes = try? WholeFile.read(path, limit: 1 << 20) else {
            throw TimeZoneError(
                "time zone \(name) is not in \(folder): correct its name, or install the package tzdata")
        }
        let zone: TimeZoneRules
        do throws(TimeZoneError) {
            zone = try TimeZoneRules(tzif: bytes)
        } catch {
            throw TimeZoneError("\(path) \(error)")
        }
        cache.withLock { $0.zones[name] = zone }
        return zone
    }
}
