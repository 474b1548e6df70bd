/// What a formula came to on one occasion.
public struct FormulaResult: Hashable, Sendable, Codable {
    /// A part that is not plain from the text, and what it was.
    public struct Part: Hashable, Sendable, Codable {
        /// The part as written.
        public var text: String
        /// What it was; of a Boolean 1 or 0.
        public var value: Double
        /// Whether it is a Boolean.
        public var isBoolean: Bool
    }

    /// What came of it.
    public enum Outcome: Hashable, Sendable, Codable {
        case replicas(Int32)
        case failed(FormulaFailure)
    }

    /// What came of it.
    public var outcome: Outcome
    /// The parts that were worked out: what was asked of metrics, sizes, and the arguments of calls.
    public var parts: [Part]
}

/// Why a formula gives no size.
public enum FormulaFailure: Error, Hashable, Sendable, Codable {
    /// It uses the metric at this index, which fails.
    case metric(index: Int)
    /// It uses a metric that the spec does not have.
    case unknownMetric(String)
    /// A part of it, as written, is no finite number: a division by zero, or beyond all range.
    case notFinite(String)
}

/// One working-out of a formula.
struct FormulaRun {
    let formula: Formula
    let current: Int32
    let minReplicas: Int32
    let maxReplicas: Int32
    /// Answers a question about the metric of a name: a number, or 1 and 0 for a Boolean.
    let ask: (FormulaNode.Question, String) throws(FormulaFailure) -> Double
    private(set) var parts: [FormulaResult.Part] = []

    init(
        _ formula: Formula, current: Int32, minReplicas: Int32, maxReplicas: Int32,
        ask: @escaping (FormulaNode.Question, String) throws(FormulaFailure) -> Double
    ) {
        self.formula = formula
        self.current = current
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.ask = ask
    }

    mutating func result() -> FormulaResult {
        let outcome: FormulaResult.Outcome
        do throws(FormulaFailure) {
            outcome = .replicas(Int32(saturating: try number(formula.root), ifNaN: current))
        } catch {
            outcome = .failed(error)
        }
        return FormulaResult(outcome: outcome, parts: parts)
    }

    private mutating func note(_ node: FormulaNode, _ value: Double) {
        let text = formula.text(of: node)
        if parts.contains(where: { $0.text == text }) { return }
        parts.append(.init(text: text, value: value, isBoolean: node.type == .boolean))
    }

    /// Booleans are 1 and 0, so that a part has one kind of value. What is not chosen is not looked at.
    private mutating func number(_ node: FormulaNode) throws(FormulaFailure) -> Double {
        let value: Double
        switch node.kind {
        case .number(let number): return number
        case .truth(let truth): return truth ? 1 : 0
        case .size(let size):
            value = Double(size == .current ? current : size == .minReplicas ? minReplicas : maxReplicas)
            note(node, value)
        case .metric(let question, let name):
            value = try ask(question, name)
            if value.isFinite { note(node, value) }
        case .negative(let operand): value = -(try number(operand))
        case .not(let operand): value = 1 - (try number(operand))
        case .arithmetic(let arithmetic, let left, let right):
            value = arithmetic.value(try number(left), try number(right))
        case .comparison(let comparison, let left, let right):
            value = comparison.holds(try number(left), try number(right)) ? 1 : 0
        case .junction(let junction, let left, let right):
            let first = try number(left)
            value = (first == 1) == (junction == .or) ? first : try number(right)
        case .call(let function, let arguments): value = try call(function, arguments)
        case .choice(let condition, let yes, let no):
            let isChosen = try number(condition) == 1
            value = try number(isChosen ? yes : no)
        }
        guard value.isFinite else { throw .notFinite(formula.text(of: node)) }
        return value
    }

    private mutating func call(
        _ function: FormulaNode.Function, _ arguments: [FormulaNode]
    ) throws(FormulaFailure) -> Double {
        var values: [Double] = []
        for argument in arguments {
            let value = try number(argument)
            values.append(value)
            if !argument.isConstant { note(argument, value) }
        }
        switch function {
        case .max: return values.max() ?? 0
        case .min: return values.min() ?? 0
        case .clamp: return min(max(values[0], values[1]), values[2])
        case .ceil: return values[0].rounded(.up)
        case .floor: return values[0].rounded(.down)
        case .round: return values[0].rounded()
        }
    }
}

extension FormulaNode.Arithmetic {
    fileprivate func value(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .over: left / right
        }
    }
}

extension FormulaNode.Comparison {
    fileprivate func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .less: left < right
        case .atMost: left <= right
        case .greater: left > right
        case .atLeast: left >= right
        case .equal: left == right
        case .different: left != right
        }
    }
}
