extension HorizontalAutoscaler {
    /// `spec.fallback`: what is done while metrics fail.
    package struct Fallback: Hashable, Sendable, Codable {
        /// What is wanted from some time of the failure on.
        package struct Step: Hashable, Sendable, Codable {
            /// Seconds of failure after which it is in force.
            package var afterSeconds: Int32?
            package var action: Choice<FallbackAction>?
            /// For `AtLeast` and `Fixed`.
            package var replicas: Int32?

            package init(afterSeconds: Int32?, action: FallbackAction?, replicas: Int32? = nil) {
                self.afterSeconds = afterSeconds
                self.action = action.map(Choice.known)
                self.replicas = replicas
            }
        }

        package var steps: [Step]?

        package init(steps: [Step]?) {
            self.steps = steps
        }
    }

    /// What a step of a fallback wants.
    package enum FallbackAction: String, CaseIterable, Hashable, Sendable {
        /// The present size.
        case hold = "Hold"
        /// What was last recommended with usable data.
        case lastGood = "LastGood"
        /// The present size, and no less than so many replicas.
        case atLeast = "AtLeast"
        /// So many replicas.
        case fixed = "Fixed"
    }
}
