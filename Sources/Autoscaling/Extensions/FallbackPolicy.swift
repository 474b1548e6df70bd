/// What is done while metrics fail, by how long they have.
///
/// A failure lasts from the first decision that finds a metric without usable data to the first that finds all of them
/// with it: data that come and go are data, and a step is reached by an unbroken failure alone. Before the first step
/// the size is kept, as the HPA controller keeps it. Metrics that still work may raise what a step wants, never lower it.
///
/// - Source: `spec.fallback` of a HorizontalAutoscaler.
public struct FallbackPolicy: Hashable, Sendable, Codable {
    /// What a step wants.
    public enum Action: Hashable, Sendable, Codable {
        /// The present size.
        case hold
        /// What the last decision with usable data asked for, before windows and limits.
        case lastGood
        /// The present size, and no less than so many replicas.
        case atLeast(replicas: Int32)
        /// So many replicas.
        case fixed(replicas: Int32)
    }

    /// What is wanted from some time of the failure on.
    public struct Step: Hashable, Sendable, Codable {
        /// Seconds of failure after which it is in force, at least 0.
        public var afterSeconds: Int32
        /// What it wants.
        public var action: Action

        /// A step in force after some seconds of failure.
        public init(afterSeconds: Int32, _ action: Action) {
            self.afterSeconds = afterSeconds
            self.action = action
        }
    }

    /// In the order of their times.
    public var steps: [Step]

    /// Steps as written, in the order of their times.
    public init(steps: [Step]) {
        self.steps = steps
    }

    /// The step in force; `nil` before the first.
    func step(at now: Timestamp, failingSince since: Timestamp) -> Step? {
        steps.last { since.advanced(bySeconds: Int64($0.afterSeconds)) <= now }
    }

    /// When the next step comes into force; `nil` when none does.
    func nextStep(after now: Timestamp, failingSince since: Timestamp) -> Timestamp? {
        steps.lazy.map { since.advanced(bySeconds: Int64($0.afterSeconds)) }.filter { $0 > now }.min()
    }
}

extension Decision {
    /// Metrics that fail under a ``FallbackPolicy``, and what came of it.
    public struct Fallback: Hashable, Sendable, Codable {
        /// Since when.
        public var since: Timestamp
        /// What the step in force does; `nil` before the first step.
        public var action: FallbackPolicy.Action?
        /// Replicas that the step wants; `nil` before the first step.
        public var replicas: Int32?
        /// What the last decision with usable data asked for; `nil` when there was none.
        public var lastGood: History.Recommendation?
        /// When the next step comes into force; `nil` when none does.
        public var nextStepAt: Timestamp?
    }
}
