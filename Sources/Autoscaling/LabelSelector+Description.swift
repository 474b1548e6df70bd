extension LabelSelector {
    /// The selector as Go prints a pointer to it; `nil` prints as `nil`. Messages about metrics contain this.
    ///
    /// - Source: `meta/v1` `generated.pb.go`, `String`.
    package static func goDescription(_ selector: LabelSelector?) -> String {
        guard let selector else { return "nil" }
        let labels = selector.matchLabels.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\($0.key): \($0.value)," }.joined()
        let expressions = selector.matchExpressions.map { expression in
            "LabelSelectorRequirement{Key:\(expression.key),Operator:\(expression.operator),"
                + "Values:[\(expression.values.joined(separator: " "))],},"
        }.joined()
        return "&LabelSelector{MatchLabels:map[string]string{\(labels)},"
            + "MatchExpressions:[]LabelSelectorRequirement{\(expressions)},}"
    }
}
