/// One metric of an autoscaler and the target it is held to.
///
/// - Source: `autoscaling/v2` `MetricSpec`.
public struct MetricSpec: Hashable, Sendable, Codable {
    /// Where it comes from.
    public var source: MetricSource
    /// What it is held to.
    public var target: MetricTarget

    /// A metric and its target; nothing is checked.
    public init(source: MetricSource, target: MetricTarget) {
        self.source = source
        self.target = target
    }
}

/// Where a metric comes from.
public enum MetricSource: Hashable, Sendable, Codable {
    /// A resource of whole pods, e.g. `cpu`.
    case resource(name: String)
    /// A resource of one container in each pod.
    case containerResource(name: String, container: String)
    /// A metric that each pod has.
    case pods(MetricIdentifier)
    /// A metric of one object, e.g. an Ingress.
    case object(MetricIdentifier, describedObject: CrossVersionObjectReference)
    /// A metric of something outside the cluster: one or more series that are summed.
    case external(MetricIdentifier)
    /// What a query yields: one number.
    case prometheus(PrometheusQuery)
    /// A type that this version does not know; a decision reports it and goes on with the others.
    case unknown(type: String)
}

/// A query that an autoscaler brings itself.
public struct PrometheusQuery: Hashable, Sendable, Codable {
    /// What people call it; the query itself when `nil`.
    public var name: String?
    /// PromQL.
    public var query: String
    /// What it means that the query yields nothing.
    public var whenEmpty: WhenEmpty

    /// What it means that a query yields nothing.
    public enum WhenEmpty: String, Hashable, Sendable, Codable, CaseIterable {
        /// That nothing is known.
        case error = "Error"
        /// Zero.
        case zero = "Zero"
    }

    /// A query; nothing is checked.
    public init(name: String? = nil, query: String, whenEmpty: WhenEmpty = .error) {
        self.name = name
        self.query = query
        self.whenEmpty = whenEmpty
    }

    /// The name, or the beginning of the query.
    public var shortName: String {
        if let name, !name.isEmpty { return name }
        return query.count > 40 ? query.prefix(39) + "…" : query
    }
}

/// The name of a metric and the series of it that count.
public struct MetricIdentifier: Hashable, Sendable, Codable {
    /// The metric's name in its source.
    public var name: String
    /// `nil` when none is written, which is not the same as an empty one.
    public var selector: LabelSelector?

    /// All series of a name, or those that a selector finds.
    public init(name: String, selector: LabelSelector? = nil) {
        self.name = name
        self.selector = selector
    }
}

/// What a metric is held to. Values are thousandths of the metric's unit (cpu: millicores).
///
/// Several fields can be set: Resource, ContainerResource and External prefer `averageValue` whatever the type says,
/// Object obeys the type.
///
/// - Source: `autoscaling/v2` `MetricTarget`; `horizontal.go` v1.36 for the preference.
public struct MetricTarget: Hashable, Sendable, Codable {
    /// `target.type`.
    public enum Kind: String, Hashable, Sendable, Codable {
        case utilization = "Utilization"
        case value = "Value"
        case averageValue = "AverageValue"
        /// Anything else; refused by validation.
        case unknown = "Unknown"
    }

    /// The type as written.
    public var kind: Kind
    /// Milli-units in all.
    public var value: Int64?
    /// Milli-units for each pod.
    public var averageValue: Int64?
    /// Percent of the request, averaged over the pods.
    public var averageUtilization: Int32?

    /// A target as written; values in milli-units, utilisation in percent.
    public init(kind: Kind, value: Int64? = nil, averageValue: Int64? = nil, averageUtilization: Int32? = nil) {
        self.kind = kind
        self.value = value
        self.averageValue = averageValue
        self.averageUtilization = averageUtilization
    }

    /// A target of `percent` of the request, averaged over the pods.
    public static func utilization(_ percent: Int32) -> MetricTarget {
        MetricTarget(kind: .utilization, averageUtilization: percent)
    }

    /// A target of `milli` thousandths for each pod.
    public static func averageValue(milli: Int64) -> MetricTarget {
        MetricTarget(kind: .averageValue, averageValue: milli)
    }

    /// A target of `milli` thousandths in all.
    public static func value(milli: Int64) -> MetricTarget {
        MetricTarget(kind: .value, value: milli)
    }
}
