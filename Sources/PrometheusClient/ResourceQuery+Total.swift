extension ResourceQuery {
    /// The usage of all pods of one name together, in the resource's unit.
    ///
    /// - Parameters:
    ///   - pods: A pattern of their names.
    ///   - container: The one container that counts; `nil` for all.
    ///   - window: What a rate is taken over at least.
    public func totalExpression(namespace: String, pods: String, container: String?, window: Duration) -> String {
        var all = matchers
        all += [
            LabelMatcher("namespace", .equal, namespace), LabelMatcher("pod", .matches, pods),
            container.flatMap { LabelMatcher("container", .equal, $0) },
        ].compactMap(\.self)
        let selector = metric + "{" + all.map(\.description).joined(separator: ",") + "}"
        switch reading {
        case .rate(let own): return "sum (rate(\(selector)[\(QueryRequest.milliseconds(max(own, window)))]))"
        case .gauge: return "sum (\(selector))"
        }
    }
}
