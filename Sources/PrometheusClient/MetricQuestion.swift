public import Autoscaling

/// What is asked of Prometheus for one metric.
public struct MetricQuestion: Sendable, Hashable {
    /// The values.
    public var value: String
    /// When what the values rest on was last scraped, in Unix seconds, by the same labels. `nil` when only the
    /// expression's author could tell: then the values are as old as Prometheus lets them be.
    public var time: String?
    /// What the values are an average over; zero for gauges and for what is not known.
    public var window: Duration

    public init(value: String, time: String? = nil, window: Duration = .zero) {
        self.value = value
        self.time = time
        self.window = window
    }

    /// The expressions to ask.
    public var expressions: [String] { [value] + (time.map { [$0] } ?? []) }
}

/// Why there is nothing to ask for a metric.
public enum MetricQuestionFault: Error, Sendable, Hashable {
    /// The metric's name, kind or rule.
    case metric(String)
    /// The metric's selector.
    case selector(String)
}

/// How metrics that have a name become queries: the rules of the configuration in their order, then those that need
/// no configuration.
///
/// Without a rule a name that ends in `_total` is a counter, of which the rate counts, and every other one a gauge.
/// A Pods metric is summed by pod; of an Object metric the object's kind in small letters is the label that has its
/// name; an External metric is summed.
///
/// - Source: prometheus-adapter's default rules for which names are counters and which labels name objects, and its
///   rules for external metrics for the namespace.
public struct MetricRules: Sendable, Hashable {
    public var rules: [MetricRule]
    /// What a rate is taken over, where a rule does not say.
    public var window: Duration
    /// Samples that a counter without a rule must have within the window for its rate to count.
    public var minimumSamples = ResourceQuery.leastSamples

    public init(_ rules: [MetricRule] = [], window: Duration = ResourceQuery.defaultWindow) {
        self.rules = rules
        self.window = window
    }

    /// Whether one question can be asked for several namespaces at once: values then carry the label `namespace`.
    public func joinsNamespaces(of identifier: MetricIdentifier) -> Bool {
        rule(.pods, identifier.name).map { !$0.rule.query.has(.namespace) } ?? true
    }

    /// The values of a Pods metric for the pods of some namespaces, by namespace and pod.
    ///
    /// - Parameter namespaces: At least one; one alone when ``joinsNamespaces(of:)`` is false.
    public func pods(
        _ identifier: MetricIdentifier, namespaces: [String]
    ) throws(MetricQuestionFault) -> MetricQuestion {
        let namespace = LabelMatcher("namespace", oneOf: namespaces)
        return try question(
            .pods, identifier, [namespace].compactMap(\.self), namespace: namespaces.first ?? "", object: "",
            grouping: " by (namespace, pod)")
    }

    /// The value of an Object metric.
    public func object(
        _ identifier: MetricIdentifier, _ object: CrossVersionObjectReference, namespace: String
    ) throws(MetricQuestionFault) -> MetricQuestion {
        let label = object.kind.lowercased()
        guard let matcher = LabelMatcher(label, .equal, object.name) else {
            throw .metric("the kind \(PromQL.quoted(object.kind)) cannot be a label of Prometheus, which it has to be")
        }
        var matchers = [matcher]
        if !Self.kindsWithoutNamespace.contains(label), let own = LabelMatcher("namespace", .equal, namespace) {
            matchers.insert(own, at: 0)
        }
        return try question(
            .object, identifier, matchers, namespace: namespace, object: object.name, grouping: "")
    }

    /// Kinds of objects that are in no namespace.
    private static let kindsWithoutNamespace: Set<String> = ["namespace", "node", "persistentvolume"]

    /// The value of an External metric: of series in the autoscaler's own namespace, and of those that have no label
    /// `namespace`. A selector that speaks of that label has the say instead.
    public func external(
        _ identifier: MetricIdentifier, namespace: String
    ) throws(MetricQuestionFault) -> MetricQuestion {
        let selector = identifier.selector
        let isNamed =
            selector?.matchLabels["namespace"] != nil
            || selector?.matchExpressions.contains { $0.key == "namespace" } == true
        let own = isNamed ? nil : LabelMatcher("namespace", oneOf: [namespace, ""])
        return try question(
            .external, identifier, own.map { [$0] } ?? [], namespace: namespace, object: "", grouping: "")
    }

    // MARK: - Texts

    private func rule(_ type: MetricRule.MetricType, _ name: String) -> (rule: MetricRule, captured: String)? {
        for rule in rules where rule.type == type {
            if let captured = rule.name.captured(in: name) { return (rule, captured) }
        }
        return nil
    }

    private func question(
        _ type: MetricRule.MetricType, _ identifier: MetricIdentifier, _ scope: [LabelMatcher], namespace: String,
        object: String, grouping: String
    ) throws(MetricQuestionFault) -> MetricQuestion {
        let selected: [LabelMatcher]
        do {
            selected = try LabelMatcher.matchers(of: identifier.selector)
        } catch {
            throw .selector(error.description)
        }
        let matchers = (scope + selected).map(\.description).joined(separator: ",")
        guard let (rule, captured) = rule(type, identifier.name) else {
            return try byDefault(identifier.name, matchers, grouping: grouping)
        }
        for (placeholder, text) in [(MetricTemplate.Placeholder.name, identifier.name), (.captured, captured)]
        where rule.query.has(placeholder) && !Self.isPartOfName(text) {
            throw .metric(
                "the rule for \(rule.name) has {{\(placeholder.rawValue)}} in its query, and \(PromQL.quoted(text)) "
                    + "cannot be part of a metric name of Prometheus; write the name of the series into the query")
        }
        if !selected.isEmpty, !rule.query.has(.matchers) {
            throw .metric(
                "the metric has a selector, and the query of the rule for \(rule.name) has no {{matchers}} that it could "
                    + "be in")
        }
        let window = rule.window ?? window
        let text = rule.query.filled { placeholder in
            switch placeholder {
            case .name: identifier.name
            case .captured: captured
            case .matchers: matchers
            case .window: QueryRequest.milliseconds(window)
            case .namespace: PromQL.quoted(namespace)
            case .object: PromQL.quoted(object)
            }
        }
        return MetricQuestion(value: text, window: rule.query.has(.window) ? window : .zero)
    }

    private func byDefault(
        _ name: String, _ matchers: String, grouping: String
    ) throws(MetricQuestionFault) -> MetricQuestion {
        guard PromQL.isMetricName(name) else {
            throw .metric(
                "\(PromQL.quoted(name)) is no metric name of Prometheus, and no rule of metricRules is for it; add one")
        }
        let selector = "\(name){\(matchers)}"
        let time = "max\(grouping) (timestamp(\(selector)))"
        guard name.hasSuffix("_total") else {
            return MetricQuestion(value: "sum\(grouping) (\(selector))", time: time)
        }
        let rate = PromQL.rate(of: selector, over: window, minimumSamples: minimumSamples)
        return MetricQuestion(value: "sum\(grouping) (\(rate))", time: time, window: window)
    }

    /// Letters, digits, `_` and `:`.
    private static func isPartOfName(_ text: String) -> Bool { PromQL.isMetricName("_" + text) }
}
