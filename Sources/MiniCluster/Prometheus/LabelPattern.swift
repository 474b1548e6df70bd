/// A regular expression over a whole label value: the part of RE2 that label matchers use.
///
/// Literals, `\` before an operator, `.`, classes as `[a-z0-9]` and `[^/]`, groups, `|`, and `*`, `+`, `?`. It is run as
/// a set of states, so that the time is linear in the value whatever the pattern. Everything else is refused with its
/// name instead of being matched wrongly.
///
/// - Source: RE2 syntax; R. Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009.
struct LabelPattern: Sendable {
    /// Why a pattern cannot be used.
    struct SyntaxError: Error, CustomStringConvertible {
        var description: String
    }

    /// Longest pattern in scalars and deepest nesting: a matcher's work is bounded by its program.
    static let maximumLength = 1 << 16
    static let maximumDepth = 50

    private enum Instruction: Sendable {
        case scalar(Unicode.Scalar)
        case any
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private let program: [Instruction]
    /// The texts themselves, when the pattern is nothing but an alternation of literals.
    private let literals: Set<String>?

    init(_ pattern: String) throws(SyntaxError) {
        var compiler = Compiler(Array(pattern.unicodeScalars))
        program = try compiler.compile()
        literals = Self.literals(of: pattern)
    }

