import Autoscaling
import MiniCluster
import Testing

@testable import Controller

/// Autoscalers with a sync period of their own.
@Suite(.timeLimit(.minutes(1))) struct SyncPeriodTests {
    private static let start = Timestamp(nanoseconds: 1_773_424_800_000_000_000)

    /// Seconds after the start at which each period is due, when ticks take no time.
    @Test func eachPeriodIsDueAtItsOwnTimes() {
        let periods: Set<Duration> = [.seconds(1), .seconds(15), .seconds(40)]
        var due = DueTimes(start: Self.start, period: .seconds(15))
        var seen: [Duration: [Int64]] = [:]
        var now = Self.start
        while now < Self.start.advanced(bySeconds: 90) {
            for period in due.take(periods, at: now) {
                seen[period, default: []].append(now.nanoseconds(since: Self.start) / 1_000_000_000)
            }
            now = due.next(after: now)
        }
        #expect(seen[.seconds(1)] == Array(0..<90))
        #expect(seen[.seconds(15)] == [0, 15, 30, 45, 60, 75])
        #expect(seen[.seconds(40)] == [0, 40, 80])
    }

    @Test func whatIsNewIsDueAtOnceAndWhatIsGoneNoMore() {
        var due = DueTimes(start: Self.start, period: .seconds(15))
        #expect(due.take([.seconds(15)], at: Self.start) == [.seconds(15)])
        #expect(due.next(after: Self.start) == Self.start.advanced(bySeconds: 15))
        let later = Self.start.advanced(bySeconds: 15)
        #expect(due.take([.seconds(2)], at: later) == [.seconds(15), .seconds(2)])
        #expect(due.next(after: later) == Self.start.advanced(bySeconds: 16))
        #expect(due.take([], at: Self.start.advanced(bySeconds: 16)).isEmpty)
        #expect(due.next(after: Self.start.advanced(bySeconds: 16)) == Self.start.advanced(bySeconds: 30))
    }

    /// A tick that overruns skips its own times, and not those of others.
    @Test func aSlowTickDelaysOthersAndDoesNotSkipThem() {
        var due = DueTimes(start: Self.start, period: .seconds(15))
        let periods: Set<Duration> = [.seconds(1), .seconds(15)]
        _ = due.take(periods, at: Self.start)
        _ = due.next(after: Self.start)
        #expect(due.take(periods, at: Self.start.advanced(bySeconds: 14)) == [.seconds(1)])
        // It ends at 17.5 s.
        let end = Self.start.advanced(byNanoseconds: 17_500_000_000)
        #expect(due.next(after: end) == Self.start.advanced(bySeconds: 15))
        #expect(due.take(periods, at: end) == [.seconds(15)])
        #expect(due.next(after: end) == Self.start.advanced(bySeconds: 18))
    }

    @Test func aClockThatIsSetBackStopsNobody() {
        var due = DueTimes(start: Self.start, period: .seconds(15))
        _ = due.take([.seconds(1)], at: Self.start)
        _ = due.next(after: Self.start)
        let before = Self.start.advanced(bySeconds: -3_600)
        #expect(due.take([.seconds(1)], at: before) == [.seconds(15), .seconds(1)])
        #expect(due.next(after: before) == before.advanced(bySeconds: 1))
    }

    /// Half a minute of a loop, second by second: the one that is due each second sees a rush within its period, the
    /// other one is decided on when its own time has come.
    @Test func aShortPeriodReactsAndMakesNoWorkForOthers() async throws {
        try await World.run { world in
            try await world.addDeployment("quick")
            for pod in ["quick-0", "quick-1"] {
                await world.scrape(pod, 0.05, at: Array(0...20))
                // From 1 s of cpu to 11.5 s in three seconds.
                await world.scrape(pod, 0.5, at: [23])
            }
            var quick = world.autoscaler("quick")
            quick.spec.extensions = ScalingExtensions(syncPeriodSeconds: 1)
            let reports = try await run(world, [world.autoscaler, quick], seconds: 30)
            #expect(reports.map { $0.time.nanoseconds(since: ByteBites.start) / 1_000_000_000 } == Array(0...30))
            for (second, report) in reports.enumerated() {
                let (due, resting) = (report.autoscalers.map(\.autoscaler.key), report.resting)
                #expect(due == (second.isMultiple(of: 15) ? [world.autoscaler.key, quick.key] : [quick.key]))
                #expect(resting == (second.isMultiple(of: 15) ? [] : [world.autoscaler.key]))
            }
            let up = reports.firstIndex { report in
                report.autoscalers.contains {
                    if case .scaled(let from, let to) = $0.outcome {
                        $0.autoscaler.key == quick.key && to > from
                    } else {
                        false
                    }
                }
            }
            #expect(up.map { (23...24).contains($0) } == true, "\(String(describing: up))")
            // Who is not due is not forgotten.
            let book = StatusBook()
            for report in reports { book.record(report) }
            #expect(Set(book.reading.entries.map(\.key)) == [world.autoscaler.key, quick.key])
        }
    }

    @Test func twoOfOneTargetAreToldFromEachOtherWhicheverIsDue() async throws {
        try await World.run { world in
            var quick = world.autoscaler
            quick.key.name = "quick"
            quick.spec.extensions = ScalingExtensions(syncPeriodSeconds: 1)
            let reports = try await run(world, [world.autoscaler, quick], seconds: 3)
            for report in reports {
                for one in report.autoscalers {
                    guard case .found(let scale) = one.observation.target, case .ambiguous(_, let all) = scale.selector
                    else {
                        Issue.record("\(one.autoscaler.key) at \(report.number)")
                        continue
                    }
                    #expect(all.count == 2)
                }
            }
        }
    }

    private func run(_ world: World, _ autoscalers: [Autoscaler], seconds: Int) async throws -> [TickReport] {
        let clock = SimulationClock(movedByHandFrom: ByteBites.start)
        let (reports, sink) = AsyncStream.makeStream(of: TickReport.self)
        let loop = ControlLoop(
            source: FixedAutoscalers(autoscalers), reconciler: world.reconciler(), clock: clock
        ) { sink.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            var seen: [TickReport] = []
            for await report in reports {
                seen.append(report)
                if seen.count > seconds { break }
                try await world.advance(to: seen.count)
                clock.advance(to: ByteBites.start.advanced(bySeconds: Int64(seen.count)))
            }
            group.cancelAll()
            try await group.waitForAll()
            return seen
        }
    }
}
