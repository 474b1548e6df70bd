internal import KubernetesClient

/// How hard the API server may be asked, as kube-controller-manager's flags name it.
enum RequestOptions {
    static let queriesPerSecond = Option<Int>.integer(
        "kube-api-qps", default: RequestBudget.controllerQueriesPerSecond, in: 1...100_000,
        "Requests to the API server per second, on average")
    static let burst = Option<Int>.integer(
        "kube-api-burst", default: RequestBudget.controllerBurst, in: 1...100_000,
        "Requests to the API server at once, after a pause")
    static let concurrency = Option<Int>.integer(
        "concurrent-horizontal-pod-autoscaler-syncs", default: 16, in: 1...1_000,
        "Requests to the API server under way at the same time")

    static let all: [OptionSpec] = [queriesPerSecond.spec, burst.spec, concurrency.spec]
}
