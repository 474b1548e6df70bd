package import Autoscaling
package import PrometheusClient

extension EventLog {
    /// Tells what became of an endpoint of Prometheus.
    package func record(_ event: EndpointEvent, at time: Timestamp) {
        switch event {
        case .moved(let from, let to, let because):
            let error = because.map { [Field("error", $0.description)] } ?? []
            self.event(
                because == nil ? .info : .warning, .prometheusMoved, at: time,
                [.init("from", from), .init("to", to)] + error)
        case .opened(let endpoint, let failures, let last, let pause):
            self.event(
                .warning, .prometheusLeftAlone, at: time,
                [
                    .init("endpoint", endpoint), .init("failures", failures),
                    .init("milliseconds", pause.nanoseconds / 1_000_000), .init("error", last.description),
                ])
        case .closed(let endpoint):
            self.event(.info, .prometheusAnswersAgain, at: time, [.init("endpoint", endpoint)])
        }
    }
}
