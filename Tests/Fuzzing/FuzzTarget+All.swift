extension FuzzTarget {
    /// Every target, in the order of names.
    public static let all = [
        apiObjects, configuration, cron, demandTrace, execCredential, expectations, formula, httpRequest, httpServer,
        jsonValue, kubeconfig, labelSelector, manifests, metricRules, prometheusAnswer, promQLNames, quantity, state,
        times, timeZone, trace, watchFrames, workloadModel, yaml,
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
