extension FormulaParser {
    /// A number, a name, a call, or anything in parentheses.
    mutating func primary() throws(FormulaError) -> FormulaNode {
        let start = range.lowerBound
        switch token {
        case .number(let value, let isWhole):
            try advance()
            return try node(.number(value), isWhole ? .replicas : .number, from: start)
        case .name(let name):
            try advance()
            return try named(name, from: start)
        case .symbol("("):
            try advance()
            let inner = try choice()
            try expect(")", "that closes the parenthesis")
            return inner
        case .quoted:
            throw lexer.error("a metric's name stands in a call, as in value('queue')", at: start)
        case .symbol, .end: throw unexpected("a number, a name or '('")
        }
    }

    private mutating func named(_ name: String, from start: Int) throws(FormulaError) -> FormulaNode {
        if name == "true" || name == "false" { return try node(.truth(name == "true"), .boolean, from: start) }
        if let size = FormulaNode.Size(rawValue: name) { return try node(.size(size), .replicas, from: start) }
        let question = FormulaNode.Question(rawValue: name)
        let function = FormulaNode.Function(rawValue: name)
        guard question != nil || function != nil else {
            let isCall = token == .symbol("(")
            let known =
                isCall
                ? FormulaNode.Question.allCases.map(\.rawValue) + FormulaNode.Function.allCases.map(\.rawValue)
                : FormulaNode.Size.allCases.map(\.rawValue)
            let what = isCall ? "function" : "value"
            throw lexer.error("there is no \(what) \(name), only \(known.joined(separator: ", "))", at: start)
        }
        try expect("(", "after \(name)")
        if let question { return try metric(question, from: start) }
        return try call(function ?? .max, from: start)
    }

    private mutating func metric(
        _ question: FormulaNode.Question, from start: Int
    ) throws(FormulaError) -> FormulaNode {
        let name: String
        switch token {
        case .name(let text), .quoted(let text): name = text
        default:
            throw lexer.error(
                "\(question.rawValue) asks about one metric by its name, as in \(question.rawValue)(cpu) or "
                    + "\(question.rawValue)('app/cpu')", at: range.lowerBound)
        }
        try advance()
        try expect(")", "after the metric's name; a name with other characters stands in quotes")
        return try node(.metric(question, name: name), question.type, from: start)
    }

    private mutating func call(
        _ function: FormulaNode.Function, from start: Int
    ) throws(FormulaError) -> FormulaNode {
        var arguments: [FormulaNode] = []
        if token != .symbol(")") {
            repeat {
                let argument = try choice()
                try need(.number, argument, "each argument of \(function.rawValue)")
                arguments.append(argument)
            } while try take(",")
        }
        try expect(")", "that ends \(function.rawValue)")
        guard function.count.contains(arguments.count) else {
            let (fewest, most) = (function.count.lowerBound, function.count.upperBound)
            let count = fewest == most ? "\(fewest)" : "\(fewest) to \(most)"
            throw lexer.error("\(function.rawValue) takes \(count) arguments, not \(arguments.count)", at: start)
        }
        return try node(.call(function, arguments), function.type(of: arguments), from: start)
    }
}
