/// When a target goes to zero replicas, and when it comes back.
///
/// Only metrics that have a value without pods count here: Object, External and Prometheus metrics, each as a whole and
/// not for each pod. One above its threshold is *active*. From zero it goes as soon as one is active, and to at least 1.
/// To zero it goes once none has been active for the cool-down, all of them were known all that time, and no metric asks
/// for more than one replica.
///
/// - Source: `spec.scaleToZero` of a HorizontalAutoscaler; its defaults where `minReplicas` is 0 without it.
public struct ScaleToZeroPolicy: Hashable, Sendable, Codable {
    /// Above which value a metric is active.
    public struct Activation: Hashable, Sendable, Codable {
        /// The metric's ``MetricSpec/referenceName``.
        public var metric: String
        /// Thousandths of the metric's unit in all, at least 0; the value itself is not active.
        public var milliValue: Int64

        /// A threshold for the metric of a name.
        public init(metric: String, milliValue: Int64) {
            self.metric = metric
            self.milliValue = milliValue
        }
    }

    /// Seconds without an active metric before it goes to zero, at least 0.
    public var cooldownSeconds: Int32
    /// Thresholds of metrics by name; 0 for any other.
    public var activation: [Activation]

    /// What holds where nothing else is said.
    public static let defaultCooldownSeconds: Int32 = 300

    /// A policy as written.
    public init(cooldownSeconds: Int32 = defaultCooldownSeconds, activation: [Activation] = []) {
        self.cooldownSeconds = cooldownSeconds
        self.activation = activation
    }

    /// Above which value a metric is active, in thousandths.
    func threshold(of metric: MetricSpec) -> Int64 {
        guard !activation.isEmpty, let name = metric.referenceName else { return 0 }
        return activation.first { $0.metric == name }?.milliValue ?? 0
    }
}

extension Decision {
    /// Whether there is anything to do for a target that may go to zero.
    public struct Activity: Hashable, Sendable, Codable {
        /// What the metrics say of it.
        public enum State: Hashable, Sendable, Codable {
            /// The metric at this index is above its threshold; the first of several.
            case active(index: Int)
            /// Every metric is at its threshold or below.
            case idle
            /// None is above its threshold, and the one at this index is not known: unknown is not zero.
            case unknown(index: Int)
        }

        /// What the metrics say.
        public var state: State
        /// Since when they have been idle without a break; `nil` unless they are.
        public var idleSince: Timestamp?
        /// When the cool-down ends, or ended; `nil` unless they are idle.
        public var zeroAt: Timestamp?
        /// The fewest replicas that this leaves: 0 or 1.
        public var leastReplicas: Int32
    }

    /// Whether it stays at zero because nothing wakes it.
    public var isDormant: Bool {
        guard let activity, currentReplicas == 0, activity.leastReplicas == 0 else { return false }
        switch basis {
        case .metric, .formula: return true
        default: return false
        }
    }
}

extension MetricSpec {
    /// The name by which other fields of the spec speak of it: a Prometheus metric's own `name`, `cpu` or `memory` for a
    /// resource, `container/resource` for that of a container, and else the metric's name. `nil` when it has none.
    public var referenceName: String? {
        switch source {
        case .resource(let name): name
        case .containerResource(let name, let container): "\(container)/\(name)"
        case .pods(let identifier), .object(let identifier, _), .external(let identifier): identifier.name
        case .prometheus(let query): query.name.flatMap { $0.isEmpty ? nil : $0 }
        case .unknown: nil
        }
    }
}

extension MetricSource {
    /// Whether it says something while there are no pods.
    public var isBeyondPods: Bool {
        switch self {
        case .object, .external, .prometheus: true
        case .resource, .containerResource, .pods, .unknown: false
        }
    }
}
