/// Reads the part of PromQL that this simulated Prometheus evaluates.
///
/// Whatever is not part of it is a parse error that says so: no query ever gets a wrong answer for being half
/// understood.
struct PromQLParser {
    /// Deepest nesting of parentheses, calls and signs.
    static let maximumDepth = 100

    private let query: String
    private let tokens: [PromQLLexer.Token]
    private var place = 0
    private var depth = 0

    /// - Throws: ``PromQLError/badData(_:)`` with line and column.
    static func parse(_ query: String) throws(PromQLError) -> PromQLExpression {
        var parser = PromQLParser(query, try PromQLLexer.tokens(of: query))
        if parser.peek == .end { throw parser.failure("no expression found in input") }
        let expression = try parser.expression(above: 0)
        guard parser.peek == .end else { throw parser.unexpected() }
        return expression
    }

    private init(_ query: String, _ tokens: [PromQLLexer.Token]) {
        self.query = query
        self.tokens = tokens
    }

    // MARK: - Operators

    private mutating func expression(above precedence: Int) throws(PromQLError) -> PromQLExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw failure("the query is nested too deeply") }
        var left = try unary()
        while case .symbol(let text) = peek, let symbol = PromQLExpression.Operator(rawValue: text),
            symbol.precedence > precedence
        {
            let offset = tokens[place].offset
            place += 1
            var returnsBool = false
            if case .identifier("bool") = peek {
                guard symbol.isComparison else {
                    throw failure("bool modifier can only be used on comparison operators")
                }
                returnsBool = true
                place += 1
            }
            try refuseMatching()
            let right = try expression(above: symbol.precedence)
            left = try binary(symbol, left, right, returnsBool: returnsBool, at: offset)
        }
        if case .identifier(let name) = peek, ["and", "or", "unless"].contains(name.lowercased()) {
            throw failure(PromQLError.notSupported("the set operator \"\(name)\""))
        }
        return left
    }

    private mutating func binary(
        _ symbol: PromQLExpression.Operator, _ left: PromQLExpression, _ right: PromQLExpression, returnsBool: Bool,
        at offset: Int
    ) throws(PromQLError) -> PromQLExpression {
        for operand in [left, right] where operand.type != .scalar && operand.type != .vector {
            throw .parse(
                "binary expression must contain only scalar and instant vector types", at: offset, of: query)
        }
        let result = PromQLExpression.binary(symbol, left, right, returnsBool: returnsBool)
        if symbol.isComparison, !returnsBool, result.type == .scalar {
            throw .parse("comparisons between scalars must use BOOL modifier", at: offset, of: query)
        }
        return result
    }

    private func refuseMatching() throws(PromQLError) {
        guard case .identifier(let name) = peek, case .symbol("(") = tokens[place + 1].kind,
            ["on", "ignoring"].contains(name.lowercased())
        else { return }
        throw failure(PromQLError.notSupported("vector matching with \"\(name)\""))
    }

    private mutating func unary() throws(PromQLError) -> PromQLExpression {
        if case .symbol(let sign) = peek, sign == "-" || sign == "+" {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.maximumDepth else { throw failure("the query is nested too deeply") }
            let offset = tokens[place].offset
            place += 1
            let operand = try unary()
            guard operand.type == .scalar || operand.type == .vector else {
                throw .parse(
                    "unary expression only allowed on expressions of type scalar or instant vector, got "
                        + "\"\(operand.type.rawValue)\"", at: offset, of: query)
            }
            return sign == "-" ? .negate(operand) : operand
        }
        return try postfix(try primary())
    }

    /// `[range]` and `offset` behind a selector.
    private mutating func postfix(_ expression: PromQLExpression) throws(PromQLError) -> PromQLExpression {
        var expression = expression
        while true {
            if peek == .symbol("[") {
                guard case .selector(var selector) = expression, selector.rangeMilliseconds == nil,
                    selector.offsetMilliseconds == 0
                else { throw failure("ranges only allowed for vector selectors; subqueries are not supported here") }
                place += 1
                selector.rangeMilliseconds = try positiveDuration()
                try expect("]")
                expression = .selector(selector)
            } else if case .identifier("offset") = peek {
                guard case .selector(var selector) = expression else {
                    throw failure("offset modifier must be preceded by an instant or range vector selector")
                }
                place += 1
                let isNegative = peek == .symbol("-")
                if isNegative { place += 1 }
                selector.offsetMilliseconds = try positiveDuration() * (isNegative ? -1 : 1)
                expression = .selector(selector)
            } else {
                return expression
            }
        }
    }

    private mutating func positiveDuration() throws(PromQLError) -> Int64 {
        guard case .duration(let milliseconds) = peek else { throw failure("a duration is expected here") }
        guard milliseconds > 0 else { throw failure("duration must be greater than 0") }
        place += 1
        return milliseconds
    }

    // MARK: - Operands

    private mutating func primary() throws(PromQLError) -> PromQLExpression {
        switch peek {
        case .number(let value):
            place += 1
            return .number(value)
        case .string(let text):
            place += 1
            return .string(text)
        case .symbol("("):
            place += 1
            let inner = try expression(above: 0)
            guard peek != .end else { throw failure("unclosed left parenthesis") }
            try expect(")")
            return inner
        case .symbol("{"):
            return .selector(try selector(metric: nil))
        case .identifier(let name):
            return try named(name)
        case .duration, .symbol, .end:
            throw unexpected()
        }
    }

    private mutating func named(_ name: String) throws(PromQLError) -> PromQLExpression {
        let following = tokens[place + 1].kind
        let isGrouped =
            if case .identifier(let word) = following { ["by", "without"].contains(word.lowercased()) } else { false }
        if let aggregation = PromQLExpression.Aggregation(rawValue: name.lowercased()),
            following == .symbol("(") || isGrouped
        {
            place += 1
            return try aggregate(aggregation)
        }
        if following == .symbol("(") {
            guard let function = PromQLExpression.Function(rawValue: name) else {
                throw failure(PromQLError.notSupported("the function or aggregation \"\(name)\""))
            }
            place += 1
            return try call(function)
        }
        if isGrouped { throw failure(PromQLError.notSupported("the aggregation \"\(name)\"")) }
        switch name.lowercased() {
        case "inf":
            place += 1
            return .number(.infinity)
        case "nan":
            place += 1
            return .number(.nan)
        default:
            place += 1
            return .selector(try selector(metric: name))
        }
    }

    private mutating func call(_ function: PromQLExpression.Function) throws(PromQLError) -> PromQLExpression {
        try expect("(")
        if peek == .symbol(")") {
            throw failure("expected 1 argument(s) in call to \"\(function.rawValue)\", got 0")
        }
        let offset = tokens[place].offset
        let argument = try expression(above: 0)
        if peek == .symbol(",") {
            throw failure("expected at most 1 argument(s) in call to \"\(function.rawValue)\"")
        }
        try expect(")")
        guard argument.type == function.argumentType else {
            throw .parse(
                "expected type \(function.argumentType.rawValue) in call to function \"\(function.rawValue)\", got "
                    + argument.type.rawValue, at: offset, of: query)
        }
        return .call(function, argument)
    }

    private mutating func aggregate(
        _ aggregation: PromQLExpression.Aggregation
    ) throws(PromQLError) -> PromQLExpression {
        var grouping = try grouping()
        try expect("(")
        let offset = tokens[place].offset
        let argument = try expression(above: 0)
        try expect(")")
        if grouping == nil { grouping = try self.grouping() }
        guard argument.type == .vector else {
            throw .parse(
                "expected type instant vector in aggregation expression, got \(argument.type.rawValue)", at: offset,
                of: query)
        }
        return .aggregate(aggregation, grouping ?? .by([]), argument)
    }

    /// `by (a, b)` or `without (a, b)`, if it is there.
    private mutating func grouping() throws(PromQLError) -> PromQLExpression.Grouping? {
        guard case .identifier(let word) = peek, ["by", "without"].contains(word.lowercased()) else { return nil }
        place += 1
        try expect("(")
        var names: [String] = []
        while peek != .symbol(")") {
            names.append(try labelName())
            if peek == .symbol(",") { place += 1 } else { break }
        }
        try expect(")")
        return word.lowercased() == "by" ? .by(names) : .without(names)
    }

    private mutating func selector(metric: String?) throws(PromQLError) -> PromQLExpression.Selector {
        var matchers = metric.map { [SeriesMatcher(metric: $0)] } ?? []
        let offset = tokens[place].offset
        if peek == .symbol("{") {
            place += 1
            while peek != .symbol("}") {
                matchers.append(try matcher())
                if peek == .symbol(",") { place += 1 } else { break }
            }
            try expect("}")
        }
        guard matchers.contains(where: { !$0.matches("") }) else {
            throw .parse("vector selector must contain at least one non-empty matcher", at: offset, of: query)
        }
        return PromQLExpression.Selector(matchers: matchers)
    }

    private mutating func matcher() throws(PromQLError) -> SeriesMatcher {
        let offset = tokens[place].offset
        let name = try labelName()
        guard case .symbol(let comparison) = peek, ["=", "!=", "=~", "!~"].contains(comparison) else {
            throw unexpected()
        }
        place += 1
        guard case .string(let text) = peek else { throw unexpected() }
        place += 1
        do {
            return try SeriesMatcher(name, comparison, text)
        } catch {
            throw .parse("error parsing regexp: \(error)", at: offset, of: query)
        }
    }

    // MARK: - Pieces

    private var peek: PromQLLexer.Token.Kind { tokens[place].kind }

    private mutating func labelName() throws(PromQLError) -> String {
        guard case .identifier(let name) = peek, !name.contains(":") else { throw unexpected() }
        place += 1
        return name
    }

    private mutating func expect(_ symbol: String) throws(PromQLError) {
        guard peek == .symbol(symbol) else { throw unexpected() }
        place += 1
    }

    private func failure(_ text: String) -> PromQLError {
        .parse(text, at: tokens[place].offset, of: query)
    }

    private func unexpected() -> PromQLError {
        switch peek {
        case .end: failure("unexpected end of input")
        case .number(let value): failure("unexpected number \"\(value)\"")
        case .duration: failure("unexpected duration")
        case .string(let text): failure("unexpected string \"\(text)\"")
        case .identifier(let name): failure("unexpected identifier \"\(name)\"")
        case .symbol(let symbol): failure("unexpected \"\(symbol)\"")
        }
    }
}
