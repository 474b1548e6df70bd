import Testing

@testable import Autoscaling
@testable import Controller

/// The last hours of an autoscaler: bounded, and right about gaps, long runs and clocks that are set.
@Suite(.timeLimit(.minutes(1))) struct StatusTrailTests {
    private struct Tick: Sendable {
        var at: Int64
        var replicas: Int32
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Times in seconds.
        var ticks: [Tick]
        /// Seconds of a column in the end.
        var columnSeconds: Int64
        /// The newest columns, the last one first; `nil` where nothing was seen.
        var newest: [UInt16?]
        /// Columns in which something was seen.
        var seen: Int
    }

    private static func steady(_ range: StrideTo<Int64>, _ replicas: Int32 = 2) -> [Tick] {
        range.map { Tick(at: $0, replicas: replicas) }
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "one after the other", ticks: [.init(at: 0, replicas: 2), .init(at: 15, replicas: 3)],
            columnSeconds: 15, newest: [3, 2, nil], seen: 2),
        Case(
            testDescription: "the last of a column stands",
            ticks: [.init(at: 0, replicas: 2), .init(at: 14, replicas: 3)],
            columnSeconds: 15, newest: [3, nil], seen: 1),
        Case(
            testDescription: "a tick that overruns leaves no hole",
            ticks: [.init(at: 0, replicas: 2), .init(at: 45, replicas: 3)], columnSeconds: 15,
            newest: [3, 2, 2, 2, nil],
            seen: 4),
        Case(
            testDescription: "an outage does", ticks: [.init(at: 0, replicas: 2), .init(at: 60, replicas: 3)],
            columnSeconds: 15, newest: [3, nil, nil, nil, 2, nil], seen: 2),
        Case(
            testDescription: "a clock set back a little goes on in the newest column",
            ticks: [.init(at: 600, replicas: 2), .init(at: 300, replicas: 5)], columnSeconds: 15, newest: [5, nil],
            seen: 1),
        Case(
            testDescription: "a clock set back by a day begins anew",
            ticks: [.init(at: 100_000, replicas: 2), .init(at: 0, replicas: 5)], columnSeconds: 15, newest: [5, nil],
            seen: 1),
        Case(
            testDescription: "full columns become half as many", ticks: steady(stride(from: 0, to: 2_415, by: 15)),
            columnSeconds: 30, newest: [2], seen: 81),
        Case(
            testDescription: "a day ends with hours of it", ticks: steady(stride(from: 0, to: 86_400, by: 15)),
            columnSeconds: 120, newest: [2, 2], seen: 160),
        Case(
            testDescription: "before the epoch too", ticks: steady(stride(from: -45, to: 0, by: 15)), columnSeconds: 15,
            newest: [2, 2, 2, nil], seen: 3),
        Case(
            testDescription: "more than a column can say is the most it can", ticks: [.init(at: 0, replicas: .max)],
            columnSeconds: 15, newest: [.max, nil], seen: 1),
    ]

    @Test(arguments: cases) private func columnsAreAsTheTicksWere(_ one: Case) async throws {
        let report = try #require(try await Fleet.make(1).first)
        let book = StatusBook(syncPeriod: .seconds(15))
        for tick in one.ticks {
            var report = report
            report.decision.currentReplicas = tick.replicas
            report.decision.desiredReplicas = tick.replicas
            book.record(Fleet.tick([report], at: Timestamp(nanoseconds: tick.at * 1_000_000_000)))
        }
        let trail = try #require(book.trails(of: [0], in: book.reading).first ?? nil)
        #expect(trail.columnSeconds == one.columnSeconds)
        let columns = trail.columns
        #expect(columns.count == StatusTrail.columnCount)
        #expect(columns.suffix(one.newest.count).reversed().map { $0.isSeen ? $0.current : nil } == one.newest)
        #expect(columns.count { $0.isSeen } == one.seen)
        // What nothing is wrong with leaves one decision, the first.
        #expect(trail.decisions.count <= 2)
    }

    @Test func aColumnIsTwelveBytes() {
        #expect(MemoryLayout<StatusTrail.Column>.stride == 12)
    }

    /// Of a fleet that is rescaled at every tick, each keeps its share and no more.
    @Test(arguments: [(1, 20), (30, 20), (2_000, 5), (9_000, 2)]) func decisionsAreBounded(_ count: Int, _ kept: Int)
        async throws
    {
        let one = try #require(try await Fleet.make(1).first)
        let fleet = (0..<count).map { number in
            var report = one
            report.autoscaler.key = AutoscalerKey(namespace: "shop", name: "web-\(number)")
            report.outcome = .scaled(from: 2, to: 3)
            return report
        }
        let book = StatusBook()
        for number in 0..<25 {
            book.record(Fleet.tick(fleet, at: Timestamp(nanoseconds: Int64(number) * 15_000_000_000)))
        }
        let trails = book.trails(of: [0, count - 1], in: book.reading)
        #expect(trails.map { $0?.decisions.count } == [kept, kept])
    }

    /// Autoscalers come and go, and each keeps its own hours.
    @Test func trailsStayWithTheirAutoscalers() async throws {
        let fleet = try await Fleet.make(3)
        let book = StatusBook()
        func record(_ places: [Int], at seconds: Int64) {
            let reports = places.map { place in
                var report = fleet[place]
                report.decision.currentReplicas = Int32(10 + place)
                return report
            }
            book.record(Fleet.tick(reports, at: Timestamp(nanoseconds: seconds * 1_000_000_000)))
        }
        record([0, 1, 2], at: 0)
        record([2, 0], at: 15)
        record([1, 2], at: 30)
        let reading = book.reading
        let trails = book.trails(of: [0, 1], in: reading)
        #expect(reading.entries.map(\.key.name) == ["web-1", "web-2"])
        #expect(trails.map { $0?.columns.count { $0.isSeen } } == [1, 3])
        #expect(trails.map { $0?.columns.last?.current } == [11, 12])
        // A reading that is out of date by now still finds them.
        record([0, 2, 1], at: 45)
        #expect(book.trails(of: [0, 1], in: reading).map { $0?.columns.last?.current } == [11, 12])
        // Who is not due keeps everything, and who is gone is forgotten all the same.
        var some = Fleet.tick([fleet[1]], at: Timestamp(nanoseconds: 60_000_000_000))
        some.resting = [fleet[0].autoscaler.key, AutoscalerKey(namespace: "shop", name: "new")]
        book.record(some)
        #expect(Set(book.reading.entries.map(\.key.name)) == ["web-0", "web-1"])
        let columns = book.trails(of: [0, 1], in: book.reading).map { $0?.columns.count { $0.isSeen } ?? 0 }
        #expect(
            Dictionary(uniqueKeysWithValues: zip(book.reading.entries.map(\.key.name), columns)) == [
                "web-0": 1, "web-1": 3,
            ])
        book.clear()
        #expect(book.reading.entries.isEmpty)
    }
}
