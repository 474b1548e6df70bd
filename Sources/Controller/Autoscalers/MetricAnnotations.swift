internal import Autoscaling

/// Queries that an autoscaler's annotations bring for its metrics, as kube-metrics-adapter has them:
/// `metric-config.<type>.<metric>.prometheus/query`.
///
/// - Source: kube-metrics-adapter, "Prometheus collector"; its older form, with the query's name in the metric's
///   selector, included.
package struct MetricAnnotations: Sendable, Hashable {
    /// What is said of one metric.
    enum Entry: Sendable, Hashable {
        case query(String)
        /// Something that is not understood: the metric would not be what its author means.
        case fault(String)
    }

    private static let prefix = "metric-config."
    /// Keys that change when the adapter asks, and not what.
    private static let harmless: Set<String> = ["interval"]

    /// By the whole key.
    private let values: [String: String]

    package init(_ annotations: [String: String]? = nil) {
        values = (annotations ?? [:]).filter { $0.key.hasPrefix(Self.prefix) }
    }

    /// What is said of a metric; `nil` when nothing is.
    func entry(for source: MetricSource) -> Entry? {
        let (type, identifier): (String, MetricIdentifier)
        switch source {
        case .pods(let pods): (type, identifier) = ("pods", pods)
        case .object(let object, _): (type, identifier) = ("object", object)
        case .external(let external): (type, identifier) = ("external", external)
        case .resource, .containerResource, .prometheus, .unknown: return nil
        }
        let prefix = "\(Self.prefix)\(type).\(identifier.name)."
        var query: String?
        for (key, value) in values.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
            let parts = key.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
            // What has a dot before the slash is about a metric with a longer name.
            guard parts.count == 2, !parts[0].contains(".") else { continue }
            let isNamed = identifier.name == Self.namedQuery && String(parts[1]) == identifier.queryName
            if parts[0] == "prometheus", parts[1] == "query" || isNamed {
                query = value
            } else if identifier.name == Self.namedQuery, parts[0] == "prometheus" {
                continue
            } else if !Self.harmless.contains(String(parts[1])) {
                return .fault(
                    "the annotation \(key) is not understood; of these only \(prefix)prometheus/query is")
            }
        }
        return query.map { .query($0) }
    }

    /// The metric whose selector names the annotation.
    private static let namedQuery = "prometheus-query"
}

extension MetricIdentifier {
    fileprivate var queryName: String? { selector?.matchLabels["query-name"] }
}
