import Autoscaling
import FoundationEssentials
import KubernetesClient
import MiniCluster
import Testing

@testable import Controller

/// Hours of simulated time: memory, descriptors and threads stay what they are.
@Suite(.timeLimit(.minutes(60))) struct SoakTests {
    /// The whole day is a make target's.
    private static let hours = Int(ProcessInfo.processInfo.environment["SWIFTLET_SOAK_HOURS"] ?? "") ?? 1

    private func openDescriptors() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    private func threads() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    }

    @Test func hoursLeaveMemoryFlat() async throws {
        try await CachedWorld.run(.horizontalAutoscaler) { cached, watchers in
            var watcher = watchers[0]
            let memory = ResidentMemory()
            var descriptors: [Int] = []
            var threads: [Int] = []
            let ticks = Self.hours * 240
            // The rush lies in the first two hours; after it comes the long quiet evening.
            for tick in 1...ticks {
                try await cached.world.advance(to: tick * 15)
                try await watcher.settle(cached.world, kind: .customAutoscalers)
                _ = try await watcher.tick(cached.world)
                if tick % 20 == 0 {
                    memory.look()
                    descriptors.append(openDescriptors())
                    threads.append(self.threads())
                }
                // Now and then every watch is begun again.
                if tick % 60 == 0 { await cached.world.cluster.store.endWatches() }
            }
            print("\(ticks) ticks: memory grew by \(memory.growth >> 10) KiB")
            #expect(memory.growth < 24 << 20)
            #expect((descriptors.last ?? 0) <= (descriptors.prefix(5).max() ?? 0) + 4)
            #expect((threads.last ?? 0) <= (threads.prefix(5).max() ?? 0) + 2)
            #expect(watcher.store.memories.count == 1)
        }
    }
}
