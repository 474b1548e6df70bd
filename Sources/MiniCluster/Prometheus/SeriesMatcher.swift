/// One condition of a vector selector, e.g. `namespace=~"shop|kitchen"`. A label that is missing counts as empty.
struct SeriesMatcher: Sendable {
    private enum Comparison: Sendable {
        case equal
        case notEqual
        case matches(LabelPattern)
        case doesNotMatch(LabelPattern)
    }

    let name: String
    let text: String
    private let comparison: Comparison

    /// - Parameter comparison: `=`, `!=`, `=~` or `!~`.
    init(_ name: String, _ comparison: String, _ text: String) throws(LabelPattern.SyntaxError) {
        self.name = name
        self.text = text
        switch comparison {
        case "=": self.comparison = .equal
        case "!=": self.comparison = .notEqual
        case "=~": self.comparison = .matches(try LabelPattern(text))
        default: self.comparison = .doesNotMatch(try LabelPattern(text))
        }
    }

    /// The condition that a series is of a metric.
    init(metric: String) {
        name = SeriesIdentity.metricLabel
        text = metric
        comparison = .equal
    }

    var isEquality: Bool {
        if case .equal = comparison { true } else { false }
    }

    func matches(_ value: String) -> Bool {
        switch comparison {
        case .equal: value == text
        case .notEqual: value != text
        case .matches(let pattern): pattern.matches(value)
        case .doesNotMatch(let pattern): !pattern.matches(value)
        }
    }
}