    /// The alternatives of a pattern without any other operator.
    private static func literals(of pattern: String) -> Set<String>? {
        var texts: Set<String> = []
        var text = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in pattern.unicodeScalars {
            if isEscaped {
                text.append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "|" {
                texts.insert(String(text))
                text = String.UnicodeScalarView()
            } else if ".*+?()[]{}^$".unicodeScalars.contains(scalar) {
                return nil
            } else {
                text.append(scalar)
            }
        }
        texts.insert(String(text))
        return texts
    }

    /// Whether the pattern matches all of `text`.
    func matches(_ text: String) -> Bool {
        if let literals { return literals.contains(text) }
        var current: [Int] = []
        var isCurrent = [Bool](repeating: false, count: program.count)
        follow(0, into: &current, marks: &isCurrent)
        for scalar in text.unicodeScalars {
            if current.isEmpty { return false }
            var next: [Int] = []
            var isNext = [Bool](repeating: false, count: program.count)
            for state in current where accepts(program[state], scalar) {
                follow(state + 1, into: &next, marks: &isNext)
            }
            (current, isCurrent) = (next, isNext)
        }
        return current.contains { if case .match = program[$0] { true } else { false } }
    }

    /// Adds a state and all that can be reached from it without a scalar.
    private func follow(_ state: Int, into states: inout [Int], marks: inout [Bool]) {
        var pending = [state]
        while let state = pending.popLast() {
            if marks[state] { continue }
            marks[state] = true
            switch program[state] {
            case .jump(let target): pending.append(target)
            case .split(let one, let other): pending += [other, one]
            default: states.append(state)
            }
        }
    }

    private func accepts(_ instruction: Instruction, _ scalar: Unicode.Scalar) -> Bool {
        switch instruction {
        case .scalar(let wanted): wanted == scalar
        case .any: scalar != "\n"
        case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        case .split, .jump, .match: false
        }
    }

    // MARK: - Compilation

    private struct Compiler {
        private let scalars: [Unicode.Scalar]
        private var place = 0
        private var depth = 0
        private var program: [Instruction] = []

        init(_ scalars: [Unicode.Scalar]) {
            self.scalars = scalars
        }

        mutating func compile() throws(SyntaxError) -> [Instruction] {
            guard scalars.count <= LabelPattern.maximumLength else {
                throw SyntaxError(description: "the pattern is longer than \(LabelPattern.maximumLength) characters")
            }
            try alternation()
            guard place == scalars.count else { throw SyntaxError(description: "unexpected )") }
            program.append(.match)
            return program
        }

        private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

        /// `a|b|c`: a split before each branch but the last, a jump to the end after it.
        private mutating func alternation() throws(SyntaxError) {
            var jumps: [Int] = []
            var start = program.count
            try concatenation()
            while next == "|" {
                place += 1
                program.insert(.split(start + 1, program.count + 2), at: start)
                shift(from: start, by: 1)
                jumps = jumps.map { $0 >= start ? $0 + 1 : $0 }
                jumps.append(program.count)
                program.append(.jump(0))
                start = program.count
                try concatenation()
            }
            for jump in jumps { program[jump] = .jump(program.count) }
        }

        private mutating func concatenation() throws(SyntaxError) {
            while let scalar = next, scalar != "|", scalar != ")" {
                let start = program.count
                try atom(scalar)
                try quantifier(of: start)
            }
        }

        private mutating func atom(_ scalar: Unicode.Scalar) throws(SyntaxError) {
            place += 1
            switch scalar {
            case ".": program.append(.any)
            case "(": try group()
            case "[": program.append(try characterClass())
            case "\\": program.append(.scalar(try escaped()))
            case "*", "+", "?": throw SyntaxError(description: "missing argument to repetition operator: `\(scalar)`")
            case "{", "}", "^", "$":
                throw SyntaxError(description: "`\(scalar)` is not supported by the simulated Prometheus")
            default: program.append(.scalar(scalar))
            }
        }

        private mutating func group() throws(SyntaxError) {
            depth += 1
            guard depth <= LabelPattern.maximumDepth else { throw SyntaxError(description: "groups nested too deeply") }
            if next == "?" {
                guard place + 1 < scalars.count, scalars[place + 1] == ":" else {
                    throw SyntaxError(description: "`(?` is not supported by the simulated Prometheus but as `(?:`")
                }
                place += 2
            }
            try alternation()
            guard next == ")" else { throw SyntaxError(description: "missing closing )") }
            place += 1
            depth -= 1
        }

        private mutating func quantifier(of start: Int) throws(SyntaxError) {
            guard let scalar = next, scalar == "*" || scalar == "+" || scalar == "?" else { return }
            place += 1
            if scalar != "+" {
                program.insert(.split(start + 1, program.count + (scalar == "*" ? 2 : 1)), at: start)
                shift(from: start, by: 1)
                if scalar == "*" { program.append(.jump(start)) }
            } else {
                program.append(.split(start, program.count + 1))
            }
            if let again = next, again == "*" || again == "+" || again == "?" {
                throw SyntaxError(description: "`\(scalar)\(again)` is not supported by the simulated Prometheus")
            }
        }

        /// Moves the targets of the instructions behind an insertion at `start`.
        private mutating func shift(from start: Int, by distance: Int) {
            for index in start + 1..<program.count {
                switch program[index] {
                case .jump(let target): program[index] = .jump(target + distance)
                case .split(let one, let other): program[index] = .split(one + distance, other + distance)
                default: break
                }
            }
        }

        private mutating func escaped() throws(SyntaxError) -> Unicode.Scalar {
            guard let scalar = next else { throw SyntaxError(description: "trailing backslash at end of expression") }
            place += 1
            guard scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
                throw SyntaxError(description: "`\\\(scalar)` is not supported by the simulated Prometheus")
            }
            return scalar
        }

        private mutating func characterClass() throws(SyntaxError) -> Instruction {
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            let isNegated = next == "^"
            if isNegated { place += 1 }
            while let scalar = next, scalar != "]" || ranges.isEmpty {
                place += 1
                let lower = scalar == "\\" ? try escaped() : scalar
                if scalar == "[", next == ":" {
                    throw SyntaxError(description: "`[:` is not supported by the simulated Prometheus")
                }
                guard next == "-", place + 1 < scalars.count, scalars[place + 1] != "]" else {
                    ranges.append(lower...lower)
                    continue
                }
                place += 2
                let end = scalars[place - 1]
                let upper = end == "\\" ? try escaped() : end
                guard lower <= upper else { throw SyntaxError(description: "invalid character class range") }
                ranges.append(lower...upper)
            }
            guard next == "]" else { throw SyntaxError(description: "missing closing ]") }
            place += 1
            return .oneOf(ranges, isNegated: isNegated)
        }
    }
}
