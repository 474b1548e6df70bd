import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(3))) struct ElectionSimulationTests {
    @Test(arguments: [2, 3])
    func neverDoTwoWriteAndSoonOneDoes(_ processes: Int) {
        var sum = ElectionSimulation.Tally()
        let seeds: Range<UInt64> = 0..<150
        for seed in seeds {
            var simulation = ElectionSimulation(seed: seed, .init(processes: processes))
            let tally = simulation.run()
            #expect(tally.violations.isEmpty, "seed \(seed): \(tally.violations.prefix(3))")
            #expect(tally.leaderAtEnd, "seed \(seed)")
            sum += tally
        }
        // Enough has happened for that to mean something.
        #expect(sum.terms > 5 * seeds.count)
        #expect(sum.losses > seeds.count)
        #expect(sum.releases > seeds.count)
        #expect(sum.lateStores > seeds.count / 5)
        #expect(sum.resumedAsLeader > seeds.count)
        #expect(sum.writes > 50 * seeds.count && sum.refusedWrites > 50 * seeds.count)
    }

    @Test func otherTimingsHoldAsWell() throws {
        let timings = try ElectionTimings(
            leaseDuration: .seconds(5), renewDeadline: .seconds(4), retryPeriod: .seconds(1))
        for seed in 0..<50 as Range<UInt64> {
            var simulation = ElectionSimulation(seed: seed, .init(timings: timings))
            let tally = simulation.run()
            #expect(tally.violations.isEmpty, "seed \(seed): \(tally.violations.prefix(3))")
            #expect(tally.leaderAtEnd, "seed \(seed)")
        }
    }

    /// The simulation would see it: clocks that differ by more than the margin allows let two write.
    @Test func clocksThatDifferTooMuchAreFoundOut() {
        var violations = 0
        for seed in 0..<30 as Range<UInt64> {
            var simulation = ElectionSimulation(seed: seed, .init(drift: 0.4))
            violations += simulation.run().violations.count
        }
        #expect(violations > 0)
    }
}
