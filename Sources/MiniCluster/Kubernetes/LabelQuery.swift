package import KubernetesTypes

/// A selector over labels, from its text form (`app=web,tier in (a,b),!old`) or its object form.
package struct LabelQuery: Hashable, Sendable {
    private enum Operator: String, Sendable {
        case isIn = "in"
        case notIn = "notin"
        case exists
        case doesNotExist = "!"
    }

    private struct Requirement: Hashable, Sendable {
        var key: String
        var `operator`: Operator
        var values: [String] = []
    }

    private var requirements: [Requirement]

    /// Matches everything.
    package static let everything = LabelQuery(requirements: [])

    package var isEmpty: Bool { requirements.isEmpty }

    private init(requirements: [Requirement]) {
        self.requirements = requirements
    }

    /// Parses the text form.
    ///
    /// - Throws: ``StatusError`` 400.
    package init(parsing text: String) throws {
        var parser = Parser(text)
        self.requirements = try parser.requirements()
    }

    /// From a LabelSelector object. An unknown operator matches nothing.
    package init(selector: JSONValue) {
        var requirements = (selector["matchLabels"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map {
            Requirement(key: $0.key, operator: .isIn, values: [$0.value.stringValue ?? ""])
        }
        for expression in selector["matchExpressions"]?.arrayValue ?? [] {
            let values = (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            let known: Operator? =
                switch expression["operator"]?.stringValue {
                case "In": .isIn
                case "NotIn": .notIn
                case "Exists": .exists
                case "DoesNotExist": .doesNotExist
                default: nil
                }
            requirements.append(
                Requirement(
                    key: expression["key"]?.stringValue ?? "", operator: known ?? .isIn,
                    values: known == nil ? [] : values))
        }
        self.requirements = requirements
    }

    /// - Parameter labels: An object of texts; anything else counts as no labels.
    package func matches(_ labels: JSONValue?) -> Bool {
        requirements.allSatisfy { requirement in
            let value = labels?[requirement.key]?.stringValue
            switch requirement.operator {
            case .isIn: return value.map(requirement.values.contains) ?? false
            case .notIn: return !(value.map(requirement.values.contains) ?? false)
            case .exists: return value != nil
            case .doesNotExist: return value == nil
            }
        }
    }

    /// The text form, as in `status.selector` of a Scale: `app=web,tier in (a,b)`.
    package var text: String {
        requirements.map { requirement in
            switch requirement.operator {
            case .isIn where requirement.values.count == 1: "\(requirement.key)=\(requirement.values[0])"
            case .isIn, .notIn:
                "\(requirement.key) \(requirement.operator.rawValue) (\(requirement.values.sorted().joined(separator: ",")))"
            case .exists: requirement.key
            case .doesNotExist: "!\(requirement.key)"
            }
        }.joined(separator: ",")
    }

    /// - Source: `k8s.io/apimachinery/pkg/labels/selector.go`, whose messages are kept.
    private struct Parser {
        private var tokens: [String] = []
        private var next = 0

        init(_ text: String) {
            var word = ""
            var characters = Array(text)[...]
            func isSymbol(_ character: Character) -> Bool { "=!(),".contains(character) }
            while let character = characters.popFirst() {
                if character == " " || isSymbol(character) {
                    if !word.isEmpty { tokens.append(word) }
                    word = ""
                    guard isSymbol(character) else { continue }
                    let isPair = (character == "=" || character == "!") && characters.first == "="
                    if isPair { characters.removeFirst() }
                    tokens.append(isPair ? "\(character)=" : String(character))
                } else {
                    word.append(character)
                }
            }
            if !word.isEmpty { tokens.append(word) }
        }

        mutating func requirements() throws -> [Requirement] {
            var result: [Requirement] = []
            while next < tokens.count {
                result.append(try requirement())
                guard next < tokens.count else { break }
                guard take() == "," else { throw unexpected(tokens[next - 1], "',' or 'end of string'") }
            }
            return result
        }

        private mutating func requirement() throws -> Requirement {
            let first = take()
            if first == "!" { return Requirement(key: try identifier(), operator: .doesNotExist) }
            next -= 1
            let key = try identifier()
            guard next < tokens.count, tokens[next] != "," else { return Requirement(key: key, operator: .exists) }
            switch take() {
            case "=", "==": return Requirement(key: key, operator: .isIn, values: [try value()])
            case "!=": return Requirement(key: key, operator: .notIn, values: [try value()])
            case "in": return Requirement(key: key, operator: .isIn, values: try values())
            case "notin": return Requirement(key: key, operator: .notIn, values: try values())
            case let other: throw unexpected(other, "in, notin, =, ==, !=")
            }
        }

        private mutating func take() -> String {
            next += 1
            return next <= tokens.count ? tokens[next - 1] : ""
        }

        private mutating func identifier() throws -> String {
            let token = take()
            guard let first = token.first, !"=!(),".contains(first) else { throw unexpected(token, "identifier") }
            return token
        }

        /// May be empty: `a=` and `a=,b`.
        private mutating func value() throws -> String {
            guard next < tokens.count, tokens[next] != "," else { return "" }
            return try identifier()
        }

        private mutating func values() throws -> [String] {
            let opening = take()
            guard opening == "(" else { throw unexpected(opening, "'('") }
            var result: [String] = []
            while true {
                result.append(try identifier())
                switch take() {
                case ",": continue
                case ")": return result
                case let other: throw unexpected(other, "',' or ')'")
                }
            }
        }

        private func unexpected(_ token: String, _ expected: String) -> StatusError {
            .badRequest("unable to parse requirement: found '\(token)', expected: \(expected)")
        }
    }
}
