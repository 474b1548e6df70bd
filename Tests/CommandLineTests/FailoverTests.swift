import Glibc
import LoopbackClient
import Testing

/// Two controllers as processes: one writes at a time, whatever happens to the other.
@Suite(.timeLimit(.minutes(3))) struct FailoverTests {
    @Test func whoIsPausedCutOffOrEndedIsFollowedAndNeverWritesBeside() async throws {
        try await FailoverWorld.run { world in
            let (a, b) = (try RunningController("a", in: world.world), try RunningController("b", in: world.world))
            try await withThrowingTaskGroup(of: (String, ChildProcess).self) { group in
                defer {
                    a.end()
                    b.end()
                }
                group.addTask { ("a", try await a.run()) }
                _ = try await world.until(2) { $0.sender == "a" && $0.isWrite }
                group.addTask { ("b", try await b.run()) }
                _ = try await world.until(2) { $0.sender == "b" && $0.isLeaseRead }

                try await pause(a, followedBy: b, in: world)
                try await cutOff(b, followedBy: a, in: world)
                try await stop(a, followedBy: b, in: world)
                try b.send(SIGTERM)
                for try await (name, process) in group {
                    #expect(process.status == 0, "\(name): \(process.errors)")
                    #expect(process.errors.contains("released"), "\(name): \(process.errors)")
                }
            }
            // Whatever arrived, dropped or not, came from who held the lease at that moment.
            let foreign = world.all.filter { $0.isWrite && !$0.holdsLease }
            #expect(foreign.isEmpty, "\(foreign)")
            #expect(world.all.last { $0.isLeaseWrite }?.sender == "b")
        }
    }

    /// SIGSTOP past its lease, SIGCONT: the first thing it finds out is that it does not lead any more.
    private func pause(
        _ leader: RunningController, followedBy next: RunningController, in world: FailoverWorld
    ) async throws {
        try leader.send(SIGSTOP)
        _ = try await world.until { $0.sender == next.name && $0.isWrite }
        try leader.send(SIGCONT)
        let since = try await world.until(3) { $0.sender == leader.name && $0.isLeaseRead }
        #expect(!since.contains { $0.sender == leader.name && $0.isWrite }, "\(since)")
        _ = try await world.until(2) { $0.sender == next.name && $0.isWrite }
    }

    /// Nothing of it arrives, while it goes on: when another has the lease it has stopped trying to write.
    private func cutOff(
        _ leader: RunningController, followedBy next: RunningController, in world: FailoverWorld
    ) async throws {
        world.cutOff([leader.name])
        _ = try await world.until { $0.sender == next.name && $0.isLeaseWrite }
        let during = try await world.until(3) { $0.sender == next.name && $0.isWrite }
        #expect(!during.contains { $0.sender == leader.name && $0.isWrite }, "\(during)")
        world.cutOff([])
        let after = try await world.until(3) { $0.sender == leader.name && $0.isLeaseRead }
        #expect(!after.contains { $0.sender == leader.name && $0.isWrite }, "\(after)")
    }

    /// SIGTERM: the lease is given back, and taken at the next look.
    private func stop(
        _ leader: RunningController, followedBy next: RunningController, in world: FailoverWorld
    ) async throws {
        try leader.send(SIGTERM)
        let handOver = try await world.until { $0.sender == next.name && $0.isLeaseWrite }
        let released = try #require(handOver.lastIndex { $0.sender == leader.name && $0.isLeaseWrite })
        let looks = handOver[released...].filter { $0.sender == next.name && $0.isLeaseRead }
        // One look may have been under way.
        #expect(looks.count <= 2, "\(handOver)")
        #expect(!handOver[released...].contains { $0.sender == leader.name && $0.isWrite })
        _ = try await world.until(2) { $0.sender == next.name && $0.isWrite }
    }
}
