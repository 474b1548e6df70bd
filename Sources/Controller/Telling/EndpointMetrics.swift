internal import Exposition
internal import PrometheusClient

/// Which Prometheus is asked, and which ones are left alone.
struct EndpointMetrics: Sendable {
    private let inUse: MetricFamily<Gauge>
    private let circuits: MetricFamily<Gauge>
    private let moves: Counter

    init(_ registry: MetricRegistry) throws {
        inUse = try registry.gauges(
            "swiftlet_prometheus_endpoint_in_use", help: "1 for the endpoint of Prometheus that queries go to.",
            labels: ["endpoint"], limit: 64)
        circuits = try registry.gauges(
            "swiftlet_prometheus_circuit_open",
            help: "1 while an endpoint has failed too many times in a row, and is asked now and then alone.",
            labels: ["endpoint"], limit: 64)
        moves = try registry.counter(
            "swiftlet_prometheus_failovers_total", help: "Times that queries began to go to another endpoint.")
    }

    func add(_ endpoint: String, isInUse: Bool) {
        inUse[endpoint].set(isInUse ? 1 : 0)
        circuits[endpoint].set(0)
    }

    func record(_ event: EndpointEvent) {
        switch event {
        case .moved(let from, let to, _):
            inUse[from].set(0)
            inUse[to].set(1)
            moves.increment()
        case .opened(let endpoint, _, _, _): circuits[endpoint].set(1)
        case .closed(let endpoint): circuits[endpoint].set(0)
        }
    }
}
