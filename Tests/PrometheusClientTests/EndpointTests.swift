import Autoscaling
import HTTPTransport
import Locking
import PrometheusClient
import Testing

/// Several endpoints: who is asked after whom, and who is left alone. Time is moved by hand.
@Suite(.timeLimit(.minutes(1))) struct EndpointTests {
    typealias Outcome = Result<HTTPResponse, TransportError>

    static let good = HTTPResponse(
        200, #"{"status":"success","data":{"resultType":"scalar","result":[1795486017,"1"]}}"#)
    static let refused = Outcome.failure(fault(.connectionRefused))

    static func fault(_ kind: TransportError.Kind) -> TransportError {
        TransportError(kind: kind, url: "http://first", detail: "\(kind)")
    }

    /// Endpoints `first`, `second`, … that do what a test says, a clock, and what was told.
    final class World: Sendable {
        let clock = Locked(Duration.zero)
        let events = Locked<[EndpointEvent]>([])
        let outcomes: Locked<[Outcome]>
        let clients: [ReplayClient]
        let api: PrometheusAPI

        init(_ outcomes: [Outcome], threshold: Int = 3, random: Double = 0.5) throws {
            let (shared, clock, events) = (Locked(outcomes), clock, events)
            self.outcomes = shared
            clients = outcomes.indices.map { index in
                ReplayClient { _ in try shared.withLock { $0[index] }.get() }
            }
            let names = ["first", "second", "third"]
            let endpoints = try zip(names, clients).map { name, client in
                PrometheusEndpoint(try PrometheusConfiguration(baseURL: "http://\(name)"), over: client)
            }
            api = PrometheusAPI(
                endpoints,
                policy: EndpointPolicy(
                    threshold: threshold, now: { clock.withLock { $0 } }, random: { random }),
                onEvent: { event in events.withLock { $0.append(event) } })
        }

        func set(_ index: Int, _ outcome: Outcome) { outcomes.withLock { $0[index] = outcome } }

        func pass(_ duration: Duration) { clock.withLock { $0 += duration } }

        /// The error of a query, and how many requests each endpoint has had in all.
        func ask() async -> (error: PrometheusError?, requests: [Int]) {
            var error: PrometheusError?
            do {
                _ = try await api.ask(QueryRequest("up"))
            } catch let thrown {
                error = thrown as? PrometheusError
            }
            var requests: [Int] = []
            for client in clients { requests.append(await client.requests.count) }
            return (error, requests)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var outcome: Outcome
        /// Whether the second endpoint is asked.
        var moves: Bool

        init(_ name: String, _ outcome: Outcome, moves: Bool) {
            (testDescription, self.outcome, self.moves) = (name, outcome, moves)
        }
    }

    @Test(arguments: [
        Case("nobody listens", refused, moves: true),
        Case("no such host", .failure(fault(.nameResolution)), moves: true),
        Case("no answer in time", .failure(fault(.timeout(.total))), moves: true),
        Case("an untrusted certificate", .failure(fault(.tls)), moves: true),
        Case("a connection that breaks", .failure(fault(.connectionReset)), moves: true),
        Case("a proxy without Prometheus", .success(HTTPResponse(502, "<html>")), moves: true),
        Case("starting", .success(HTTPResponse(503, "Service Unavailable")), moves: true),
        Case("a failure of its own", .success(HTTPResponse(500, "oops")), moves: true),
        Case("good", .success(good), moves: false),
        Case("another password", .success(HTTPResponse(401, "Unauthorized")), moves: false),
        Case(
            "a query that it cannot read",
            .success(HTTPResponse(400, #"{"status":"error","errorType":"bad_data","error":"no"}"#)), moves: false),
        Case(
            "a query that takes too long",
            .success(HTTPResponse(503, #"{"status":"error","errorType":"timeout","error":"no"}"#)), moves: false),
        Case("an answer that is too long", .failure(fault(.responseTooLarge(limitBytes: 1))), moves: false),
    ])
    func theNextOneIsAskedWhereTheServerIsToBlame(_ test: Case) async throws {
        let world = try World([test.outcome, .success(Self.good)])
        let (error, requests) = await world.ask()
        #expect(requests == [1, test.moves ? 1 : 0])
        if test.moves { #expect(error == nil) }
        // What answers is remembered.
        #expect(await world.ask().requests == (test.moves ? [1, 2] : [2, 0]))
        let moved = world.events.withLock { $0 }
        guard test.moves else {
            #expect(moved.isEmpty)
            return
        }
        guard case .moved("http://first", "http://second", let because?) = moved.first, moved.count == 1 else {
            Issue.record("\(moved)")
            return
        }
        #expect(because.url == "http://first/api/v1/query")
    }

    @Test func theFirstOneIsTriedAgainAfterAWhileByOneQuery() async throws {
        let world = try World([Self.refused, .success(Self.good)])
        #expect(await world.ask().requests == [1, 1])
        world.pass(.seconds(59))
        #expect(await world.ask().requests == [1, 2])
        world.pass(.seconds(2))
        // It still refuses: nobody notices, and it has another minute.
        let failed = await world.ask()
        #expect(failed.error == nil && failed.requests == [2, 3])
        #expect(await world.ask().requests == [2, 4])
        world.set(0, .success(Self.good))
        world.pass(.seconds(61))
        #expect(await world.ask().requests == [3, 4])
        #expect(await world.ask().requests == [4, 4])
        let events = world.events.withLock { $0 }
        #expect(events.count == 2 && events[1] == .moved(from: "http://second", to: "http://first", because: nil))
    }

    @Test func anEndpointThatOnlyFailsIsLeftAloneAndAskedNowAndThen() async throws {
        let world = try World([Self.refused])
        for count in 1...3 { #expect(await world.ask().requests == [count]) }
        let left = await world.ask()
        #expect(left.requests == [3])
        #expect(left.error?.kind == .leftAlone)
        #expect(
            left.error?.description
                == "Prometheus is left alone for a while, after failures in a row: the last was "
                + "http://first/api/v1/query: no answer, connectionRefused; query 'up' to http://first/api/v1/query")
        // 5 s, 10 s, 20 s, 30 s and not more.
        var requests = 3
        for pause in [5, 10, 20, 30, 30] {
            world.pass(.seconds(pause) - .milliseconds(1))
            #expect(await world.ask().requests == [requests])
            world.pass(.milliseconds(1))
            requests += 1
            #expect(await world.ask().requests == [requests])
        }
        world.set(0, .success(Self.good))
        world.pass(.seconds(30))
        #expect(await world.ask().error == nil)
        #expect(await world.ask().error == nil)
        let events = world.events.withLock { $0 }
        #expect(events.count == 2 && events.last == .closed("http://first"))
        guard case .opened("http://first", 3, let last, .seconds(5)) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(last.kind == .transport(.connectionRefused))
    }

    /// While one query hangs, others are answered: it is asked elsewhere, and no one else is.
    @Test func aQueryThatHangsAloneMovesAndClosesNothing() async throws {
        let clock = Locked(Duration.zero)
        let events = Locked<[EndpointEvent]>([])
        let api = Locked<PrometheusAPI?>(nil)
        let first = ReplayClient { request in
            clock.withLock { $0 += .milliseconds(10) }
            guard request.form["query"] == "slow" else { return Self.good }
            _ = try await api.withLock { $0 }?.ask(QueryRequest("quick"))
            throw Self.fault(.timeout(.total))
        }
        let second = ReplayClient { _ in Self.good }
        let endpoints = [
            PrometheusEndpoint(try PrometheusConfiguration(baseURL: "http://first"), over: first),
            PrometheusEndpoint(try PrometheusConfiguration(baseURL: "http://second"), over: second),
        ]
        api.withLock {
            $0 = PrometheusAPI(
                endpoints, policy: EndpointPolicy(threshold: 2, now: { clock.withLock { $0 } }),
                onEvent: { event in events.withLock { $0.append(event) } })
        }
        for _ in 0..<5 { _ = try await api.withLock { $0 }?.ask(QueryRequest("slow")) }
        #expect(events.withLock { $0 }.isEmpty)
        #expect(await second.requests.map { $0.form["query"] } == Array(repeating: "slow", count: 5))
        #expect(await first.requests.count == 10)
        // It asks itself: let go, or nobody does.
        api.withLock { $0 = nil }
    }

    @Test func pausesAreSpreadByAFifth() async throws {
        for (random, pause) in [(0.0, Duration.seconds(4)), (0.999_999, .seconds(6))] {
            let world = try World([Self.refused], threshold: 1, random: random)
            _ = await world.ask()
            world.pass(pause - .milliseconds(1))
            #expect(await world.ask().requests == [random == 0 ? 1 : 1])
            world.pass(.milliseconds(1))
            #expect(await world.ask().requests == [2])
        }
    }

    /// Of many queries one finds out; the others wait for it and are then sent, or fail with it.
    @Test(arguments: [true, false])
    func oneQueryFindsOutForAll(recovers: Bool) async throws {
        let world = try World([Self.refused], threshold: 1)
        _ = await world.ask()
        world.pass(.seconds(5))
        if recovers { world.set(0, .success(Self.good)) }
        let errors = await withTaskGroup(of: PrometheusError?.self) { group in
            for _ in 0..<20 { group.addTask { await world.ask().error } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.count { $0 == nil } == (recovers ? 20 : 0))
        #expect(await world.clients[0].requests.count == (recovers ? 21 : 2))
        #expect(errors.count { $0?.kind == .leftAlone } == (recovers ? 0 : 19))
    }

    @Test func eachOfSeveralHasItsShareOfTheTime() async throws {
        let world = try World([.failure(Self.fault(.timeout(.total))), .success(Self.good)])
        _ = await world.ask()
        // 10 s of the query and 2 s for the way.
        let first = try #require(await world.clients[0].requests.first)
        #expect(first.limits.total == .seconds(6) && first.form["timeout"] == "4000ms")
        // The clock has not moved: all of it is left.
        let second = try #require(await world.clients[1].requests.first)
        #expect(second.limits.total == .seconds(12) && second.form["timeout"] == "10000ms")
    }

    @Test func whenAllFailEachIsNamed() async throws {
        let world = try World([Self.refused, .success(HTTPResponse(502, "Bad Gateway"))])
        let error = await world.ask().error
        #expect(
            error?.description
                == "the proxy cannot reach Prometheus (HTTP 502): Bad Gateway; before, http://first/api/v1/query: no answer, "
                + "connectionRefused; query 'up' to http://second/api/v1/query")
    }
}
