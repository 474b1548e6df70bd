/// A decision in words: each step as data with its sentence, one line, and a paragraph.
///
/// Made from the decision alone, so that it costs nothing until somebody asks.
public struct Explanation: Hashable, Sendable, Encodable {
    /// One step from raw metric to final number.
    public struct Step: Hashable, Sendable, Encodable {
        /// Which step.
        public enum Kind: String, Hashable, Sendable, Encodable {
            case target, scheduled, metric, chosenMetric, formula, predicted, activation, fallback, stabilized,
                rateLimited
            case bounded, held, result, outlook
        }

        /// Which step of the decision it is.
        public var kind: Kind
        /// The metric's name, where the step is about one.
        public var metric: String?
        /// What the metric is, as people write it: `95 %`, `250m`.
        public var value: String?
        /// What the metric is held to, as people write it: `70 %`, `250m`.
        public var target: String?
        /// Usage over target of the pods that count; left out where it is no number.
        public var usageRatio: Double?
        /// The ratio with stand-ins for missing and unready pods, where there were any.
        public var correctedRatio: Double?
        /// Replicas after the step.
        public var replicas: Int32?
        /// When what holds the size lets go, in nanoseconds since the epoch.
        public var until: Timestamp?
        /// The step as a sentence.
        public var text: String
    }

    /// The size before.
    public var currentReplicas: Int32
    /// The size it should have; the same when nothing happens.
    public var desiredReplicas: Int32
    /// From the target's state to the final number, in order.
    public var steps: [Step]
    /// The decision in one line.
    public var line: String

    /// The whole decision as a paragraph.
    public var paragraph: String { steps.map(\.text).joined(separator: " ") }

    /// - Parameters:
    ///   - decision: What was decided.
    ///   - spec: The spec it was decided by.
    ///   - namespace: The autoscaler's namespace.
    ///   - flags: The controller's flags.
    public init(_ decision: Decision, spec: AutoscalerSpec, namespace: String, flags: ControllerFlags) {
        let writer = ExplanationWriter(decision: decision, spec: spec, namespace: namespace, flags: flags)
        self.currentReplicas = decision.currentReplicas
        self.desiredReplicas = decision.desiredReplicas
        self.steps = writer.steps()
        self.line = writer.line()
    }

    private enum CodingKeys: String, CodingKey {
        case currentReplicas, desiredReplicas, line, paragraph, steps
    }

    /// Fields as named, with the line and the paragraph as texts.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(currentReplicas, forKey: .currentReplicas)
        try container.encode(desiredReplicas, forKey: .desiredReplicas)
        try container.encode(line, forKey: .line)
        try container.encode(paragraph, forKey: .paragraph)
        try container.encode(steps, forKey: .steps)
    }
}
