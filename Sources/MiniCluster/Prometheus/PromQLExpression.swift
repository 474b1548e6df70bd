/// A query that was read and whose types fit together.
indirect enum PromQLExpression: Sendable {
    /// What an expression yields.
    enum ValueType: String, Sendable {
        case scalar
        case string
        case vector = "instant vector"
        case matrix = "range vector"
    }

    /// A selector of series at one time, or over a range before it.
    struct Selector: Sendable {
        var matchers: [SeriesMatcher]
        /// `nil` for an instant.
        var rangeMilliseconds: Int64?
        var offsetMilliseconds: Int64 = 0
    }

    /// The functions that are here. Each takes one argument.
    enum Function: String, Sendable, CaseIterable {
        case rate
        case irate
        case increase
        case averageOverTime = "avg_over_time"
        case maximumOverTime = "max_over_time"
        case minimumOverTime = "min_over_time"
        case sumOverTime = "sum_over_time"
        case countOverTime = "count_over_time"
        case lastOverTime = "last_over_time"
        case timestamp

        var argumentType: ValueType { self == .timestamp ? .vector : .matrix }
    }

    enum Aggregation: String, Sendable, CaseIterable {
        case sum
        case average = "avg"
        case maximum = "max"
        case minimum = "min"
        case count
    }

    /// The labels of the groups of an aggregation.
    enum Grouping: Sendable {
        case by([String])
        case without([String])
    }

    enum Operator: String, Sendable, CaseIterable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        case remainder = "%"
        case equal = "=="
        case notEqual = "!="
        case greater = ">"
        case less = "<"
        case greaterOrEqual = ">="
        case lessOrEqual = "<="

        /// Comparisons bind weakest, products strongest.
        var precedence: Int {
            switch self {
            case .multiply, .divide, .remainder: 3
            case .add, .subtract: 2
            case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: 1
            }
        }

        var isComparison: Bool { precedence == 1 }
    }

    case number(Double)
    case string(String)
    case selector(Selector)
    case call(Function, PromQLExpression)
    case aggregate(Aggregation, Grouping, PromQLExpression)
    /// `returnsBool`: a comparison that yields 0 or 1 instead of filtering.
    case binary(Operator, PromQLExpression, PromQLExpression, returnsBool: Bool)
    case negate(PromQLExpression)

    var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .selector(let selector): selector.rangeMilliseconds == nil ? .vector : .matrix
        case .call, .aggregate: .vector
        case .binary(_, let left, let right, _):
            left.type == .scalar && right.type == .scalar ? .scalar : .vector
        case .negate(let operand): operand.type
        }
    }
}
