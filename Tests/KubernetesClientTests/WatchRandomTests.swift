import Autoscaling
import HTTPService
import KubernetesTypes
import Locking
import MiniCluster
import Recordings
import Testing

@testable import KubernetesClient

/// A cluster in which anything may fail at any request.
@Suite(.timeLimit(.minutes(5))) struct WatchRandomTests {
    /// The faults of one run, and how many there were.
    private final class Troublemaker: Sendable {
        private struct State {
            var random: SeededGenerator
            var count = 0
        }

        private let state: Locked<State>

        init(seed: UInt64) { state = Locked(State(random: SeededGenerator(seed: seed))) }

        var count: Int { state.withLock { $0.count } }

        /// Three requests of five go wrong.
        func fault() -> Fault? {
            state.withLock { state in
                let die = Int.random(in: 0..<20, using: &state.random)
                let size = Int.random(in: 0..<3_000, using: &state.random)
                let fault: Fault? =
                    switch die {
                    case 0, 1: .dropConnection
                    case 2: .dropAnswer
                    case 3, 4, 5: .truncateAnswer(bytes: size)
                    case 6: .tooManyRequests(retryAfterSeconds: 1)
                    case 7: .status(StatusError(503, "ServiceUnavailable", "busy", retryAfterSeconds: 1))
                    case 8: .status(StatusError(500, "InternalError", "etcdserver: leader changed"))
                    case 9: .status(StatusError(410, "Expired", "too old resource version"))
                    case 10: .respond(.text("<html>\n{\"type\":", status: 200))
                    case 11: .delay(.milliseconds(size / 300))
                    default: nil
                    }
                if fault != nil { state.count += 1 }
                return fault
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func theCacheEqualsTheStoreInTheEnd(_ seed: UInt64) async throws {
        let trouble = Troublemaker(seed: seed)
        let options = ReflectorOptions(pageSize: 4, backoff: Backoff(longest: .seconds(2)))
        try await WatchedCluster.run(options: options, seed: seed, fault: { _, _ in trouble.fault() }) { watched in
            var random = SeededGenerator(seed: seed &* 77)
            let store = watched.cluster.store
            var pods = (0..<7).map { "web-\($0)" }
            // How many requests, and so faults, a round makes is a matter of time: it goes on until there were enough.
            var round = 0
            while round < 60 || (round < 1_000 && !Self.isEnough(trouble, watched.status.counts)) {
                let name = round
                for step in 0..<Int.random(in: 1...6, using: &random) {
                    let index = pods.isEmpty ? 0 : Int.random(in: 0..<pods.count, using: &random)
                    switch pods.isEmpty ? 0 : Int.random(in: 0..<10, using: &random) {
                    case 0, 1, 2:
                        pods.append("pod-\(name)-\(step)")
                        try await store.create(.pods, namespace: "shop", .pod(pods[pods.count - 1]))
                    case 3, 4: try await store.delete(.pods, namespace: "shop", name: pods.remove(at: index))
                    case 5: await store.endWatches()
                    case 6: await store.compact()
                    default:
                        try await store.update(.pods, namespace: "shop", name: pods[index]) {
                            $0.mergePatched(by: ["metadata": ["labels": ["round": .string("\(name)-\(step)")]]])
                        }
                    }
                }
                // Under the same faults, the cache has to get there.
                if round % 3 == 0 { await watched.cache.equals(store) }
                round += 1
            }
            await watched.cache.equals(store)
            let counts = watched.status.counts
            #expect(Self.isEnough(trouble, counts), "\(trouble.count) faults, \(counts)")
            #expect(await watched.cache.entries.count == pods.count)
            #expect(counts.unreadable == 0)
        }
    }

    /// Many faults, and restarts by each cause.
    private static func isEnough(_ trouble: Troublemaker, _ counts: ReflectorStatus.Counts) -> Bool {
        let causes: [RestartCause] = [.disconnected, .tooManyRequests, .unavailable, .expired, .rejected]
        return trouble.count > 100 && causes.allSatisfy { counts.restarts[$0] ?? 0 > 0 }
    }
}
