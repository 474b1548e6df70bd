public import Autoscaling

/// What one tick needs to know of Prometheus.
public struct SnapshotPlan: Sendable {
    /// When everything is evaluated, or asked for; `nil` for the server's own now at each query.
    public var time: Timestamp?
    /// Resources of pods; each name once.
    public var resources: [ResourceQuery]
    /// The namespaces in use. Without any, no resource is asked for.
    public var namespaces: [NamespaceLoad]
    /// Further expressions, e.g. of Prometheus, Object and External metrics; the same text is asked once.
    public var expressions: [String]
    public var limits: BatchLimits

    public init(
        time: Timestamp?,
        resources: [ResourceQuery] = [],
        namespaces: [NamespaceLoad] = [],
        expressions: [String] = [],
        limits: BatchLimits = BatchLimits()
    ) {
        self.time = time
        self.resources = resources
        self.namespaces = namespaces
        self.expressions = expressions
        self.limits = limits
    }
}

/// The result of one round of queries, shared by all autoscalers of a tick. Immutable.
///
/// A failed query is a value in it: the autoscalers that need it say so in their conditions, and the others go on.
public struct Snapshot: Sendable {
    /// Most different warnings that are kept.
    public static let maximumWarnings = 20

    /// When everything was evaluated, or asked for; `nil` for the server's own now.
    public let time: Timestamp?
    /// By the resource's name.
    public let resources: [String: ResourceUsage]
    /// By the text of the expression.
    public let answers: [String: Result<QueryAnswer, PrometheusError>]
    /// What Prometheus warned of, each text once, at most ``maximumWarnings``: data may be partial.
    public let warnings: [String]

    init(
        time: Timestamp?,
        resources: [String: ResourceUsage],
        answers: [String: Result<QueryAnswer, PrometheusError>],
        warnings: [String]
    ) {
        self.time = time
        self.resources = resources
        self.answers = answers
        self.warnings = warnings
    }

    /// What is known of a pod's usage of a resource.
    public func usage(of resource: String, namespace: String, pod: String) -> UsageReading {
        resources[resource]?.reading(namespace: namespace, pod: pod) ?? .notAsked
    }

    /// The answer to an expression; `nil` when nobody asked for it.
    public func answer(to expression: String) -> Result<QueryAnswer, PrometheusError>? {
        answers[expression]
    }

    /// Why what is known of a resource in a namespace may not be all; `nil` where nothing says so.
    public func doubt(about resource: String, namespace: String) -> String? {
        resources[resource]?.doubts[namespace]
    }

    /// Why the answer to an expression may not be all; `nil` where nothing says so.
    public func doubt(about expression: String) -> String? {
        guard case .success(let answer) = answers[expression] else { return nil }
        return answer.doubt
    }

    /// Every failure of the round, each different one once.
    public var failures: [PrometheusError] {
        var seen: Set<PrometheusError> = []
        let ofResources = resources.sorted { $0.key < $1.key }.flatMap { $0.value.failures.sorted { $0.key < $1.key } }
        let ofAnswers = answers.sorted { $0.key < $1.key }.compactMap { entry -> PrometheusError? in
            guard case .failure(let error) = entry.value else { return nil }
            return error
        }
        return (ofResources.map(\.value) + ofAnswers).filter { seen.insert($0).inserted }
    }
}
