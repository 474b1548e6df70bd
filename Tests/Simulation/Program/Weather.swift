internal import HTTPService
internal import Locking
internal import MiniCluster
internal import Recordings

/// What becomes of one request on its way there and back.
struct Passage: Sendable {
    /// Until it arrives; of a request that arrives twice, for each time.
    var outbound: [Duration]
    var inbound: Duration
    var loses = Loss.nothing
    /// Bytes of a streamed answer after which the connection breaks.
    var breaksAfter: Int?
    /// Bytes of a streamed answer after which nothing comes any more, on a connection that stays.
    var stallsAfter: Int?

    enum Loss: Sendable {
        case nothing, request, answer
        /// The connection breaks before the answer is complete.
        case connection
    }
}

/// Draws what goes wrong with requests, by a seed; nothing does in calm weather.
final class Weather: Sendable {
    private struct State {
        var random: SeededGenerator
        var isCalm = false
    }

    private let scenario: Scenario
    private let chronicle: Chronicle
    private let state: Locked<State>

    init(_ scenario: Scenario, seed: UInt64, _ chronicle: Chronicle) {
        self.scenario = scenario
        self.chronicle = chronicle
        state = Locked(State(random: SeededGenerator(seed: seed ^ 0x3EA7_0000_0000)))
    }

    var isCalm: Bool { state.withLock(\.isCalm) }

    func calm() {
        state.withLock { $0.isCalm = true }
    }

    /// A random number for whoever makes the weather worse.
    func number(in range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.random) }
    }

    /// - Parameter percent: Of a hundred times; never in calm weather.
    func strikes(_ percent: Int) -> Bool {
        state.withLock { $0.isCalm ? false : Int.random(in: 0..<100, using: &$0.random) < percent }
    }

    private func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(in: range)) }

    /// What becomes of a request.
    func passage() -> Passage {
        var passage = Passage(outbound: [milliseconds(1...8)], inbound: milliseconds(1...8))
        guard strikes(scenario.lossPercent) else { return passage }
        switch number(in: 0...8) {
        case 0:
            chronicle.count("request lost")
            passage.loses = .request
        case 1:
            chronicle.count("answer lost")
            passage.loses = .answer
        case 2:
            chronicle.count("connection broken")
            passage.loses = .connection
            passage.breaksAfter = number(in: 0...3_000)
        case 3:
            chronicle.count("request delayed")
            passage.outbound = [milliseconds(100...3_000)]
        case 4:
            chronicle.count("answer delayed")
            passage.inbound = milliseconds(100...3_000)
        case 5:
            // Beyond every limit: it is carried out when nobody waits for it any more.
            chronicle.count("request carried out late")
            passage.outbound = [milliseconds(3_000...40_000)]
        case 6:
            chronicle.count("request doubled")
            passage.outbound.append(milliseconds(1...5_000))
        case 7:
            chronicle.count("connection stalled")
            passage.loses = .answer
            passage.stallsAfter = number(in: 0...3_000)
        default:
            chronicle.count("answer reordered")
            passage.inbound = milliseconds(8...300)
        }
        return passage
    }

    /// How long the next piece of a stream takes.
    func pieceDelay() -> Duration {
        strikes(scenario.lossPercent) ? milliseconds(10...2_000) : milliseconds(1...4)
    }

    /// What the API server does with a request that arrives, other than its work.
    func apiFault(_ request: ServiceRequest) -> Fault? {
        guard strikes(scenario.refusalPercent) else { return nil }
        let (name, fault): (String, Fault) =
            switch number(in: 0...7) {
            case 0: ("429 of the API server", .tooManyRequests(retryAfterSeconds: 1))
            case 1: ("500 of the API server", .status(StatusError(500, "InternalError", "etcdserver: leader changed")))
            case 2: ("503 of the API server", .status(StatusError(503, "ServiceUnavailable", "shutting down")))
            case 3: ("answer cut", .truncateAnswer(bytes: number(in: 0...2_000)))
            case 4: ("garbage of the API server", .respond(.text("<html>maintenance</html>")))
            case 5: ("504 after the work", .dropAnswer)
            default:
                request.method == "GET"
                    ? ("410 of the API server", .status(StatusError(410, "Expired", "too old resource version")))
                    : ("409 of the API server", .status(StatusError(409, "Conflict", "the object has been modified")))
            }
        chronicle.count(name)
        return fault
    }

    /// What Prometheus answers to a query in the place of the truth.
    func prometheusFault() -> ServiceResponse? {
        guard strikes(scenario.refusalPercent) else { return nil }
        let empty = #"{"status":"success","data":{"resultType":"vector","result":[]}}"#
        let (name, response): (String, ServiceResponse) =
            switch number(in: 0...4) {
            case 0: ("503 of Prometheus", .text("Service Unavailable", status: 503))
            case 1: ("500 of Prometheus", .text("internal error", status: 500))
            case 2: ("garbage of Prometheus", .text("<html>maintenance</html>"))
            case 3: ("empty answer of Prometheus", .json(Array(empty.utf8)))
            default:
                (
                    "422 of Prometheus",
                    .json(Array(#"{"status":"error","errorType":"timeout","error":"slow"}"#.utf8), status: 422)
                )
            }
        chronicle.count(name)
        return response
    }
}
