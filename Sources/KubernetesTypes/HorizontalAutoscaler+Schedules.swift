extension HorizontalAutoscaler {
    /// An item of `spec.schedules`: a time that comes again and again, at which a bound is raised.
    package struct Schedule: Hashable, Sendable, Codable {
        /// Tells it from the others of its autoscaler.
        package var name: String?
        /// When it begins, as a CronJob writes it.
        package var cron: String?
        /// Whose clocks count, as the tz database names it; `UTC` when absent.
        package var timeZone: String?
        /// How long it is in force each time: `3h30m`.
        package var duration: String?
        /// Fewest replicas meanwhile.
        package var minReplicas: Int32?
        /// Most replicas meanwhile.
        package var maxReplicas: Int32?

        package init(
            name: String? = nil, cron: String? = nil, timeZone: String? = nil, duration: String? = nil,
            minReplicas: Int32? = nil, maxReplicas: Int32? = nil
        ) {
            self.name = name
            self.cron = cron
            self.timeZone = timeZone
            self.duration = duration
            self.minReplicas = minReplicas
            self.maxReplicas = maxReplicas
        }
    }
}
