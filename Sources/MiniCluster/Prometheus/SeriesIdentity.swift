/// What tells one time series from another: its labels in the order of their names, the metric's name as `__name__`.
package struct SeriesIdentity: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// One label.
    package struct Label: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    static let metricLabel = "__name__"

    /// Sorted by name; none is empty, since an empty label is the same as none in Prometheus.
    package private(set) var labels: [Label]

    package init(_ labels: [String: String]) {
        self.labels = labels.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map(Label.init)
    }

    /// A metric and its labels.
    package init(_ metric: String, _ labels: [String: String] = [:]) {
        var all = labels
        all[Self.metricLabel] = metric
        self.init(all)
    }

    private init(sorted labels: [Label]) {
        self.labels = labels
    }

    /// The metric's name; empty when an operation has taken it away.
    package var metric: String { self[Self.metricLabel] }

    /// The value of a label; empty when there is none.
    package subscript(name: String) -> String {
        labels.first { $0.name == name }?.value ?? ""
    }

    /// Without the metric's name, as after any function that changes what the values mean.
    var withoutMetric: SeriesIdentity { removing([Self.metricLabel]) }

    func keeping(_ names: [String]) -> SeriesIdentity {
        SeriesIdentity(sorted: labels.filter { names.contains($0.name) })
    }

    func removing(_ names: [String]) -> SeriesIdentity {
        SeriesIdentity(sorted: labels.filter { !names.contains($0.name) })
    }

    package static func < (left: SeriesIdentity, right: SeriesIdentity) -> Bool {
        for (one, other) in zip(left.labels, right.labels) where one != other {
            return one.name == other.name ? one.value < other.value : one.name < other.name
        }
        return left.labels.count < right.labels.count
    }

    /// As Prometheus shows it in errors: `{__name__="up", job="pods"}`.
    package var description: String {
        "{" + labels.map { "\($0.name)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
    }
}
