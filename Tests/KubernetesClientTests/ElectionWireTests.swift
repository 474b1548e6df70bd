import Autoscaling
import FoundationEssentials
import KubernetesTypes
import Recordings
import Testing

@testable import KubernetesClient

/// The recorded exchanges of a Lease: the requests are ours to the byte, and the answers lead on.
@Suite(.timeLimit(.minutes(1))) struct ElectionWireTests {
    private static let file = "17-lease.http.txt"

    private func time(_ text: String) throws -> Timestamp { try #require(RFC3339.parse(text)) }

    private func recorded(_ note: String) throws -> WireExchange {
        try #require(try WireExchange.load(Self.file).first { $0.note == note })
    }

    /// Sends the requests of an election to the recording until it waits.
    private func settle(
        _ election: inout LeaseElection, _ transport: ReplayTransport, at now: Duration, _ wallClock: Timestamp
    ) async throws {
        let client = KubernetesClient(replaying: transport)
        let path = ResourcePath.object(.leases, namespace: "shop", name: "leader")
        while true {
            let action = election.next(at: now, wallClock: wallClock)
            let answer: LeaseElection.Answer
            do {
                switch action {
                case .wait, .finished: return
                case .read: answer = .lease(try await client.get(Lease.self, path))
                case .create(let lease):
                    answer = .lease(try await client.create(lease, in: .collection(.leases, namespace: "shop")))
                case .update(let lease): answer = .lease(try await client.update(lease, at: path))
                }
            } catch let error as KubernetesError {
                switch error.kind {
                case .notFound: answer = .missing
                case .conflict, .alreadyExists: answer = .conflict
                default: throw error
                }
            }
            election.received(answer, to: action, startedAt: now, at: now)
        }
    }

    /// A 404 for the lease, which the recording asks for only after it is there.
    private func missing() throws -> WireExchange {
        var exchange = try WireExchange.load(Self.file, note: "get")
        exchange.response.startLine = "HTTP/1.1 404 Not Found"
        exchange.response.body = Array(
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","details":{"name":"leader","group":"coordination.k8s.io","kind":"leases"},"code":404}"#
                .utf8)
        return exchange
    }

    /// The recorder left `acquireTime` as it was when it took the lease over; a hold begins with its taking.
    private func takeover(_ note: String) throws -> WireExchange {
        var exchange = try recorded(note)
        var body = try JSONValue(parsing: exchange.request.body)
        let renewTime = body["spec"]?["renewTime"]
        body["spec"]?["acquireTime"] = renewTime
        exchange.request.body = Array(body.description.utf8)
        return exchange
    }

    @Test func theWholeLifeOfALeaseIsAsRecorded() async throws {
        var first = LeaseElection("a")
        var transport = ReplayTransport([try missing(), try recorded("create")])
        try await settle(&first, transport, at: .zero, try time("2026-01-01T00:00:00Z"))
        #expect(first.renewedAt == .zero && transport.isUsedUp)

        // The second one was about to make it too, and had not seen it yet.
        var second = LeaseElection("b")
        transport = ReplayTransport([try missing(), try recorded("create again")])
        try await settle(&second, transport, at: .zero, try time("2026-01-01T00:00:00Z"))
        #expect(second.renewedAt == nil && transport.isUsedUp)
        transport = ReplayTransport([try recorded("get")])
        try await settle(&second, transport, at: .seconds(4), try time("2026-01-01T00:00:04Z"))
        #expect(second.standing.other == "a" && transport.isUsedUp)

        transport = ReplayTransport([try recorded("renew")])
        try await settle(&first, transport, at: .seconds(2), try time("2026-01-01T00:00:10.123456Z"))
        #expect(first.renewedAt == .seconds(2) && transport.isUsedUp)

        // It reads the record of before the renewal and comes too late; then that of the renewal, which it has to see
        // unchanged as long as any other.
        transport = ReplayTransport([try recorded("get"), try takeover("take over, old resourceVersion")])
        try await settle(&second, transport, at: .seconds(20), try time("2026-01-01T00:00:30Z"))
        #expect(second.renewedAt == nil && transport.isUsedUp)
        var renewed = try recorded("get")
        renewed.response = try recorded("renew").response
        transport = ReplayTransport([renewed])
        try await settle(&second, transport, at: .seconds(24), try time("2026-01-01T00:00:30Z"))
        #expect(second.renewedAt == nil && transport.isUsedUp)
        transport = ReplayTransport([renewed, try takeover("take over")])
        try await settle(&second, transport, at: .seconds(39), try time("2026-01-01T00:00:30Z"))
        #expect(second.renewedAt == .seconds(39) && transport.isUsedUp)

        second.beginRelease(at: .seconds(40))
        transport = ReplayTransport([try recorded("release")])
        try await settle(&second, transport, at: .seconds(40), try time("2026-01-01T00:00:31Z"))
        #expect(transport.isUsedUp)
        #expect(second.next(at: .seconds(40), wallClock: try time("2026-01-01T00:00:31Z")) == .finished)
    }
}
