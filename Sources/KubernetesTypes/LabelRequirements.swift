package import Autoscaling

/// A label selector ready to be matched: requirements that must all hold, or one that matches nothing.
///
/// - Source: `k8s.io/apimachinery/pkg/labels` v1.36.
package struct LabelRequirements: Hashable, Sendable, CustomStringConvertible {
    /// The order of keys is by their bytes; requirements of one key stay in the order written.
    package let requirements: [LabelRequirement]
    /// True for the selector of an object that has none.
    package let matchesNothing: Bool

    package static let everything = LabelRequirements(requirements: [], matchesNothing: false)
    package static let nothing = LabelRequirements(requirements: [], matchesNothing: true)

    private init(requirements: [LabelRequirement], matchesNothing: Bool) {
        self.requirements = requirements
        self.matchesNothing = matchesNothing
    }

    init(requirements: [LabelRequirement]) {
        // Strings compare by scalar values when both are normalized, and keys are ASCII.
        self.init(requirements: requirements.sorted { $0.key < $1.key }, matchesNothing: false)
    }

    /// Reads the text form, e.g. `app=web,tier in (front,back),!canary`.
    package init(parsing text: String) throws(LabelSelectorError) {
        var parser = LabelSelectorParser(text)
        self.init(requirements: try parser.requirements())
    }

    /// Reads the object form; `nil` matches nothing and an empty one everything.
    ///
    /// Labels are looked at in the order of their keys, so the error of several is always the same one.
    package init(_ selector: LabelSelector?) throws(LabelSelectorError) {
        guard let selector else {
            self = .nothing
            return
        }
        var requirements: [LabelRequirement] = []
        for (key, value) in selector.matchLabels.sorted(by: { $0.key < $1.key }) {
            requirements.append(try LabelRequirement(key: key, operator: .equals, values: [value]))
        }
        for expression in selector.matchExpressions {
            let known: [String: LabelRequirement.Operator] = [
                "In": .in, "NotIn": .notIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
            ]
            guard let found = known[expression.operator] else {
                throw LabelSelectorError(
                    "\(GoText.quoted(expression.operator)) is not a valid label selector operator")
            }
            requirements.append(
                try LabelRequirement(key: expression.key, operator: found, values: expression.values))
        }
        self.init(requirements: requirements)
    }

    package func matches(_ labels: [String: String]) -> Bool {
        !matchesNothing && requirements.allSatisfy { $0.matches(labels) }
    }

    /// The canonical text form; empty for everything and for nothing.
    package var description: String {
        requirements.map(\.description).joined(separator: ",")
    }
}

/// Why a selector is refused, in the original's words.
package struct LabelSelectorError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
