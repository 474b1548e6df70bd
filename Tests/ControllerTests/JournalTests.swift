import Autoscaling
import FoundationEssentials
import HTTPService
import Journal
import KubernetesTypes
import Locking
import MiniCluster
import Replay
import Testing

@testable import Controller

/// The controller writes a journal over HTTP, and a replay of it decides the same to the byte.
@Suite(.timeLimit(.minutes(3))) struct JournalTests {
    private static let header = TraceHeader(
        writtenBy: "test", flags: ControllerConfiguration().flags, syncPeriod: .seconds(15))

    /// Runs a body with a folder of its own.
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    /// One tick of 15 s after the other, each into the journal; a fault for some of them.
    private func rush(
        _ world: World, ticks: Range<Int>, _ store: inout HistoryStore, _ journal: ControllerJournal,
        autoscalers: [Autoscaler]? = nil, fault: (Int) -> Fault? = { _ in nil }
    ) async throws -> [TickReport] {
        var reports: [TickReport] = []
        for number in ticks {
            try await world.advance(to: number * 15)
            let fault = fault(number)
            world.faults.kubernetes.withLock { $0 = { $0.method == "PATCH" ? fault : nil } }
            let report = TickReport(
                number: number + 1, time: world.cluster.clock.now(), duration: .zero,
                autoscalers: try await world.tick(&store, autoscalers), warnings: [], problems: [])
            #expect(journal.record(report) == [])
            await journal.drain()
            reports.append(report)
        }
        return reports
    }

    private func replay(_ paths: String...) throws -> [TraceReplay.Result] {
        let bytes = try paths.flatMap { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
        return try TraceReplay().run(ByteSource(bytes: bytes, name: "journal.jsonl"))
    }

    @Test func itReplaysToTheSameBytes() async throws {
        try await inFolder { folder in
            try await World.run { world in
                let path = folder + "/journal.jsonl"
                let journal = ControllerJournal(.init(path: path, header: Self.header))
                var store = HistoryStore()
                try await world.addDeployment("idle")
                let autoscalers = [world.autoscaler, world.autoscaler("idle")]
                // Some writes are refused, and of some the answer is lost: the next look tells whether they were made.
                let reports = try await rush(world, ticks: 0..<400, &store, journal, autoscalers: autoscalers) {
                    $0 % 5 == 0 ? .truncateAnswer(bytes: 40) : $0 % 7 == 0 ? .status(StatusError(500, "x", "y")) : nil
                }
                let outcomes = Set(reports.compactMap(\.autoscalers.first).map { "\($0.outcome)".prefix(6) })
                #expect(outcomes == ["kept", "scaled", "failed"])
                let results = try replay(path)
                #expect(results.map(\.key.name) == ["idle", "order-service-hpa"])
                for result in results {
                    let agreement = try #require(result.outcome.agreement)
                    #expect(agreement == Agreement(isSamePolicy: true, compared: 400, differing: 0))
                    #expect(result.outcome.notes.contains("All 400 recorded decisions are the same to the byte."))
                }
                // The journal has each decision, and the replay asks for the changes that the controller asked for.
                let asked = reports.compactMap(\.autoscalers.first).filter(\.decision.rescales)
                #expect(results[1].outcome.changes.map(\.time) == asked.map(\.decision.time))
                #expect(results[1].outcome.changes.map(\.to) == asked.map(\.decision.desiredReplicas))
            }
        }
    }

    @Test func anotherPolicyIsToldApart() async throws {
        try await inFolder { folder in
            try await World.run { world in
                let path = folder + "/journal.jsonl"
                let journal = ControllerJournal(.init(path: path, header: Self.header))
                var store = HistoryStore()
                _ = try await rush(world, ticks: 0..<200, &store, journal)
                var spec = world.autoscaler.spec
                spec.maxReplicas = 4
                let key = TraceReplay.Key(namespace: "bytebites", name: "order-service-hpa")
                let replay = TraceReplay(policies: [.init(name: "four", key: key, spec: spec)])
                let result = try #require(try replay.run(ByteSource(file: path)).first)
                let agreement = try #require(result.outcome.agreement)
                #expect(!agreement.isSamePolicy)
                #expect(agreement.compared == 200)
                #expect(agreement.differing > 0 && agreement.differing < 200)
                #expect(agreement.differences.allSatisfy { $0.replicas == 4 && $0.recordedReplicas > 4 })
            }
        }
    }

    @Test func everyFileOfARotatedJournalReplaysByItself() async throws {
        try await inFolder { folder in
            try await World.run { world in
                let path = folder + "/journal.jsonl"
                let limit = 128 << 10
                let journal = ControllerJournal(
                    .init(path: path, maximumBytes: limit, count: 3, header: Self.header))
                var store = HistoryStore()
                _ = try await rush(world, ticks: 0..<300, &store, journal)
                let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                #expect(names == ["journal.jsonl", "journal.jsonl.1", "journal.jsonl.2"])
                for name in names {
                    let size = try Data(contentsOf: URL(filePath: folder + "/" + name)).count
                    #expect(size > 0 && size <= limit)
                    let agreement = try #require(try replay(folder + "/" + name).first?.outcome.agreement)
                    #expect(agreement.compared > 0 && agreement.differing == 0)
                }
                // From the oldest to the newest they are one trace.
                let all = try replay(path + ".2", path + ".1", path)
                #expect(all.first?.outcome.agreement?.differing == 0)
                #expect(try #require(all.first).outcome.scores.ticks > 60)
            }
        }
    }

    @Test func whatAKilledProcessLeftIsContinued() async throws {
        try await inFolder { folder in
            try await World.run { world in
                let path = folder + "/journal.jsonl"
                var store = HistoryStore()
                _ = try await rush(
                    world, ticks: 0..<20, &store, ControllerJournal(.init(path: path, header: Self.header)))
                var bytes = try Data(contentsOf: URL(filePath: path))
                bytes.removeLast(30)
                try bytes.write(to: URL(filePath: path))
                // Read as it is, the torn line is left out; the decision that it was is missing.
                let torn = try #require(try replay(path).first)
                #expect(torn.outcome.agreement?.compared == 19)
                #expect(torn.outcome.notes.contains("The last line of the trace is cut off, and left out."))
                _ = try await rush(
                    world, ticks: 20..<40, &store, ControllerJournal(.init(path: path, header: Self.header)))
                let whole = try #require(try replay(path).first)
                #expect(whole.outcome.agreement == Agreement(isSamePolicy: true, compared: 39, differing: 0))
                #expect(whole.outcome.scores.ticks == 40)
            }
        }
    }

    @Test func aDiskThatTakesNothingIsToldAndTheJournalGoesOnAfterwards() async throws {
        try await inFolder { folder in
            try await World.run { world in
                let path = folder + "/not/there/journal.jsonl"
                let journal = ControllerJournal(.init(path: path, header: Self.header))
                var store = HistoryStore()
                _ = try await rush(world, ticks: 0..<1, &store, journal)
                try await world.advance(to: 15)
                var report = TickReport(
                    number: 2, time: world.cluster.clock.now(), duration: .zero,
                    autoscalers: try await world.tick(&store), warnings: [], problems: [])
                #expect(journal.record(report) == ["the journal \(path) cannot be opened: No such file or directory"])
                await journal.drain()
                try FileManager.default.createDirectory(
                    atPath: folder + "/not/there", withIntermediateDirectories: true)
                report.number = 3
                _ = journal.record(report)
                await journal.drain()
                _ = try await rush(world, ticks: 3..<30, &store, journal)
                let agreement = try #require(try replay(path).first?.outcome.agreement)
                #expect(agreement == Agreement(isSamePolicy: true, compared: 28, differing: 0))
            }
        }
    }

    @Test func aDiskThatHangsCostsTicksOfTheJournalAndNoneOfTheLoop() async throws {
        try await World.run { world in
            // Nobody drains: the disk hangs.
            let journal = ControllerJournal(.init(path: "/dev/null", header: Self.header))
            var store = HistoryStore()
            var report = TickReport(
                number: 1, time: world.cluster.clock.now(), duration: .zero,
                autoscalers: try await world.tick(&store), warnings: [], problems: [])
            for number in 1...ControllerJournal.largestBacklog {
                report.number = number
                #expect(journal.record(report) == [])
            }
            #expect(journal.record(report) == ["the journal is behind its disk, so that ticks are missing from it"])
            await journal.drain()
            #expect(journal.record(report) == ["the journal /dev/null is no regular file"])
        }
    }
}
