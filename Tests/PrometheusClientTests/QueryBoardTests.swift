import Autoscaling
import HTTPTransport
import Locking
import Testing

@testable import PrometheusClient

/// Slow queries beside quick ones, tick after tick. No time passes: which queries are slow is said by each test.
@Suite(.timeLimit(.minutes(1))) struct QueryBoardTests {
    /// Something that many wait for, and that happens once.
    actor Gate {
        private var isOpen = false
        private var waiters: [CheckedContinuation<Void, Never>] = []

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiters.append($0) }
        }
    }

    enum Answer: Sendable, Equatable {
        case success(Double)
        case failure(PrometheusError.Kind)
    }

    /// A server that holds some queries until they are released, and a collector that has no patience with some and
    /// endless patience with the others.
    final class World: Sendable {
        let held = Locked<[String: Gate]>([:])
        let slow = Locked<Set<String>>([])
        let asked = Locked<[String]>([])
        let collector: SnapshotCollector

        init(places: Int = 4) throws {
            let (held, slow, asked) = (held, slow, asked)
            let client = ReplayClient { request in
                let form = request.form
                let query = form["query"] ?? ""
                asked.withLock { $0.append(query) }
                await held.withLock { $0[query] }?.pass()
                try Task.checkCancellation()
                // The value is the time of evaluation.
                return HTTPResponse(
                    200,
                    #"{"status":"success","data":{"resultType":"scalar","result":[1,"\#(form["time"] ?? "")"]}}"#)
            }
            collector = SnapshotCollector(
                PrometheusAPI(try PrometheusConfiguration(baseURL: "http://prometheus"), over: client),
                patience: QueryBoard.Patience(query: .seconds(1), round: .seconds(12)) { _, query in
                    let isSlow = slow.withLock { slow in query.map(slow.contains) ?? false }
                    if !isSlow { try await Task.sleep(for: .seconds(600)) }
                }, concurrency: places)
        }

        /// The answers of a tick in the order of the queries: the time at which each was evaluated, or its failure.
        func tick(_ second: Int64, _ queries: [String]) async throws -> [Answer] {
            let time = Timestamp(nanoseconds: second * 1_000_000_000)
            let snapshot = try await collector.collect(SnapshotPlan(time: time, expressions: queries))
            return try queries.map { query -> Answer in
                switch try #require(snapshot.answer(to: query)) {
                case .failure(let error): return .failure(error.kind)
                case .success(let answer):
                    guard case .scalar(_, let value) = answer.result else { return .failure(.notPrometheus) }
                    #expect(answer.evaluated == Timestamp(secondsSinceEpoch: value))
                    return .success(value)
                }
            }
        }

        /// From now on the query is not answered.
        func hold(_ query: String) { held.withLock { $0[query] = Gate() } }

        /// Lets it be answered, and waits until no slow query is under way.
        func release(_ queries: String...) async throws {
            for query in queries {
                let gate = held.withLock { held in
                    let gate = held[query]
                    held[query] = nil
                    return gate
                }
                await gate?.open()
            }
            for _ in 0..<5_000 where await collector.board?.slow != 0 { try await Task.sleep(for: .milliseconds(1)) }
            #expect(await collector.board?.slow == 0)
        }

        func count(_ query: String) -> Int { asked.withLock { $0.count { $0 == query } } }

        /// Waits until a query was sent so many times.
        func sent(_ query: String, _ count: Int) async throws {
            for _ in 0..<5_000 where self.count(query) < count { try await Task.sleep(for: .milliseconds(1)) }
            #expect(self.count(query) == count, "\(query)")
        }
    }

    @Test func aSlowQueryHoldsUpNobodyAndItsLastAnswerCounts() async throws {
        let world = try World()
        world.slow.withLock { $0 = ["s"] }
        world.hold("s")
        // Under way, and never answered yet: only who needs it does without.
        #expect(try await world.tick(15, ["a", "s"]) == [.success(15), .failure(.underWay)])
        // Still the same: it is not asked a second time.
        #expect(try await world.tick(30, ["a", "s"]) == [.success(30), .failure(.underWay)])
        #expect(world.count("s") == 1)
        // It answers between two ticks, for the time that it was asked for, and is asked again.
        try await world.release("s")
        world.hold("s")
        #expect(try await world.tick(45, ["a", "s"]) == [.success(45), .success(15)])
        try await world.sent("s", 2)
        #expect(try await world.tick(60, ["a", "s"]) == [.success(60), .success(15)])
        // From now on it is quick. The tick that finds out does not wait for it yet.
        world.slow.withLock { $0 = [] }
        try await world.release("s")
        let first = try await world.tick(75, ["a", "s"])
        #expect(first == [.success(75), .success(45)] || first == [.success(75), .success(75)])
        for second in stride(from: Int64(90), through: 120, by: 15) {
            try await world.sent("s", Int(second) / 15 - 3)
            try await world.release()
            #expect(
                try await world.tick(second, ["a", "s"]) == [.success(Double(second)), .success(Double(second))])
        }
    }

    @Test func slowQueriesTakeNoPlacesFromTheOthers() async throws {
        let world = try World(places: 2)
        // In the order of the texts they come before the quick ones.
        let slow = (0..<6).map { "0slow\($0)" }
        let quick = (0..<20).map { "quick\($0)" }
        world.slow.withLock { $0 = Set(slow) }
        for query in slow { world.hold(query) }
        for second in [Int64(15), 30, 45] {
            let answers = try await world.tick(second, slow + quick)
            #expect(answers.suffix(20).allSatisfy { $0 == .success(Double(second)) })
            #expect(answers.prefix(6).allSatisfy { $0 == .failure(.underWay) })
        }
        for query in slow { try await world.sent(query, 1) }
        for query in slow { await world.held.withLock { $0[query] }?.open() }
        try await world.release()
        // Known to be slow, they have two places of their own, and no more.
        for query in slow { world.hold(query) }
        let answers = try await world.tick(60, slow + quick)
        #expect(answers.prefix(6).allSatisfy { $0 == .success(15) })
        #expect(answers.suffix(20).allSatisfy { $0 == .success(60) })
        #expect(await world.collector.board?.slow == 2)
        for query in slow { await world.held.withLock { $0[query] }?.open() }
    }

    @Test func aTickThatIsCancelledEndsWhatIsUnderWay() async throws {
        let world = try World()
        world.hold("q")
        let tick = Task { try await world.tick(15, ["q"]) }
        try await world.sent("q", 1)
        tick.cancel()
        try await world.release("q")
        await #expect(throws: CancellationError.self) { try await tick.value }
    }

    @Test func whoIsNotAskedForInATickIsNotForgotten() async throws {
        let world = try World()
        world.slow.withLock { $0 = ["s"] }
        world.hold("s")
        #expect(try await world.tick(15, ["a", "s"]) == [.success(15), .failure(.underWay)])
        // A tick of others alone, while it is under way.
        #expect(try await world.tick(16, ["a"]) == [.success(16)])
        try await world.release("s")
        world.hold("s")
        #expect(try await world.tick(30, ["a", "s"]) == [.success(30), .success(15)])
        try await world.release("s")
    }
}
