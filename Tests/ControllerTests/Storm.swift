import HTTPService
import Locking
import MiniCluster
import Recordings

/// Draws faults by a seed; which request gets which depends on their order, and that on the machine.
final class Storm: Sendable {
    private struct State {
        var random: SeededGenerator
        var counts: [String: Int] = [:]
    }

    /// Of a hundred requests, those that go wrong.
    private let percent: Int
    private let state: Locked<State>

    init(seed: UInt64, percent: Int = 40) {
        self.percent = percent
        state = Locked(State(random: SeededGenerator(seed: seed)))
    }

    var counts: [String: Int] { state.withLock { $0.counts } }
    var total: Int { counts.values.reduce(0, +) }

    func fault(_ request: ServiceRequest) -> Fault? {
        state.withLock { state in
            guard Int.random(in: 0..<100, using: &state.random) < percent else { return nil }
            let isWrite = request.method != "GET"
            let (name, fault): (String, Fault) =
                switch Int.random(in: 0..<9, using: &state.random) {
                case 0: ("connection dropped", .dropConnection)
                case 1: ("answer lost", .dropAnswer)
                case 2, 3:
                    (
                        "answer or event cut",
                        .truncateAnswer(bytes: Int.random(in: 0..<2_000, using: &state.random))
                    )
                case 4: ("delayed", .delay(.milliseconds(Int.random(in: 1..<20, using: &state.random))))
                case 5: ("429", .tooManyRequests(retryAfterSeconds: 1))
                case 6: ("500", .status(StatusError(500, "InternalError", "etcdserver: leader changed")))
                case 7: ("503", .status(StatusError(503, "ServiceUnavailable", "apiserver is shutting down")))
                default:
                    isWrite
                        ? ("409", .status(StatusError(409, "Conflict", "the object has been modified")))
                        : ("410", .status(StatusError(410, "Expired", "too old resource version")))
                }
            state.counts[name, default: 0] += 1
            return fault
        }
    }

    /// What Prometheus answers instead of the truth.
    func answer() -> ServiceResponse? {
        state.withLock { state in
            guard Int.random(in: 0..<100, using: &state.random) < percent else { return nil }
            let (name, response): (String, ServiceResponse) =
                switch Int.random(in: 0..<4, using: &state.random) {
                case 0: ("503 of Prometheus", .text("Service Unavailable", status: 503))
                case 1: ("garbage of Prometheus", .text("<html>maintenance</html>"))
                case 2:
                    (
                        "cut answer of Prometheus",
                        ServiceResponse(body: .truncated(Array("{\"status\"".utf8), announcedBytes: 2_000))
                    )
                default: ("dropped by Prometheus", .dropConnection)
                }
            state.counts[name, default: 0] += 1
            return response
        }
    }
}
