public import Autoscaling

extension LabelMatcher {
    /// A metric's selector cannot be asked for.
    public struct SelectorFault: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong and what to write.
        public var description: String
    }

    /// The matchers of a metric's selector, in the order of keys and then as written.
    ///
    /// Its keys are labels of series and not of Kubernetes' objects, so that they must be label names. A series without
    /// the label is found by `NotIn` and `DoesNotExist`, as an object without it is.
    public static func matchers(of selector: LabelSelector?) throws(SelectorFault) -> [LabelMatcher] {
        guard let selector else { return [] }
        var matchers: [LabelMatcher] = []
        for (key, value) in selector.matchLabels.sorted(by: { $0.key < $1.key }) {
            matchers.append(try matcher(key, .equal, value))
        }
        for requirement in selector.matchExpressions {
            let (key, values) = (requirement.key, requirement.values)
            switch requirement.operator {
            case "In": matchers.append(try matcher(key, values, .equal, .matches))
            case "NotIn": matchers.append(try matcher(key, values, .notEqual, .doesNotMatch))
            case "Exists": matchers.append(try matcher(key, .notEqual, ""))
            case "DoesNotExist": matchers.append(try matcher(key, .equal, ""))
            default:
                throw SelectorFault(
                    description: "\(PromQL.quoted(requirement.operator)) is not a valid label selector operator")
            }
        }
        return matchers
    }

    private static func matcher(
        _ key: String, _ comparison: Operator, _ value: String
    ) throws(SelectorFault) -> LabelMatcher {
        guard let matcher = LabelMatcher(key, comparison, value) else {
            throw SelectorFault(
                description: "the selector's key \(PromQL.quoted(key)) is no label name of Prometheus; write it as the "
                    + "series have it, with letters, digits and _ alone")
        }
        return matcher
    }

    private static func matcher(
        _ key: String, _ values: [String], _ one: Operator, _ several: Operator
    ) throws(SelectorFault) -> LabelMatcher {
        guard let first = values.first else {
            throw SelectorFault(description: "the selector names no values for the key \(PromQL.quoted(key))")
        }
        if values.count == 1 { return try matcher(key, one, first) }
        return try matcher(key, several, values.map(PromQL.literalPattern).joined(separator: "|"))
    }
}
