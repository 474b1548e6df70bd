/// Reads a formula, from the weakest operator to the strongest, and types it on the way.
///
///     choice     = or [ "?" choice ":" choice ]
///     or         = and { "||" and }
///     and        = comparison { "&&" comparison }
///     comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
///     sum        = product { ( "+" | "-" ) product }
///     product    = unary { ( "*" | "/" ) unary }
///     unary      = ( "-" | "!" ) unary | primary
struct FormulaParser {
    var lexer: FormulaLexer
    var token: FormulaLexer.Token = .end
    /// Of the token.
    var range = 0..<0
    /// Where the token before it ended.
    var last = 0
    private var parts = 0
    private var nesting = 0

    init(_ text: String) throws(FormulaError) {
        lexer = try FormulaLexer(text)
        try advance()
    }

    /// The whole text.
    mutating func formula() throws(FormulaError) -> FormulaNode {
        let node = try choice()
        guard token == .end else { throw unexpected("an operator or the end") }
        guard node.type == .replicas else {
            let hint = node.type == .number ? "; round it with ceil(…)" : ""
            throw lexer.error(
                "is a \(node.type.rawValue), and the whole must be a Replicas\(hint)", at: node.range.lowerBound)
        }
        return node
    }

    mutating func advance() throws(FormulaError) {
        last = range.upperBound
        (token, range) = try lexer.next()
    }

    mutating func take(_ symbol: String) throws(FormulaError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    mutating func expect(_ symbol: String, _ why: String) throws(FormulaError) {
        guard try take(symbol) else { throw unexpected("'\(symbol)' \(why)") }
    }

    func unexpected(_ expected: String) -> FormulaError {
        let found =
            switch token {
            case .end: "the formula ends"
            case .number, .name, .symbol, .quoted: "there is something else"
            }
        return lexer.error("\(found) where \(expected) is expected", at: range.lowerBound)
    }

    /// A part, if there are not too many of them and none is too deep.
    mutating func node(
        _ kind: FormulaNode.Kind, _ type: FormulaType, from start: Int
    ) throws(FormulaError) -> FormulaNode {
        var node = FormulaNode(kind: kind, type: type, range: start..<max(start, last), depth: 1)
        node.depth += node.children.map(\.depth).max() ?? 0
        parts += 1
        if parts > Formula.mostParts {
            throw lexer.error("has more than \(Formula.mostParts) parts; make some of them a metric", at: start)
        }
        if node.depth > Formula.deepest { throw tooDeep(at: start) }
        return node
    }

    private func tooDeep(at offset: Int) -> FormulaError {
        lexer.error("is nested more than \(Formula.deepest) deep; make parts of it metrics of their own", at: offset)
    }

    func need(_ type: FormulaType, _ node: FormulaNode, _ place: String) throws(FormulaError) {
        if node.type == type || (type == .number && node.type == .replicas) { return }
        throw lexer.error(
            "is a \(node.type.rawValue), and \(place) is a \(type.rawValue)", at: node.range.lowerBound)
    }

    // MARK: Operators

    mutating func choice() throws(FormulaError) -> FormulaNode {
        nesting += 1
        defer { nesting -= 1 }
        if nesting > Formula.deepest { throw tooDeep(at: range.lowerBound) }
        let condition = try junction(.or)
        guard try take("?") else { return condition }
        try need(.boolean, condition, "what stands before '?'")
        let yes = try choice()
        try expect(":", "between the two choices")
        let no = try choice()
        if yes.type.isNumeric != no.type.isNumeric {
            throw lexer.error(
                "is a \(no.type.rawValue), and the other choice is a \(yes.type.rawValue)", at: no.range.lowerBound)
        }
        let type = yes.type.isNumeric ? FormulaType.joined([yes.type, no.type]) : .boolean
        return try node(.choice(condition, yes, no), type, from: condition.range.lowerBound)
    }

    private mutating func junction(_ junction: FormulaNode.Junction) throws(FormulaError) -> FormulaNode {
        func operand(_ parser: inout FormulaParser) throws(FormulaError) -> FormulaNode {
            junction == .or ? try parser.junction(.and) : try parser.comparison()
        }
        var left = try operand(&self)
        while try take(junction.rawValue) {
            let right = try operand(&self)
            for side in [left, right] { try need(.boolean, side, "each side of '\(junction.rawValue)'") }
            left = try node(.junction(junction, left, right), .boolean, from: left.range.lowerBound)
        }
        return left
    }

    private mutating func comparison() throws(FormulaError) -> FormulaNode {
        let left = try sum()
        guard case .symbol(let symbol) = token, let comparison = FormulaNode.Comparison(rawValue: symbol) else {
            return left
        }
        try advance()
        let right = try sum()
        let isOfEquality = comparison == .equal || comparison == .different
        if left.type == .boolean, isOfEquality {
            try need(.boolean, right, "the other side")
        } else {
            for side in [left, right] { try need(.number, side, "each side of '\(symbol)'") }
        }
        if case .symbol(let other) = token, FormulaNode.Comparison(rawValue: other) != nil {
            throw lexer.error("comparisons do not follow each other; join them with '&&'", at: range.lowerBound)
        }
        return try node(.comparison(comparison, left, right), .boolean, from: left.range.lowerBound)
    }

    private mutating func sum() throws(FormulaError) -> FormulaNode {
        try arithmetic(["+", "-"]) { parser throws(FormulaError) in
            try parser.arithmetic(["*", "/"]) { parser throws(FormulaError) in try parser.unary() }
        }
    }

    private mutating func arithmetic(
        _ symbols: [String], _ operand: (inout FormulaParser) throws(FormulaError) -> FormulaNode
    ) throws(FormulaError) -> FormulaNode {
        var left = try operand(&self)
        while case .symbol(let symbol) = token, symbols.contains(symbol),
            let arithmetic = FormulaNode.Arithmetic(rawValue: symbol)
        {
            try advance()
            let right = try operand(&self)
            for side in [left, right] { try need(.number, side, "each side of '\(symbol)'") }
            left = try node(
                .arithmetic(arithmetic, left, right), arithmetic.type(left.type, right.type),
                from: left.range.lowerBound)
        }
        return left
    }

    private mutating func unary() throws(FormulaError) -> FormulaNode {
        guard token == .symbol("-") || token == .symbol("!") else { return try primary() }
        nesting += 1
        defer { nesting -= 1 }
        let start = range.lowerBound
        if nesting > Formula.deepest { throw tooDeep(at: start) }
        let isMinus = token == .symbol("-")
        try advance()
        let operand = try unary()
        if isMinus {
            try need(.number, operand, "what '-' stands before")
            return try node(.negative(operand), operand.type, from: start)
        }
        try need(.boolean, operand, "what '!' stands before")
        return try node(.not(operand), .boolean, from: start)
    }
}
