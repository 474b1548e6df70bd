extension HorizontalAutoscaler {
    /// `spec.hold`: keeps the size in one direction or both.
    package struct Hold: Hashable, Sendable, Codable {
        /// `Both` when absent.
        package var direction: Choice<HoldDirection>?
        /// Why, for whoever reads the condition.
        package var reason: String?
        /// From when on it no longer holds; until it is taken out when absent.
        package var until: Time?

        package init(direction: HoldDirection? = nil, reason: String? = nil, until: Time? = nil) {
            self.direction = direction.map(Choice.known)
            self.reason = reason
            self.until = until
        }
    }

    /// Which changes of size a hold keeps back.
    package enum HoldDirection: String, CaseIterable, Hashable, Sendable {
        case up = "Up"
        case down = "Down"
        case both = "Both"
    }
}
