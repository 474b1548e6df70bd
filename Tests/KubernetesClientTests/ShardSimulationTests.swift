import Autoscaling
import FoundationEssentials
import Testing

@testable import KubernetesClient

@Suite(.timeLimit(.minutes(10))) struct ShardSimulationTests {
    /// Histories of each setting; more by hand.
    private static let seeds = ProcessInfo.processInfo.environment["SWIFTLET_SHARD_SEEDS"].flatMap(UInt64.init) ?? 3

    /// Those of one count share evenly in the end; of several counts, one is at work and the others wait.
    @Test(arguments: [[6, 6], [6, 6, 6], [10, 10, 10, 10], [4, 4, 6, 6], [1, 1, 4, 4]])
    func neverDoTwoWriteForOneNamespace(_ counts: [Int]) {
        var (terms, writes, refused, handovers, late) = (0, 0, 0, 0, 0)
        let seeds = 0..<Self.seeds
        for seed in seeds {
            var simulation = ShardSimulation(seed: seed, .init(counts: counts))
            let tally = simulation.run()
            #expect(tally.violations.isEmpty, "seed \(seed): \(tally.violations.prefix(3))")
            let working = tally.owned.filter { $0.value.contains { $0 > 0 } }
            #expect(working.count == 1, "seed \(seed): \(tally.owned)")
            for (count, owned) in working where count > 1 {
                #expect(owned.reduce(0, +) == count, "seed \(seed): \(tally.owned)")
                #expect((owned.max() ?? 0) - (owned.min() ?? 0) <= 1, "seed \(seed): \(tally.owned)")
            }
            terms += tally.terms
            writes += tally.writes
            refused += tally.refusedWrites
            handovers += tally.handovers
            late += tally.lateStores
        }
        // Enough has happened for that to mean something.
        #expect(terms > 10 * seeds.count && handovers > 10 * seeds.count && late >= seeds.count)
        #expect(writes > 50 * seeds.count && refused > 50 * seeds.count)
    }

    /// The simulation would see it: clocks that differ by more than the margin allows let two write.
    @Test func clocksThatDifferTooMuchAreFoundOut() {
        var violations = 0
        for seed in 0..<20 as Range<UInt64> where violations == 0 {
            var simulation = ShardSimulation(seed: seed, .init(counts: [2, 2], drift: 0.45))
            violations += simulation.run().violations.count
        }
        #expect(violations > 0)
    }

    /// 100,000 autoscalers in 4,000 namespaces of very different sizes, over ten shards of five controllers, one of which
    /// dies: what it had is at work again within the time of a lease and two looks, and no autoscaler ever had two.
    @Test func aDeadControllersShardsMoveWithinALeasesTime() {
        var sizes: [Int: Int] = [:]
        for namespace in 0..<4_000 {
            let shard = ShardPlacement.shard(of: "team-\(namespace)", among: 10)
            sizes[shard, default: 0] += 100_000 / 4_000 / 2 + (namespace % 26)
        }
        let total = sizes.values.reduce(0, +)
        #expect((95_000...105_000).contains(total))
        #expect(sizes.count == 10 && sizes.values.allSatisfy { (total / 13...total / 8).contains($0) }, "\(sizes)")
        let timings = ElectionTimings.standard
        for seed in 0..<max(Self.seeds / 2, 2) {
            var simulation = ShardSimulation(
                seed: seed,
                .init(
                    counts: [10, 10, 10, 10, 10], faults: false, calm: .zero, end: .seconds(160),
                    kill: (.seconds(100), Int(seed) % 5)))
            let tally = simulation.run()
            #expect(tally.violations.isEmpty, "seed \(seed): \(tally.violations.prefix(3))")
            #expect(tally.owned[10]?.reduce(0, +) == 10, "seed \(seed): \(tally.owned)")
            let limit = timings.leaseDuration + timings.retryPeriod * 2
            #expect(tally.recovery.map { $0 <= limit } ?? false, "seed \(seed): \(String(describing: tally.recovery))")
        }
    }
}
