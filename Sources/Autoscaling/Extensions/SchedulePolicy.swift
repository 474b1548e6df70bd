/// A time that comes again and again, at which a target may not be smaller, or may be larger: dinner, a night's batch.
///
/// The core knows no calendar. Which schedules are in force is part of the observation, as ``ScheduleState``.
///
/// - Source: an item of `spec.schedules` of a HorizontalAutoscaler.
public struct SchedulePolicy: Hashable, Sendable, Codable {
    /// Tells it from the others of its autoscaler.
    public var name: String
    /// When it begins, as a CronJob writes it.
    public var cron: String
    /// Whose clocks count, as the tz database names it: `Europe/Berlin`.
    public var timeZone: String
    /// How long it is in force each time; above 0.
    public var durationSeconds: Int64
    /// Fewest replicas meanwhile; where that is less than the spec's own, the spec's counts.
    public var minReplicas: Int32?
    /// Most replicas meanwhile; where that is less than the spec's own, the spec's counts.
    public var maxReplicas: Int32?

    /// A schedule as written; nothing is checked.
    public init(
        name: String, cron: String, timeZone: String = "UTC", durationSeconds: Int64, minReplicas: Int32? = nil,
        maxReplicas: Int32? = nil
    ) {
        self.name = name
        self.cron = cron
        self.timeZone = timeZone
        self.durationSeconds = durationSeconds
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
    }
}
