import Autoscaling
import FoundationEssentials
import KubernetesClient
import KubernetesTypes
import Locking
import Testing

@testable import Controller
@testable import MiniCluster

/// A cluster that fails at random: connections that drop, answers that are lost, cut or late, refusals of every kind,
/// half events on watches. Nothing wrong is written meanwhile, and afterwards everything is as if nothing had been.
@Suite(.timeLimit(.minutes(20))) struct ChaosTests {
    /// Faults before the peace; the whole number is a make target's.
    private static let faults = Int(ProcessInfo.processInfo.environment["SWIFTLET_FAULTS"] ?? "") ?? 1_500
    private static let seed = UInt64(ProcessInfo.processInfo.environment["SWIFTLET_SEED"] ?? "") ?? 1

    @Test func convergesAfterManyFaults() async throws {
        var counts: [String: Int] = [:]
        var ticks = 0
        let memory = ResidentMemory()
        var seed = Self.seed
        while counts.values.reduce(0, +) < Self.faults {
            let storm = Storm(seed: seed)
            ticks += try await rush(through: storm, memory)
            counts.merge(storm.counts) { $0 + $1 }
            seed += 1
        }
        #expect(memory.growth < 64 << 20)
        print("seeds \(Self.seed)..<\(seed), \(ticks) ticks, faults \(counts.sorted { $0.key < $1.key })")
    }

    /// Up to the peak and down again through a storm that pauses at the peak and at the end.
    ///
    /// - Returns: Ticks.
    private func rush(through storm: Storm, _ memory: ResidentMemory) async throws -> Int {
        var ticks = 0
        try await CachedWorld.run(.horizontalAutoscaler, clock: FastClock(speed: 50)) { cached, watchers in
            let world = cached.world
            var watcher = watchers[0]
            var decided: Set<Int64> = [2]
            var writes = 0
            func blow(from start: Int, to end: Int) async throws {
                world.faults.kubernetes.withLock { $0 = { storm.fault($0) } }
                for second in stride(from: start, to: end, by: 15) {
                    try await world.advance(to: second)
                    // What is watched has to be asked for again, and sometimes is forgotten.
                    if second % 90 == 0 { await world.cluster.store.endWatches() }
                    if second % 600 == 0 { await world.cluster.store.compact() }
                    for report in try await watcher.reconcileAll(watcher.source.autoscalers().autoscalers, world) {
                        writes += report.decision.rescales ? 1 : 0
                        decided.insert(Int64(report.decision.desiredReplicas))
                    }
                    ticks += 1
                    memory.look()
                }
            }
            func calm(from start: Int, ticks count: Int) async throws -> Int {
                world.faults.clear()
                for number in 0..<count {
                    try await world.advance(to: start + number * 15)
                    try await watcher.settle(world, kind: .customAutoscalers)
                    let report = try await watcher.tick(world)
                    writes += report.decision.rescales ? 1 : 0
                    decided.insert(Int64(report.decision.desiredReplicas))
                    ticks += 1
                }
                return try await world.replicas
            }
            let (subscription, signals) = await world.cluster.store.subscribe(limit: .max)
            async let sizes = Self.sizes(in: signals)
            try await blow(from: 15, to: 3_600)
            #expect(try await calm(from: 3_600, ticks: 12) == 10)
            try await blow(from: 3_780, to: 6_600)
            #expect(try await calm(from: 6_600, ticks: 40) == 2)
            await world.cluster.store.unsubscribe(subscription)
            // Every size that was ever stored lies within the bounds and was decided on; a decision is written once.
            let stored = await sizes
            #expect(stored.allSatisfy { (2...10).contains($0) && decided.contains($0) })
            #expect(stored.count <= writes + 1)
        }
        return ticks
    }

    /// The sizes that the Deployment was given, one after the other.
    private static func sizes(in signals: AsyncStream<StoreSignal>) async -> [Int64] {
        var sizes: [Int64] = [2]
        for await case .change(let change) in signals where change.storage == ResourceKind.deployments.storage {
            guard let size = change.object[path: ["spec", "replicas"]]?.intValue, size != sizes.last else { continue }
            sizes.append(size)
        }
        return sizes
    }
}

/// Resident memory of this process, as far as it has grown since the first looks.
final class ResidentMemory: Sendable {
    private let looks = Locked<[Int]>([])

    func look() {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        looks.withLock { $0.append(pages * 4_096) }
    }

    /// From the highest of the first tenth to the highest of the last, in bytes.
    var growth: Int {
        looks.withLock { looks in
            let part = max(looks.count / 10, 1)
            guard let first = looks.prefix(part).max(), let last = looks.suffix(part).max() else { return 0 }
            return last - first
        }
    }
}
