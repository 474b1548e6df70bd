/// What a part of a formula is.
enum FormulaType: String, Hashable, Sendable {
    case replicas = "Replicas"
    case number = "Number"
    case boolean = "Boolean"

    var isNumeric: Bool { self != .boolean }

    /// The type that numbers of both types have; a Replicas only where all are.
    static func joined(_ types: some Sequence<FormulaType>) -> FormulaType {
        types.allSatisfy { $0 == .replicas } ? .replicas : .number
    }
}

/// A part of a formula, with its type: made by ``FormulaParser``, which checks that types fit.
struct FormulaNode: Sendable {
    indirect enum Kind: Sendable {
        case number(Double)
        case truth(Bool)
        case size(Size)
        case metric(Question, name: String)
        case negative(FormulaNode)
        case not(FormulaNode)
        case arithmetic(Arithmetic, FormulaNode, FormulaNode)
        case comparison(Comparison, FormulaNode, FormulaNode)
        case junction(Junction, FormulaNode, FormulaNode)
        case call(Function, [FormulaNode])
        case choice(FormulaNode, FormulaNode, FormulaNode)
    }

    /// Sizes that are there without a metric.
    enum Size: String, CaseIterable, Sendable {
        case current, minReplicas, maxReplicas
    }

    /// What is asked of a metric.
    enum Question: String, CaseIterable, Sendable {
        /// Its proposal.
        case replicas
        /// Usage over target.
        case ratio
        /// Its value, in its unit.
        case value
        /// Whether it can be used.
        case available

        var type: FormulaType {
            switch self {
            case .replicas: .replicas
            case .ratio, .value: .number
            case .available: .boolean
            }
        }
    }

    enum Function: String, CaseIterable, Sendable {
        case max, min, clamp, ceil, floor, round

        /// How many arguments it takes.
        var count: ClosedRange<Int> {
            switch self {
            case .max, .min: 1...16
            case .clamp: 3...3
            case .ceil, .floor, .round: 1...1
            }
        }

        func type(of arguments: [FormulaNode]) -> FormulaType {
            switch self {
            case .max, .min, .clamp: .joined(arguments.map(\.type))
            case .ceil, .floor, .round: .replicas
            }
        }
    }

    enum Arithmetic: String, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"

        func type(_ left: FormulaType, _ right: FormulaType) -> FormulaType {
            self == .over ? .number : .joined([left, right])
        }
    }

    enum Comparison: String, Sendable {
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
        case equal = "=="
        case different = "!="
    }

    enum Junction: String, Sendable {
        case and = "&&"
        case or = "||"
    }

    var kind: Kind
    var type: FormulaType
    /// Bytes of the text.
    var range: Range<Int>
    /// 1 for a part without parts.
    var depth: Int
}

extension FormulaNode {
    var children: [FormulaNode] {
        switch kind {
        case .number, .truth, .size, .metric: []
        case .negative(let one), .not(let one): [one]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right),
            .junction(_, let left, let right):
            [left, right]
        case .call(_, let arguments): arguments
        case .choice(let condition, let yes, let no): [condition, yes, no]
        }
    }

    /// The metrics it speaks of, each time it does, with the places.
    var references: [(name: String, offset: Int)] {
        if case .metric(_, let name) = kind { return [(name, range.lowerBound)] }
        return children.flatMap(\.references)
    }

    /// Whether a reader knows its value without being told.
    var isConstant: Bool {
        switch kind {
        case .number, .truth: true
        case .negative(let one): one.isConstant
        default: false
        }
    }
}
